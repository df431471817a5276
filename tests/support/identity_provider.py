"""The provider on a real database, with a person and a client of it, as fixtures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pymongo import MongoClient

from services.identity.app import app_of
from services.identity.model.accounts import Person
from services.identity.operations.appointments import Appointment, add_staff
from services.identity.repository.indexes import INDEXES
from services.identity.wiring import build
from services.sandbox.stack.stack import Stack
from shared.clock import FixedClock, SystemClock
from shared.crypto.key_store import MongoKeyStore
from shared.crypto.providers import KEYS
from shared.identity.actor import Role
from shared.mongo.client import Document
from shared.mongo.indexes import ensure_indexes
from tests.support.identity_desk import Desk, make_settings, quick
from tests.support.mail import MailBox

NAME = "county.330106"
DATABASE = "test-provider"


@pytest.fixture(scope="module")
def place(
    started: Stack, mongo: MongoClient[Document], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Desk, str]]:
    mongo.drop_database(DATABASE)
    folder: Path = tmp_path_factory.mktemp("provider")
    own = make_settings(folder, started.mongod.uri, DATABASE, "")
    clock = FixedClock(SystemClock().now())
    wired = quick(build(own, clock))
    with wired.client:
        MongoKeyStore(wired.database[KEYS]).prepare()
        ensure_indexes(wired.database, INDEXES)
        wired.token_keys.prepare()
        appointment = Appointment(Role.COUNTY_REVIEWER, "330106")
        made = add_staff(wired.deps, Person(NAME, "西湖区商务局"), appointment, None)
        assert made.first_password is not None
        # No broker and no mail: nothing here sends any.
        yield Desk(own, wired, clock, MailBox(), app_of(wired).test_client()), made.first_password
    mongo.drop_database(DATABASE)


@pytest.fixture
def desk(place: tuple[Desk, str]) -> Iterator[Desk]:
    desk, _ = place
    yield desk
    for name in ("attempts", "sign_ins", "sessions", "codes"):
        desk.wired.database[name].delete_many({})


@pytest.fixture
def password(place: tuple[Desk, str]) -> str:
    return place[1]


@pytest.fixture
def browser(desk: Desk) -> FlaskClient:
    return desk.client.application.test_client()

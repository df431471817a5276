"""Who may do what in the exchange: every route and role, against verdicts that are written down apart."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from services.sandbox.stack.stack import Stack
from shared.identity.actor import PEOPLE as PEOPLE_ROLES
from shared.mongo.client import Document
from tests.support.rights import count, differences, read_table, routes_in, routes_of
from tests.support.rights_exchange import Ground, open_ground
from tests.support.rights_people import PEOPLE

TABLE = read_table(Path(__file__).with_name("exchange.md"))


@pytest.fixture
def office(
    started: Stack, mongo: MongoClient[Document], database: Database[Document], tmp_path: Path
) -> Iterator[Ground]:
    with open_ground(tmp_path, started.mongod.uri, database.name) as opened:
        yield opened


def test_the_table_decides_every_route_for_every_role(office: Ground) -> None:
    roles = {actor.role for actor in PEOPLE.values() if actor is not None}

    assert routes_in(TABLE) == routes_of(office.app)
    assert roles == PEOPLE_ROLES
    assert all(row.verdicts.keys() == PEOPLE.keys() for row in TABLE)


def test_every_verdict_is_as_the_table_says(office: Ground, capsys: pytest.CaptureFixture[str]) -> None:
    checks = count(TABLE)

    wrong = list(differences(TABLE, office.ask))

    with capsys.disabled():
        sys.stdout.write(f" {checks} checks of rights in the exchange ")
    assert wrong == []

"""The portal's sessions in a real mongod: sealed, versioned, renewed by one request only."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from pathlib import Path

import bson
import pytest
from pymongo.database import Database

from services.portal.model.session import Account, Session, Tokens
from services.portal.repository import COLLECTION, INDEXES, MongoSessions
from shared.clock import FixedClock
from shared.crypto.errors import SealBroken
from shared.crypto.kek import FileKek
from shared.crypto.kek_file import create_kek_file
from shared.crypto.key_store import MongoKeyStore
from shared.crypto.keyring import Keyring
from shared.crypto.sealing import Sealer
from shared.crypto.suites import Suite
from shared.errors import StaleVersion
from shared.identity.actor import Role
from shared.mongo.client import Document
from shared.mongo.indexes import ensure_indexes
from tests.support.portal import NOON

SESSION = Session(
    id="ab" * 32,
    csrf="canary-csrf",
    created_at=NOON,
    seen_at=NOON,
    account=Account("a1", Role.OPERATOR, "平台运营主体", "canary-name"),
    tokens=Tokens("canary-access", "canary-refresh", NOON + timedelta(minutes=5)),
    pending={"email": "canary-mail"},
)


@pytest.fixture
def sessions(database: Database[Document], tmp_path: Path) -> MongoSessions:
    create_kek_file(tmp_path / "kek.json")
    store = MongoKeyStore(database["keys"])
    store.prepare()
    ensure_indexes(database, INDEXES)
    keyring = Keyring(store, FileKek(tmp_path / "kek.json"), Suite.AES_256_GCM, FixedClock(NOON))
    return MongoSessions(database, Sealer(keyring))


def test_a_session_comes_back_as_it_was_stored(sessions: MongoSessions) -> None:
    sessions.add(SESSION)

    found = sessions.find(SESSION.id)

    assert found == SESSION


def test_nothing_of_a_session_can_be_read_in_the_database(
    sessions: MongoSessions, database: Database[Document]
) -> None:
    sessions.add(SESSION)

    stored = bson.encode(database[COLLECTION].find_one({"_id": SESSION.id}) or {})

    assert b"canary" not in stored
    assert SESSION.id.encode() in stored


def test_a_session_copied_over_another_does_not_open(sessions: MongoSessions, database: Database[Document]) -> None:
    sessions.add(SESSION)
    sessions.add(dataclasses.replace(SESSION, id="cd" * 32))
    stolen = database[COLLECTION].find_one({"_id": SESSION.id}) or {}

    database[COLLECTION].update_one({"_id": "cd" * 32}, {"$set": {"sealed": stolen["sealed"]}})

    with pytest.raises(SealBroken):
        sessions.find("cd" * 32)


def test_of_two_changes_of_one_version_the_second_is_refused(sessions: MongoSessions) -> None:
    sessions.add(SESSION)

    changed = sessions.replace(dataclasses.replace(SESSION, pending={}))

    assert changed.version == 2
    assert sessions.find(SESSION.id) == changed
    with pytest.raises(StaleVersion):
        sessions.replace(SESSION)


def test_one_request_alone_may_renew_until_its_claim_runs_out(sessions: MongoSessions) -> None:
    sessions.add(SESSION)
    until = NOON + timedelta(seconds=15)

    claims = [sessions.claim_refresh(SESSION, NOON, until) for _ in range(3)]
    later = sessions.claim_refresh(SESSION, until, until + timedelta(seconds=15))

    assert claims == [True, False, False]
    assert later is True


def test_a_touched_session_lives_on_and_a_removed_one_is_gone(sessions: MongoSessions) -> None:
    sessions.add(SESSION)
    used = dataclasses.replace(SESSION, seen_at=NOON + timedelta(minutes=10))

    sessions.touch(used)
    touched = sessions.find(SESSION.id)
    sessions.remove(SESSION.id)

    assert touched == used
    assert sessions.find(SESSION.id) is None

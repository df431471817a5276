"""The keyring on the real MongoDB."""

import threading
from contextlib import suppress
from pathlib import Path

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from shared.clock import FixedClock
from shared.crypto.errors import KeyDestroyed, SealBroken
from shared.crypto.kek import FileKek
from shared.crypto.kek_file import add_kek, create_kek_file, retire_kek
from shared.crypto.key_store import COLLECTION, MongoKeyStore
from shared.crypto.keyring import Keyring
from shared.crypto.sealing import Place, Sealer
from shared.crypto.suites import Suite
from shared.errors import Unavailable
from shared.mongo.client import Document
from tests.support.keys import MOMENT

PLACE = Place("registration", "registrations", "r1", 1)


@pytest.fixture
def kek_path(tmp_path: Path) -> Path:
    create_kek_file(tmp_path / "kek.json")
    return tmp_path / "kek.json"


@pytest.fixture
def store(database: Database[Document]) -> MongoKeyStore:
    store = MongoKeyStore(database[COLLECTION])
    store.prepare()
    return store


def make_keyring(store: MongoKeyStore, kek_path: Path, suite: Suite = Suite.AES_256_GCM) -> Keyring:
    """Return a keyring that remembers nothing of another one, as in a process of its own."""
    return Keyring(store, FileKek(kek_path), suite, FixedClock(MOMENT))


@pytest.mark.parametrize("suite", list(Suite))
def test_another_process_opens_what_one_sealed(store: MongoKeyStore, kek_path: Path, suite: Suite) -> None:
    blob = Sealer(make_keyring(store, kek_path, suite)).seal({"name": "某某公司"}, "u1", PLACE)

    opened = Sealer(make_keyring(store, kek_path)).open(blob, PLACE)

    assert opened == {"name": "某某公司"}


def test_of_many_who_make_a_units_first_key_at_once_one_wins_and_all_use_it(
    store: MongoKeyStore, kek_path: Path, database: Database[Document]
) -> None:
    barrier = threading.Barrier(8)
    secrets: list[bytes] = []

    def make() -> None:
        keyring = make_keyring(store, kek_path)
        barrier.wait(10)
        secrets.append(keyring.key_for("u1").secret)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(secrets) == 8
    assert len(set(secrets)) == 1
    assert database[COLLECTION].count_documents({}) == 1


def test_no_stored_row_holds_a_secret(store: MongoKeyStore, kek_path: Path, database: Database[Document]) -> None:
    dek = make_keyring(store, kek_path).key_for("u1")

    [row] = database[COLLECTION].find()

    assert all(dek.secret not in value for value in row.values() if isinstance(value, bytes))
    assert set(row) == {"_id", "owner", "suite", "state", "is_current", "made_at", "kek_id", "wrapped", "destroyed_at"}


def test_after_crypto_shredding_nothing_opens_and_a_tombstone_is_left(
    store: MongoKeyStore, kek_path: Path, database: Database[Document]
) -> None:
    keyring = make_keyring(store, kek_path)
    sealer = Sealer(keyring)
    first = sealer.seal("old", "u1", PLACE)
    keyring.rotate("u1")
    second, other = sealer.seal("new", "u1", PLACE), sealer.seal("other", "u2", PLACE)

    keyring.destroy("u1")

    for reader in (sealer, Sealer(make_keyring(store, kek_path))):
        for blob in (first, second):
            with pytest.raises(KeyDestroyed):
                reader.open(blob, PLACE)
        with pytest.raises(KeyDestroyed):
            reader.seal("again", "u1", PLACE)
        assert reader.open(other, PLACE) == "other"
    rows = list(database[COLLECTION].find({"owner": "unit/u1"}))
    assert [(row["state"], row["wrapped"], row["destroyed_at"]) for row in rows] == [("destroyed", None, MOMENT)] * 2


def test_destroying_while_keys_are_made_leaves_no_live_key(
    store: MongoKeyStore, kek_path: Path, database: Database[Document]
) -> None:
    def work(number: int) -> None:
        keyring = make_keyring(store, kek_path)
        for unit in range(10):
            if number % 2:
                keyring.destroy(f"u{unit}")
                continue
            with suppress(KeyDestroyed):
                keyring.rotate(f"u{unit}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert database[COLLECTION].count_documents({"state": "live"}) == 0
    for unit in range(10):
        with pytest.raises(KeyDestroyed):
            make_keyring(store, kek_path).key_for(f"u{unit}")


def test_a_kek_is_rotated_and_retired_while_all_stays_readable(store: MongoKeyStore, kek_path: Path) -> None:
    keyring = make_keyring(store, kek_path)
    old = FileKek(kek_path).key_id
    blobs = {f"u{number}": Sealer(keyring).seal(number, f"u{number}", PLACE) for number in range(120)}
    keyring.index_key("requests")
    keyring.destroy("u0")
    add_kek(kek_path)

    outcome = keyring.rewrap_all()
    again = keyring.rewrap_all()
    retire_kek(kek_path, old, keyring.uses_of(old))

    assert (outcome.rewrapped, outcome.remaining, outcome.refused) == (120, 0, 0)
    assert again.rewrapped == 0
    sealer = Sealer(make_keyring(store, kek_path))
    assert [sealer.open(blobs[f"u{number}"], PLACE) for number in range(1, 120)] == list(range(1, 120))


def test_a_wrapped_key_put_into_another_units_row_does_not_open(
    store: MongoKeyStore, kek_path: Path, database: Database[Document]
) -> None:
    keyring = make_keyring(store, kek_path)
    blob = Sealer(keyring).seal("ours", "u1", PLACE)
    keyring.key_for("u2")
    theirs = database[COLLECTION].find_one({"owner": "unit/u2"})
    assert theirs is not None
    database[COLLECTION].update_one({"owner": "unit/u1"}, {"$set": {"wrapped": theirs["wrapped"]}})

    with pytest.raises(SealBroken):
        Sealer(make_keyring(store, kek_path)).open(blob, PLACE)


def test_looking_up_keys_uses_an_index(store: MongoKeyStore, kek_path: Path, database: Database[Document]) -> None:
    make_keyring(store, kek_path).key_for("u1")

    plans = [
        database[COLLECTION].find({"owner": "unit/u1", "is_current": True}).explain(),
        database[COLLECTION].find({"state": "live", "kek_id": "k"}).explain(),
        database[COLLECTION].find({"owner": "unit/u1", "state": "live"}).explain(),
    ]

    assert all("IXSCAN" in str(plan["queryPlanner"]["winningPlan"]) for plan in plans)


def test_a_server_that_does_not_answer_is_unavailable(kek_path: Path) -> None:
    with MongoClient[Document]("mongodb://127.0.0.1:9/", serverSelectionTimeoutMS=100) as nowhere:
        store = MongoKeyStore(nowhere["registration"][COLLECTION])

        with pytest.raises(Unavailable):
            make_keyring(store, kek_path).key_for("u1")

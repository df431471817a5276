"""The commands that every service has, on the real broker and database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pika import BasicProperties, BlockingConnection, URLParameters
from pymongo import IndexModel
from pymongo.database import Database

from shared.administration import CommandLine, Upkeep
from shared.clock import SystemClock
from shared.crypto.errors import CryptoError
from shared.crypto.kek import FileKek
from shared.crypto.kek_file import add_kek, create_kek_file
from shared.crypto.key_store import MongoKeyStore
from shared.crypto.keyring import Keyring
from shared.crypto.suites import Suite
from shared.messaging.switches import Switches
from shared.messaging.topology import REGISTRATION_EVENTS
from shared.mongo.client import Document
from shared.mongo.filling import fill_in
from tests.support.stack import vhost_of_the_file as vhost

__all__ = ["vhost"]

PARKING = f"{REGISTRATION_EVENTS}.parking"


@pytest.fixture
def kek_file(tmp_path: Path) -> Path:
    path = tmp_path / "kek.json"
    create_kek_file(path)
    return path


@pytest.fixture
def line(database: Database[Document], amqp_url: str, kek_file: Path) -> CommandLine:
    clock = SystemClock()
    keyring = Keyring(MongoKeyStore(database["keys"]), FileKek(kek_file), Suite.AES_256_GCM, clock)
    indexes = {"things": [IndexModel([("name", 1)], name="of_name")]}
    upkeep = Upkeep(
        database, keyring, amqp_url, clock, indexes, (REGISTRATION_EVENTS,), fill_in=lambda: _name_all(database)
    )
    made = CommandLine("test", upkeep)
    assert made.run(["prepare"]) == 0
    return made


def _name_all(database: Database[Document]) -> int:
    """Give every thing a name that has none."""
    return fill_in(database["things"], "name", lambda thing: {"name": f"thing {thing['_id']}"}, CryptoError)


def answer(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    """Return the last JSON answer."""
    found: dict[str, object] = json.loads("{" + capsys.readouterr().out.rsplit("\n{", 1)[-1].removeprefix("{"))
    return found


def test_preparing_twice_does_no_harm(line: CommandLine, database: Database[Document]) -> None:
    assert line.run(["prepare"]) == 0

    assert "of_name" in database["things"].index_information()


def test_preparing_fills_in_what_older_documents_lack(
    line: CommandLine, database: Database[Document], capsys: pytest.CaptureFixture[str]
) -> None:
    database["things"].insert_many([{"_id": 1, "v": 3}, {"_id": 2, "v": 1, "name": "kept"}])

    told = [answer(capsys) for _ in range(2) if line.run(["prepare"]) == 0]

    assert [each["filled_in"] for each in told] == [1, 0]
    assert list(database["things"].find()) == [
        {"_id": 1, "v": 3, "name": "thing 1"},
        {"_id": 2, "v": 1, "name": "kept"},
    ]


def test_a_parked_message_is_listed_with_its_reason_and_can_be_sent_again(
    line: CommandLine, amqp_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    connection = BlockingConnection(URLParameters(amqp_url))
    channel = connection.channel()
    channel.confirm_delivery()
    properties = BasicProperties(message_id="m1", delivery_mode=2, headers={"x-tongbao-reason": "bad_signature"})
    publish = getattr(channel, "basic_" + "publish")
    publish("", PARKING, b"{}", properties, mandatory=True)
    capsys.readouterr()

    line.run(["parked", REGISTRATION_EVENTS])
    listed = answer(capsys)["parked"]
    line.run(["replay", REGISTRATION_EVENTS])
    replayed = answer(capsys)
    method, _, _ = channel.basic_get(REGISTRATION_EVENTS)
    connection.close()

    assert [row["message_id"] for row in listed] == ["m1"]  # type: ignore[attr-defined]
    assert replayed == {"replayed": 1}
    assert method is not None


def test_a_consumer_is_stopped_and_resumed_by_name_and_reason(line: CommandLine, database: Database[Document]) -> None:
    line.run(["stop", REGISTRATION_EVENTS, "--by", "a" * 32, "--reason", "maintenance"])
    stopped = Switches(database).is_stopped(REGISTRATION_EVENTS)
    line.run(["resume", REGISTRATION_EVENTS, "--by", "a" * 32, "--reason", "done"])

    assert stopped
    assert not Switches(database).is_stopped(REGISTRATION_EVENTS)


def test_all_keys_move_to_the_new_key_encryption_key(
    line: CommandLine, kek_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add_kek(kek_file)
    capsys.readouterr()

    line.run(["rewrap-keys"])

    assert answer(capsys) == {"rewrapped": 1, "remaining": 0, "refused": 0}


def test_an_unknown_queue_is_refused(line: CommandLine) -> None:
    with pytest.raises(SystemExit):
        line.run(["parked", "somebody.else"])

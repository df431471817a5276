"""The exchange and the directory's stand-in on real servers, driven step by step."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import KeySetSerialization
from pymongo.database import Database

from services.exchange.handlers import TOLD_AS
from services.exchange.model.inquiries import Asks, Inquiry, InquiryState, Question
from services.exchange.model.messages import Message, State
from services.exchange.operations.sending import message_id_of
from services.exchange.policy import EXCHANGE
from services.exchange.settings import Settings
from services.exchange.wiring import INDEXES, Wired, build
from services.exchange.worker import parts
from services.sandbox.peer.answering import Desk, keys_of
from services.sandbox.peer.bureau import Bureau
from services.sandbox.peer.inbox import Inbox
from services.sandbox.peer.store import Store
from services.sandbox.peer.switches import Switches, read_switches, write_switches
from services.sandbox.peer.telling import Teller
from services.sandbox.stack.stack import Stack
from shared.clock import SystemClock
from shared.contracts.border import RECEIPT
from shared.contracts.filing import UNIT_CHANGED
from shared.crypto.jose import create_jose_keys, public_part, seal_for
from shared.crypto.jose_file import create_jose_file, read_jose_file
from shared.crypto.kek_file import create_kek_file
from shared.crypto.key_store import MongoKeyStore
from shared.crypto.payload import dump_payload
from shared.crypto.providers import KEYS
from shared.ids import new_id
from shared.messaging.connection import prepare_broker
from shared.messaging.envelope import Message as Received
from shared.messaging.envelope import decode, encode
from shared.messaging.outgoing import Outgoing
from shared.messaging.publisher import Publisher
from shared.messaging.settlement import REASON
from shared.messaging.topology import BORDER, DIRECTORY_RECEIPTS, EVENTS, EXCHANGE_EVENTS, QUEUE, REGISTRATION_EVENTS
from shared.mongo.aggregates import Event
from shared.mongo.client import Document
from shared.mongo.indexes import ensure_indexes
from shared.settings import Secret, variable_of
from tests.support.bus import drain, eventually, running
from tests.support.codes import make_uscc
from tests.support.stack import KeptDatabases

APPROVED = "tongbao.registration.approved.v1"
MOMENT = datetime(2026, 3, 1, 8, tzinfo=UTC)
SECONDS = 20.0


def make_record(unit_id: str, registration_id: str, **unit: Any) -> dict[str, Any]:
    """Return a unit's record as registration seals it."""
    values = {
        "unit_id": unit_id,
        "credit_code": make_uscc(int(unit_id[:6], 16) % 10_000_000),
        "name": "西湖外包平台有限公司",
        "legal_representative": "王小明",
        "division": "330106",
        "address": "杭州市西湖区文一路1号",
        "opened_on": date(2020, 1, 2),
        "registration_type": "domestic",
        "registered_capital": Decimal("1000.50"),
        "contact_person": "李小红",
        "phone": "0571-88000000",
        "email": "contact@example.cn",
        "unit_types": ["服务外包交易平台"],
    }
    return {
        "unit": values | unit,
        "platform": {"name": "西湖外包网", "website": "https://x.example.cn", "icp_number": "浙ICP备20000001号"},
        "effective_date": date(2026, 3, 1),
        "evidence": {"registration_id": registration_id, "revision": 1, "approved_at": MOMENT},
    }


@dataclass(frozen=True)
class Approved:
    """An approval as registration publishes it, and the id of the message that follows from it."""

    event: Event
    message_id: str
    unit_id: str
    credit_code: str


PARTIES = ("exchange", "directory", "notification", "filing")
"""Whose keys there are."""


class Site:
    """An exchange on its own database and virtual host, and a directory beside it."""

    def __init__(
        self, folder: Path, mongo_uri: str, database: Database[Document], amqp_url: str, peer_amqp_url: str
    ) -> None:
        self.amqp_url, self.peer_amqp_url = amqp_url, peer_amqp_url
        self.database = database
        self.peer_dir = folder / "directory"
        self.files = {name: folder / f"{name}.json" for name in (*PARTIES, "peers", "kek")}
        for name in PARTIES:
            create_jose_file(self.files[name], name)
        self.keys = {name: read_jose_file(self.files[name]) for name in PARTIES}
        self.files["peers"].write_text(json.dumps({name: public_part(key) for name, key in self.keys.items()}))
        create_kek_file(self.files["kek"])
        self.settings = Settings(
            mongo_uri=Secret(mongo_uri),
            amqp_url=Secret(amqp_url),
            jose_key_file=self.files["exchange"],
            jose_peers_file=self.files["peers"],
            issuer="test",
            jwks_url="http://127.0.0.1:9/jwks",
            kek_provider="file",
            kek_file=str(self.files["kek"]),
            mongo_database=database.name,
        )
        self.wired = build(self.settings)
        MongoKeyStore(database[KEYS]).prepare()
        ensure_indexes(database, INDEXES)
        prepare_broker(amqp_url)

    def close(self) -> None:
        self.wired.client.close()

    def impatient(self, wait_seconds: float, attempts: int, gap_seconds: float = 600.0) -> Wired:
        """Return the exchange with less patience for receipts."""
        return build(
            replace(
                self.settings, receipt_minutes=wait_seconds / 60, send_attempts=attempts, gap_minutes=gap_seconds / 60
            )
        )

    @contextmanager
    def exchange(self, wait_seconds: float = 600.0, attempts: int = 5, gap_seconds: float = 600.0) -> Iterator[None]:
        """Run the exchange's worker."""
        wired = self.impatient(wait_seconds, attempts, gap_seconds)
        try:
            with running(*parts(wired, self.amqp_url)):
                yield
        finally:
            wired.client.close()

    @contextmanager
    def consumer_only(self) -> Iterator[None]:
        """Run what takes facts of units, without anything that relays what follows."""
        consumers = [part for part in parts(self.wired, self.amqp_url) if part.name == f"consumer-{EXCHANGE_EVENTS}"]
        with running(*consumers):
            yield

    @contextmanager
    def directory(self) -> Iterator[None]:
        """Run the stand-in."""
        store = Store(self.peer_dir)
        keys = keys_of(self.keys["directory"], {"exchange": public_part(self.keys["exchange"])})
        desk = Desk(store, keys, lambda: read_switches(self.peer_dir), SystemClock())
        try:
            with running(Inbox(desk, self.peer_amqp_url, Teller(desk, Bureau(store)))):
                yield
        finally:
            store.close()

    def both(self, **patience: Any) -> AbstractContextManager[None]:
        """Run exchange and directory."""

        @contextmanager
        def run() -> Iterator[None]:
            with self.exchange(**patience), self.directory():
                yield

        return run()

    def switch(self, **changes: Any) -> None:
        """Change how the directory behaves."""
        write_switches(self.peer_dir, replace(Switches(), **changes))

    def peer_environment(self) -> dict[str, str]:
        """Return the settings of the stand-in as a process."""
        return {
            "TONGBAO_PEER_AMQP_URL": self.peer_amqp_url,
            "TONGBAO_PEER_JOSE_KEY_FILE": str(self.files["directory"]),
            "TONGBAO_PEER_JOSE_PEERS_FILE": str(self.files["peers"]),
            "TONGBAO_PEER_DIR": str(self.peer_dir),
        }

    def exchange_environment(self) -> dict[str, str]:
        """Return the settings of the exchange as a process."""
        return {variable_of(name): str(value) for name, value in vars(self.settings).items()}

    def approve(
        self,
        unit_id: str = "",
        record: Mapping[str, Any] | None = None,
        reader: KeySetSerialization | None = None,
        **unit: Any,
    ) -> Approved:
        """Publish an approval of a new registration, its record sealed for the exchange if no other reader is given."""
        return self.tell(APPROVED, unit_id, new_id(), record, reader, **unit)

    def tell(
        self,
        type_: str,
        unit_id: str,
        registration_id: str,
        record: Mapping[str, Any] | None = None,
        reader: KeySetSerialization | None = None,
        **unit: Any,
    ) -> Approved:
        """Publish a fact of registration with the unit's record."""
        fact = self.fact(type_, unit_id, registration_id, record, reader, **unit)
        self.publish(EVENTS, type_, encode(fact.event, "registration"))
        return fact

    def fact(
        self,
        type_: str,
        unit_id: str,
        registration_id: str,
        record: Mapping[str, Any] | None = None,
        reader: KeySetSerialization | None = None,
        **unit: Any,
    ) -> Approved:
        """Return a fact of registration with the unit's record, not published yet.

        What the directory has of the unit was asked for of late: nothing but the fact leads to a message.
        """
        unit_id = unit_id or new_id()[::-1]
        content = record or make_record(unit_id, registration_id, **unit)
        self.was_asked_for(str(content["unit"]["credit_code"]))
        data = {
            "registration_id": registration_id,
            "unit_id": unit_id,
            "division": "330106",
            "revision": 1,
            "reader": "exchange",
            "sealed": seal_for(public_part(reader or self.keys["exchange"]), dump_payload(dict(content)), typ=type_),
        }
        event = Event(new_id(), type_, MOMENT, registration_id, data)
        return Approved(event, message_id_of(event.id, TOLD_AS[type_]), unit_id, str(content["unit"]["credit_code"]))

    def was_asked_for(self, credit_code: str) -> None:
        """Keep that the directory was asked for a code just now, and had nothing."""
        question, at = Question(Asks.CODE, credit_code=credit_code), SystemClock().now()
        asked = Inquiry(new_id(), question, InquiryState.ANSWERED, at, EXCHANGE.account_id, answered_at=at)
        self.wired.deps.directory.inquiries.add(asked)

    def approvals(self, count: int, first: int = 1) -> list[Approved]:
        """Return approvals of as many new units, each with a credit code of its own, not published yet."""
        numbers = range(first, first + count)
        return [self.fact(APPROVED, "", new_id(), credit_code=make_uscc(number)) for number in numbers]

    def correct(self, unit_id: str, **unit: str) -> Approved:
        """Publish what an approved 企业1表 says of a unit."""
        filing_id, type_ = new_id(), UNIT_CHANGED.type
        self.was_asked_for(unit["uscc"])
        content = {"unit": {"unit_id": unit_id, **unit}, "changes": [], "effective_date": date(2026, 3, 1)}
        data = {
            "filing_id": filing_id,
            "unit_id": unit_id,
            "division": "330106",
            "revision": 1,
            "reader": "exchange",
            "sealed": seal_for(public_part(self.keys["exchange"]), dump_payload(content), typ=type_),
        }
        event = Event(new_id(), type_, MOMENT, filing_id, data)
        self.publish(EVENTS, type_, encode(event, "filing"))
        return Approved(event, message_id_of(event.id, TOLD_AS[type_]), unit_id, unit["uscc"])

    def receipt(self, content: Mapping[str, Any], signer: KeySetSerialization | None = None, subject: str = "") -> None:
        """Publish a receipt, signed by the directory where no other signer is given."""
        body = json.dumps(dict(content)).encode()
        token = seal_for(
            public_part(self.keys["exchange"]), body, sign_with=signer or self.keys["directory"], typ=RECEIPT.type
        )
        event = Event(new_id(), RECEIPT.type, MOMENT, subject or content["message_id"], {"sealed": token})
        self.publish(BORDER, DIRECTORY_RECEIPTS, encode(event, "directory"))

    def publish(self, exchange: str, key: str, body: bytes) -> None:
        publisher = Publisher(self.amqp_url, "test")
        outcomes = publisher.publish([Outgoing(exchange, key, body, "m")])
        publisher.close()
        assert outcomes == ["confirmed"]

    def message(self, message_id: str) -> Message:
        return self.wired.messages.get(message_id)

    def reaches(self, message_id: str, state: State, seconds: float = SECONDS) -> Message:
        """Wait until the message is in the state, and return it."""

        def is_there() -> bool:
            found = self.wired.messages.find(message_id)
            return found is not None and found.state is state

        eventually(is_there, seconds)
        return self.message(message_id)

    def news(self) -> list[Received]:
        """Take what registration would have heard of the exchange, in order."""
        heard = [decode(body) for _, body in drain(self.amqp_url, REGISTRATION_EVENTS)]
        return [message for message in heard if message.source == "exchange"]

    def parked(self, queue: str) -> list[str]:
        """Take the messages out of the parking of a queue and return their reasons."""
        found = drain(self.amqp_url, QUEUE[queue].parking)
        return [str((properties.headers or {}).get(REASON, "")) for properties, _ in found]

    def report(self) -> dict[str, dict[str, Any]]:
        """Return what the directory saw, by message id."""
        store = Store(self.peer_dir)
        try:
            messages: Any = store.report()["messages"]
        finally:
            store.close()
        return {row["message_id"]: row for row in messages}


@pytest.fixture
def site(
    started: Stack, kept_databases: KeptDatabases, amqp_url: str, peer_amqp_url: str, tmp_path: Path
) -> Iterator[Site]:
    """An exchange and a directory on an empty database and virtual host; nothing of them runs yet."""
    with kept_databases.lend("exchange") as database:
        site = Site(tmp_path, started.mongod.uri, database, amqp_url, peer_amqp_url)
        yield site
        site.close()


def stranger() -> KeySetSerialization:
    """Return keys that nobody knows."""
    return create_jose_keys("stranger")

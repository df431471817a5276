"""Notification on a database and virtual host of its own, a mail server and a stand-in of identity beside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pymongo.database import Database
from werkzeug.test import TestResponse

from services.notification.app import create_app
from services.notification.model.mails import MailState
from services.notification.settings import Settings
from services.notification.wiring import INDEXES, Wired, build
from services.notification.worker import parts
from services.sandbox.stack.stack import Stack
from shared.clock import SystemClock
from shared.contracts.notification import NOTICE_DUE, Notice, of_unit, seal_notice
from shared.crypto.jose import public_part
from shared.crypto.jose_file import create_jose_file, read_jose_file
from shared.crypto.kek_file import create_kek_file
from shared.crypto.key_store import MongoKeyStore
from shared.crypto.providers import KEYS
from shared.identity.actor import Actor
from shared.ids import new_id
from shared.messaging.connection import prepare_broker
from shared.messaging.envelope import encode
from shared.messaging.outgoing import Outgoing
from shared.messaging.publisher import Publisher
from shared.messaging.settlement import REASON
from shared.messaging.topology import EVENTS, NOTIFICATION_EVENTS, QUEUE
from shared.mongo.aggregates import Event
from shared.mongo.client import Document
from shared.mongo.indexes import ensure_indexes
from shared.settings import Secret, variable_of
from tests.support.bus import drain, eventually, running
from tests.support.contacts_server import FakeIdentity
from tests.support.mail import MailBox, mail_server
from tests.support.stack import KeptDatabases
from tests.support.tokens import ISSUER, TestIssuer
from tests.support.tree import ROOT

UNIT = "1" * 32


class Site:
    """The service; nothing of it runs yet."""

    def __init__(
        self,
        folder: Path,
        mongo_uri: str,
        database: Database[Document],
        amqp_url: str,
        identity: FakeIdentity,
        box: MailBox,
    ) -> None:
        self.database, self.amqp_url, self.identity, self.box = database, amqp_url, identity, box
        create_jose_file(folder / "jose.json", "notification")
        create_kek_file(folder / "kek.json")
        self.keys = read_jose_file(folder / "jose.json")
        self.settings = Settings(
            mongo_uri=Secret(mongo_uri),
            amqp_url=Secret(amqp_url),
            jose_key_file=folder / "jose.json",
            identity_url=identity.url,
            token_url=f"{identity.url}/oauth/token",
            smtp_host="127.0.0.1",
            smtp_port=box.port,
            mail_from="tongbao@example.cn",
            portal_url="https://tongbao.example.cn",
            issuer=ISSUER,
            jwks_url="http://127.0.0.1:9/jwks",
            kek_provider="file",
            kek_file=str(folder / "kek.json"),
            mongo_database=database.name,
            handing_minutes=0.05,
        )
        self.wired = build(self.settings)
        MongoKeyStore(database[KEYS]).prepare()
        ensure_indexes(database, INDEXES)
        if amqp_url:
            prepare_broker(amqp_url)
        self.issuer = TestIssuer()
        self.app: Flask = create_app(self.wired.deps, self.issuer.verifier, self.wired.checks())
        self._client = self.app.test_client()

    def close(self) -> None:
        self.wired.client.close()

    def ask(
        self,
        actor: Actor | None,
        method: str,
        path: str,
        body: object = None,
        version: int | None = None,
        **headers: str,
    ) -> TestResponse:
        """Send a request as an actor."""
        sent = {**(self.issuer.headers(actor) if actor else {}), **headers}
        if version is not None:
            sent["If-Match"] = f'"{version}"'
        data = None if body is None else json.dumps(body).encode()
        if data is not None:
            sent.setdefault("Content-Type", "application/json")
        return self._client.open(path, method=method, headers=sent, data=data, buffered=True)

    def event(self, notice: Notice, owner: str = "registration") -> Event:
        """Return the event of a notice."""
        data = seal_notice(owner, notice, public_part(self.keys))
        return Event(new_id(), NOTICE_DUE[owner].type, SystemClock().now(), notice.once, data, correlation_id=new_id())

    def tell(self, notice: Notice, owner: str = "registration", times: int = 1) -> Event:
        """Publish the event of a notice, as often as that."""
        event = self.event(notice, owner)
        publisher = Publisher(self.amqp_url, "test")
        body = encode(event, owner)
        outcomes = publisher.publish([Outgoing(EVENTS, event.type, body, event.id)] * times)
        publisher.close()
        assert set(outcomes) == {"confirmed"}
        return event

    @contextmanager
    def worker(self) -> Iterator[Wired]:
        """Run the worker in this process."""
        wired = build(self.settings)
        try:
            with running(*parts(wired, self.settings)):
                yield wired
        finally:
            wired.client.close()

    @contextmanager
    def process(self, failpoints: str = "") -> Iterator[subprocess.Popen[bytes]]:
        """Run the worker as a process of its own."""
        own = {variable_of(name): str(value) for name, value in vars(self.settings).items()}
        started = subprocess.Popen(
            [sys.executable, "-m", "services.notification.worker"],
            cwd=ROOT,
            env={**os.environ, **own, "TONGBAO_FAILPOINTS": failpoints},
            stdout=subprocess.DEVNULL,
        )
        try:
            yield started
        finally:
            started.terminate()
            started.wait(20)

    def states(self) -> list[str]:
        """Return the states of all mails."""
        return sorted(row["state"] for row in self.database["mails"].find())

    def settled(self, *states: MailState, seconds: float = 15.0) -> None:
        """Wait until the mails are in exactly these states and nothing has arrived that waits."""
        wanted = sorted(state.value for state in states)
        eventually(lambda: self.states() == wanted and not self.database["arrivals"].count_documents({}), seconds)

    def parked(self) -> list[str]:
        """Take the messages out of the parking and return their reasons."""
        found = drain(self.amqp_url, QUEUE[NOTIFICATION_EVENTS].parking)
        return [str((properties.headers or {}).get(REASON, "")) for properties, _ in found]


def make_due(**changes: Any) -> Notice:
    """Return a notice: a registration of `UNIT` was returned."""
    values: dict[str, Any] = {
        "occasion": "registration.returned",
        "once": new_id(),
        "to": of_unit(UNIT),
        "values": {"platform_name": "云采平台", "reason": "请重新上传营业执照"},
        "link": f"/registrations/{'2' * 32}#website",
        "about": UNIT,
    }
    return Notice(**(values | changes))


@pytest.fixture
def identity() -> Iterator[FakeIdentity]:
    """A stand-in of identity."""
    identity = FakeIdentity()
    yield identity
    identity.close()


@pytest.fixture
def box() -> Iterator[MailBox]:
    """A mail server."""
    with mail_server() as box:
        yield box


@pytest.fixture
def site(
    started: Stack, kept_databases: KeptDatabases, amqp_url: str, tmp_path: Path, identity: FakeIdentity, box: MailBox
) -> Iterator[Site]:
    """Notification on an empty database and virtual host; nothing of it runs yet."""
    with kept_databases.lend("notification") as database:
        site = Site(tmp_path, started.mongod.uri, database, amqp_url, identity, box)
        yield site
        site.close()


@pytest.fixture
def office(
    started: Stack, database: Database[Document], tmp_path: Path, identity: FakeIdentity, box: MailBox
) -> Iterator[Site]:
    """The same without a broker, for what comes over HTTP."""
    started.wait_ready("mongod")
    site = Site(tmp_path, started.mongod.uri, database, "", identity, box)
    yield site
    site.close()

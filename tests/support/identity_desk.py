"""Identity on real servers: its app, its worker and a mail box, with a clock that a test moves."""

from __future__ import annotations

import json
import re
from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path
from typing import Any

from argon2.profiles import CHEAPEST
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.identity.app import app_of
from services.identity.cli import upkeep
from services.identity.settings import Settings
from services.identity.wiring import Wired, build
from services.identity.worker import parts
from services.notification.settings import Settings as NotificationSettings
from services.notification.wiring import INDEXES as NOTIFICATION_INDEXES
from services.notification.wiring import Wired as WiredNotification
from services.notification.wiring import build as build_notification
from services.notification.worker import parts as notification_parts
from shared.clock import FixedClock, SystemClock
from shared.contracts.notification import READER
from shared.crypto.jose import public_part
from shared.crypto.jose_file import create_jose_file, read_jose_file
from shared.crypto.kek_file import create_kek_file
from shared.crypto.key_store import MongoKeyStore
from shared.crypto.providers import KEYS
from shared.identity.passwords import PasswordHashes
from shared.messaging.connection import prepare_broker
from shared.mongo.indexes import ensure_indexes
from shared.settings import Secret
from tests.support.bus import eventually, running
from tests.support.codes import make_uscc
from tests.support.identity import PASSWORD
from tests.support.mail import MailBox, mail_server
from tests.support.oidc import OidcClient, submit

ISSUER = "https://identity.test"


def make_settings(folder: Path, mongo_uri: str, database: str, amqp_url: str) -> Settings:
    """Return settings with fresh keys below `folder`; those of the notification service are in `jose.json`."""
    create_kek_file(folder / "kek.json")
    create_jose_file(folder / "jose.json", READER)
    (folder / "peers.json").write_text(json.dumps({READER: public_part(read_jose_file(folder / "jose.json"))}))
    return Settings(
        mongo_uri=Secret(mongo_uri),
        amqp_url=Secret(amqp_url),
        jose_peers_file=folder / "peers.json",
        issuer=ISSUER,
        portal_url="https://portal.test",
        kek_provider="file",
        kek_file=str(folder / "kek.json"),
        mongo_database=database,
        demo=True,
        second_factor="optional",
        secure_cookies=False,
    )


def quick(wired: Wired) -> Wired:
    """Return identity with hashes that take a thousandth of the time: a sixth of a second adds up in tests."""
    return replace(wired, deps=replace(wired.deps, hashes=PasswordHashes(CHEAPEST)))


def sign_up_body(**changes: Any) -> dict[str, Any]:
    """Return what an applicant sends."""
    return {
        "credit_code": make_uscc(1),
        "unit_name": "杭州样例平台有限公司",
        "division": "330106",
        "contact_person": "张三",
        "email": "zhang@example.com",
        "phone": "0571-88888888",
    } | changes


@dataclass
class Desk:
    """What a test does to identity."""

    settings: Settings
    wired: Wired
    clock: FixedClock
    box: MailBox
    client: FlaskClient

    def post(self, path: str, body: object, token: str = "", **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            named["Authorization"] = f"Bearer {token}"
        return self.client.post(path, json=body, headers=named)

    def get(self, path: str, token: str) -> TestResponse:
        return self.client.get(path, headers={"Authorization": f"Bearer {token}"})

    def sign_in(
        self, username: str = "zhang@example.com", password: str = PASSWORD, browser: FlaskClient | None = None
    ) -> TestResponse:
        """Return the answer of the sign-in page: 303 for whoever gets in, else the page with what is wrong."""
        return submit(
            browser or self.client.application.test_client(), "/sign-in", username=username, password=password
        )

    def tokens(self, username: str = "zhang@example.com", password: str = PASSWORD) -> Mapping[str, Any]:
        """Sign in to a client at a browser of one's own."""
        return self.program.tokens(username, password)

    @cached_property
    def program(self) -> OidcClient:
        """A client that people sign in to."""
        return OidcClient(self.client.application, self.wired.deps, ISSUER).register()

    def mail_to(self, address: str) -> EmailMessage:
        """Wait for the newest mail to an address."""
        eventually(lambda: any(mail["To"] == address for mail in self.box.mails))
        return [mail for mail in self.box.mails if mail["To"] == address][-1]

    def sign_up(self, **changes: Any) -> TestResponse:
        """Sign up, take the code from the mail, and activate."""
        body = sign_up_body(**changes)
        started = self.post("/signups", body)
        assert started.status_code == 202, started.json
        found = re.search(r"激活码：(\d{8})", self.mail_to(body["email"]).get_content())
        assert found is not None
        path = f"/signups/{answer(started)['signup_id']}/activation"
        return self.post(path, {"code": found[1], "password": PASSWORD})

    @contextmanager
    def worker(self) -> Iterator[None]:
        """Relay meanwhile, and have the notification service send the mails."""
        told = self._notification()
        wired = build_notification(told)
        with wired.client:
            prepare_notification(wired, told)
            with running(*parts(self.wired, self.settings), *notification_parts(wired, told)):
                yield

    def _notification(self) -> NotificationSettings:
        folder = self.settings.jose_peers_file.parent
        return NotificationSettings(
            mongo_uri=self.settings.mongo_uri,
            amqp_url=self.settings.amqp_url,
            jose_key_file=folder / "jose.json",
            identity_url="http://127.0.0.1:9",
            token_url="http://127.0.0.1:9/oauth/token",
            smtp_host="127.0.0.1",
            smtp_port=self.box.port,
            mail_from="tongbao@example.com",
            portal_url=self.settings.portal_url,
            issuer=self.settings.issuer,
            jwks_url="http://127.0.0.1:9/jwks",
            kek_provider="file",
            kek_file=self.settings.kek_file,
            mongo_database=f"{self.settings.mongo_database}-n",
        )

    @contextmanager
    def restarted(self) -> Iterator[Desk]:
        """Give the desk of another process on the same database."""
        wired = quick(build(self.settings, self.clock))
        with wired.client:
            yield Desk(self.settings, wired, self.clock, self.box, app_of(wired).test_client())

    def stored(self) -> str:
        """Return everything in the database as text, bytes by their latin-1 letters."""
        return "\n".join(
            json.dumps(document, default=lambda v: v.decode("latin-1") if isinstance(v, bytes) else str(v))
            for name in self.wired.database.list_collection_names()
            for document in self.wired.database[name].find()
        )


def prepare_notification(wired: WiredNotification, settings: NotificationSettings) -> None:
    """Make what the notification service needs of database and broker."""
    MongoKeyStore(wired.database[KEYS]).prepare()
    ensure_indexes(wired.database, NOTIFICATION_INDEXES)
    prepare_broker(settings.amqp_url)


def answer(response: TestResponse) -> Mapping[str, Any]:
    """Return the JSON object of an answer."""
    assert isinstance(response.json, dict)
    return response.json


@contextmanager
def identity_desk(
    folder: Path, mongo_uri: str, database: str, amqp_url: str, *, is_quick: bool = True
) -> Iterator[Desk]:
    """Prepare a database and give the desk, with hashes of passwords that are made quickly or as in production."""
    with mail_server() as box:
        settings = make_settings(folder, mongo_uri, database, amqp_url)
        clock = FixedClock(SystemClock().now())
        wired = build(settings, clock)
        wired = quick(wired) if is_quick else wired
        with wired.client:
            upkeep(wired, settings).prepare(Namespace())
            yield Desk(settings, wired, clock, box, app_of(wired).test_client())
            wired.client.drop_database(f"{database}-n")

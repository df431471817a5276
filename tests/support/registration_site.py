"""Registration over the real servers, in this process: for tests that go through HTTP to what is stored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pymongo.database import Database
from werkzeug.test import TestResponse

from services.registration.app import create_app
from services.registration.settings import Settings
from services.registration.wiring import INDEXES, Wired, build
from services.sandbox.stack.stack import Stack
from shared.crypto.jose import create_jose_keys, public_part
from shared.crypto.kek_file import create_kek_file
from shared.crypto.key_store import MongoKeyStore
from shared.crypto.providers import KEYS
from shared.identity.actor import Actor
from shared.ids import new_id
from shared.mongo.client import Document
from shared.mongo.indexes import ensure_indexes
from shared.settings import Secret
from tests.support.tokens import ISSUER, TestIssuer


@dataclass(frozen=True)
class Site:
    """A running registration service, its issuer of tokens and its stores."""

    client: FlaskClient
    issuer: TestIssuer
    wired: Wired

    def call(
        self, actor: Actor | None, method: str, path: str, version: int | None = None, **request: object
    ) -> TestResponse:
        """Send a request as `actor`, on `version` where one is given."""
        headers = dict(self.issuer.headers(actor)) if actor else {}
        headers |= {"If-Match": f'"{version}"'} if version is not None else {}
        headers |= request.pop("headers", {})  # type: ignore[arg-type]  # a test gives plain headers
        return self.client.open(path, method=method, headers=headers, **request)  # type: ignore[arg-type]

    def create(self, actor: Actor) -> str:
        """Return the id of a new, empty registration of the actor."""
        answer = self.call(actor, "POST", "/registrations", json={}, headers={"Idempotency-Key": new_id()})
        assert answer.status_code == 201, answer.text
        return str(answer.json["id"])  # type: ignore[index]

    def upload(self, actor: Actor, registration_id: str, slot: str, name: str, content: bytes) -> TestResponse:
        """Send a file for a material; `name` is percent-encoded already."""
        headers = {"Content-Type": "application/octet-stream", "X-File-Name": name, "X-Material": slot}
        path = f"/registrations/{registration_id}/files"
        return self.call(actor, "POST", path, data=content, headers=headers)


@pytest.fixture
def site(started: Stack, database: Database[Document], bucket: str, tmp_path: Path) -> Iterator[Site]:
    """Registration over the embedded servers, with an empty database and bucket; the web app needs no broker."""
    create_kek_file(tmp_path / "kek.json")
    own = create_jose_keys("registration")
    (tmp_path / "jose.json").write_text(json.dumps(own))
    readers = {"registration": public_part(own), "exchange": public_part(create_jose_keys("exchange"))}
    (tmp_path / "peers.json").write_text(json.dumps(readers))
    settings = Settings(
        mongo_uri=Secret(started.mongod.uri),
        amqp_url=Secret(""),
        s3_endpoint=started.s3.endpoint,
        s3_access_key=Secret(started.secrets.s3_access_key),
        s3_secret_key=Secret(started.secrets.s3_secret_key),
        s3_bucket=bucket,
        jose_key_file=tmp_path / "jose.json",
        jose_peers_file=tmp_path / "peers.json",
        issuer=ISSUER,
        jwks_url="",
        smtp_host="127.0.0.1",
        smtp_port=9,
        mail_from="tongbao@example.com",
        portal_url="",
        kek_provider="file",
        kek_file=str(tmp_path / "kek.json"),
        mongo_database=database.name,
    )
    wired = build(settings)
    MongoKeyStore(wired.database[KEYS]).prepare()
    ensure_indexes(wired.database, INDEXES)
    issuer = TestIssuer()
    app = create_app(wired.deps, issuer.verifier, wired.checks())
    yield Site(app.test_client(), issuer, wired)
    wired.client.close()

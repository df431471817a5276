"""Registration over the real servers, in this process: for tests that go through HTTP to what is stored."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from mypy_boto3_s3 import S3Client
from pymongo import MongoClient
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
from tests.support.signing import signing_files
from tests.support.stack import KeptDatabases
from tests.support.tokens import ISSUER, TestIssuer


@dataclass(frozen=True)
class Site:
    """A running registration service, its issuer of tokens and its stores."""

    client: FlaskClient
    issuer: TestIssuer
    wired: Wired
    settings: Settings

    def call(
        self,
        actor: Actor | None,
        method: str,
        path: str,
        version: int | None = None,
        headers: Mapping[str, str] | None = None,
        **request: object,
    ) -> TestResponse:
        """Send a request as `actor`, on `version` where one is given."""
        sent = self.issuer.headers(actor) if actor else {}
        sent |= {"If-Match": f'"{version}"'} if version is not None else {}
        return self.client.open(path, method=method, headers=sent | dict(headers or {}), buffered=True, **request)  # type: ignore[arg-type]

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


@contextmanager
def open_site(started: Stack, database: str, bucket: str, folder: Path) -> Iterator[Site]:
    """Open registration over this database and bucket, with fresh keys below `folder`; it needs no broker."""
    create_kek_file(folder / "kek.json")
    own = create_jose_keys("registration")
    (folder / "jose.json").write_text(json.dumps(own))
    others = {name: public_part(create_jose_keys(name)) for name in ("exchange", "filing", "notification")}
    readers = {"registration": public_part(own), **others}
    (folder / "peers.json").write_text(json.dumps(readers))
    settings = Settings(
        mongo_uri=Secret(started.mongod.uri),
        amqp_url=Secret(""),
        s3_endpoint=started.s3.endpoint,
        s3_access_key=Secret(started.secrets.s3_access_key),
        s3_secret_key=Secret(started.secrets.s3_secret_key),
        s3_bucket=bucket,
        jose_key_file=folder / "jose.json",
        jose_peers_file=folder / "peers.json",
        signing_key_file=signing_files().key,
        signing_certificates_file=signing_files().certificates,
        issuer=ISSUER,
        jwks_url="",
        kek_provider="file",
        kek_file=str(folder / "kek.json"),
        mongo_database=database,
    )
    wired = build(settings)
    MongoKeyStore(wired.database[KEYS]).prepare()
    ensure_indexes(wired.database, INDEXES)
    issuer = TestIssuer()
    app = create_app(wired.deps, issuer.verifier, wired.checks())
    with wired.client:
        yield Site(app.test_client(), issuer, wired, settings)


@pytest.fixture
def site(started: Stack, kept_databases: KeptDatabases, bucket: str, tmp_path: Path) -> Iterator[Site]:
    """Registration over the embedded servers, with an empty database and bucket."""
    with (
        kept_databases.lend("registration") as database,
        open_site(started, database.name, bucket, tmp_path) as opened,
    ):
        yield opened


@pytest.fixture(scope="session")
def shared_site(
    started: Stack, mongo: MongoClient[Document], s3: S3Client, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The same for many tests, each of which leaves it as it found it."""
    name = f"test-{new_id()}"
    s3.create_bucket(Bucket=name)
    with open_site(started, name, name, tmp_path_factory.mktemp("site")) as opened:
        yield opened
    mongo.drop_database(name)

"""Filing over the real servers, in this process: for tests that go through HTTP to what is stored."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.filing.app import create_app
from services.filing.model.units import Platform, Source, UnitType
from services.filing.operations.units import Told, take_told
from services.filing.policy import SYSTEM
from services.filing.settings import Settings
from services.filing.wiring import INDEXES, Wired, build
from services.sandbox.stack.stack import Stack
from shared.calls import Call
from shared.clock import FixedClock
from shared.crypto.jose import create_jose_keys, public_part
from shared.crypto.jose_file import create_jose_file, read_jose_file
from shared.crypto.kek_file import create_kek_file
from shared.crypto.key_store import MongoKeyStore
from shared.crypto.providers import KEYS
from shared.identity.actor import COUNTRY, Actor, Role
from shared.ids import new_id
from shared.mongo.indexes import ensure_indexes
from shared.settings import Secret
from tests.support.signing import signing_files
from tests.support.stack import KeptDatabases
from tests.support.tokens import ISSUER, TestIssuer

MOMENT = datetime(2026, 1, 8, 1, 0, tzinfo=UTC)
DIVISION, CITY, PROVINCE = "330106", "330100", "330000"
COUNTY_REVIEWER = Actor("r-county", Role.COUNTY_REVIEWER, division=DIVISION)
CITY_REVIEWER = Actor("r-city", Role.CITY_REVIEWER, division=CITY)
PROVINCE_REVIEWER = Actor("r-province", Role.PROVINCE_REVIEWER, division=PROVINCE)
MINISTRY = Actor("r-ministry", Role.MINISTRY, division=COUNTRY)
SIGN_OFF = {
    "unit_head": "王小明",
    "statistics_head": "李晓红",
    "filler": "周海",
    "phone": "0571-88888888",
    "reported_on": "2026-01-08",
}
DECISION = {
    "edition": "2022",
    "from_period": "2025",
    "to_period": "2026-12",
    "document": "商办服贸函〔2025〕1号",
    "ground": "新制度批准前按现行制度填报。",
}

Json = dict[str, Any]


@dataclass(frozen=True)
class FilingSite:
    """A running filing service, its issuer of tokens, its stores and its clock."""

    client: FlaskClient
    issuer: TestIssuer
    wired: Wired
    settings: Settings
    clock: FixedClock

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

    def json(self, actor: Actor | None, method: str, path: str, version: int | None = None, **request: object) -> Json:
        """Send a request that succeeds, and return the body."""
        answer = self.call(actor, method, path, version, **request)  # type: ignore[arg-type]  # keywords of Flask's client
        assert answer.status_code < 300, answer.text
        assert isinstance(answer.json, dict)
        return answer.json

    def create(self, actor: Actor, path: str, body: Mapping[str, object]) -> Json:
        """Create something with a key of its own, and return it."""
        return self.json(actor, "POST", path, json=dict(body), headers={"Idempotency-Key": new_id()})

    def begin(self, actor: Actor, form: str, period: str = "2025", item: str = "") -> Json:
        """Return a filing that was begun."""
        return self.create(actor, "/filings", {"form": form, "period": period, "item": item})

    def save(self, actor: Actor, filing: Json, **content: object) -> Json:
        """Save the working copy."""
        return self.json(actor, "PUT", f"/filings/{filing['id']}/content", filing["version"], json=content)

    def submit(self, actor: Actor, filing: Json) -> TestResponse:
        """Submit a filing."""
        body = {"sign_off": SIGN_OFF, "duties_read": True}
        return self.call(actor, "POST", f"/filings/{filing['id']}/submission", filing["version"], json=body)

    def approve_through(self, filing: Json) -> Json:
        """Let every department of the chain approve what was submitted, the ministry last, and return it."""
        url, body = f"/filings/{filing['id']}", {"opinion": "同意上报", "signatory": "张审核"}
        for reviewer in reviewers_of(filing["division"]):
            version = self.json(reviewer, "GET", url)["version"]
            filing = self.json(reviewer, "POST", f"{url}/approval", version, json=body)
        return filing

    def upload(self, actor: Actor, filing: Json, name: str, content: bytes) -> TestResponse:
        """Send a file; `name` is percent-encoded already."""
        headers = {"Content-Type": "application/octet-stream", "X-File-Name": name}
        return self.call(actor, "POST", f"/filings/{filing['id']}/files", data=content, headers=headers)

    def operator(self, name: str = "杭州云采科技有限公司", division: str = DIVISION) -> Actor:
        """Return a person of a platform operator that registration told of."""
        unit_id = new_id()
        platform = Platform(f"p{unit_id[1:]}", f"{name}平台", "Yuncai")
        self._tell(unit_id, UnitType.PLATFORM, name, division, platform)
        return Actor(f"a-{unit_id}", Role.OPERATOR, unit_id=unit_id, division=division)

    def enterprise(self, name: str = "杭州软件研发有限公司", division: str = DIVISION) -> Actor:
        """Return a person of an enterprise."""
        unit_id = new_id()
        self._tell(unit_id, UnitType.ENTERPRISE, name, division, None)
        return Actor(f"a-{unit_id}", Role.ENTERPRISE, unit_id=unit_id, division=division)

    def _tell(self, unit_id: str, kind: UnitType, name: str, division: str, platform: Platform | None) -> None:
        basics = {"name": name, "uscc": "91330106000000019W", "legal_representative": "王小明"}
        told = Told(unit_id, kind, division, Source.REGISTRATION, self.clock.now(), basics, platform)
        take_told(self.wired.deps, Call(actor=SYSTEM), told)


def reviewers_of(division: str) -> tuple[Actor, ...]:
    """Return a person of each department that reviews what a unit of a county files, in their order."""
    county = Actor(f"r-{division}", Role.COUNTY_REVIEWER, division=division)
    city = Actor(f"r-{division[:4]}", Role.CITY_REVIEWER, division=f"{division[:4]}00")
    province = Actor(f"r-{division[:2]}", Role.PROVINCE_REVIEWER, division=f"{division[:2]}0000")
    return county, city, province, MINISTRY


@contextmanager
def open_filing_site(
    started: Stack, database: str, bucket: str, folder: Path, moment: datetime = MOMENT
) -> Iterator[FilingSite]:
    """Open filing over this database and bucket, with fresh keys below `folder`; it needs no broker."""
    create_kek_file(folder / "kek.json")
    create_jose_file(folder / "jose.json", "filing")
    own = read_jose_file(folder / "jose.json")
    others = {name: public_part(create_jose_keys(name)) for name in ("exchange", "notification", "statistics")}
    (folder / "peers.json").write_text(json.dumps({"filing": public_part(own), **others}))
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
        kek_provider="file",
        kek_file=str(folder / "kek.json"),
        mongo_database=database,
    )
    clock = FixedClock(moment)
    wired = build(settings, clock)
    MongoKeyStore(wired.database[KEYS]).prepare()
    ensure_indexes(wired.database, INDEXES)
    issuer = TestIssuer()
    app = create_app(wired.deps, issuer.verifier, wired.checks())
    with wired.client:
        yield FilingSite(app.test_client(), issuer, wired, settings, clock)


@pytest.fixture
def filing_site(started: Stack, kept_databases: KeptDatabases, bucket: str, tmp_path: Path) -> Iterator[FilingSite]:
    """Filing over the embedded servers, with an empty database and bucket, and periods to 2026 decided."""
    with (
        kept_databases.lend("filing") as database,
        open_filing_site(started, database.name, bucket, tmp_path) as opened,
    ):
        opened.create(MINISTRY, "/collection-decisions", DECISION)
        yield opened

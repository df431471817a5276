"""Identity on a real database, with people whom a test appoints by hand and a clock that it moves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from pymongo.database import Database
from werkzeug.test import TestResponse

from services.identity.app import app_of
from services.identity.model.accounts import Account, Person, Unit
from services.identity.model.grants import Grant
from services.identity.repository.indexes import INDEXES
from services.identity.wiring import SystemRandomness, Wired, build
from shared.clock import FixedClock
from shared.crypto.key_store import MongoKeyStore
from shared.crypto.providers import KEYS
from shared.history import HistoryEntry
from shared.identity.actor import Actor, Role
from shared.ids import new_id
from shared.mongo.client import Document
from shared.mongo.indexes import ensure_indexes
from tests.support.codes import make_uscc
from tests.support.identity import MOMENT, make_account
from tests.support.identity_desk import make_settings, quick


class TellingRandomness(SystemRandomness):
    """Chance that remembers the codes that it made."""

    def __init__(self) -> None:
        self.codes: list[str] = []

    def code(self) -> str:
        self.codes.append(super().code())
        return self.codes[-1]


MACHINE = Actor("notification", Role.SERVICE)


class Office:
    """What a test does to identity."""

    def __init__(self, wired: Wired, clock: FixedClock) -> None:
        self.chance = TellingRandomness()
        self.wired = replace(wired, deps=replace(wired.deps, random=self.chance))
        self.clock = clock
        self.app = app_of(self.wired)
        self.client: FlaskClient = self.app.test_client()

    @property
    def database(self) -> Database[Document]:
        return self.wired.database

    def add(self, number: int, *grants: Grant, **changes: Any) -> Account:
        """Store a person with these grants; their user name is `p<number>@example.com`."""
        name = f"p{number}@example.com"
        values: dict[str, Any] = {
            "id": f"{number:032x}",
            "person": Person(name, f"人员{number}", name),
            "grants": grants,
        } | changes
        hashed = values.pop("password_hash", "")
        account = make_account(**values)
        if hashed:
            account = replace(account, password=replace(account.password, hash=hashed, set_at=self.clock.now()))
        return self.wired.deps.accounts.add(account, HistoryEntry(MOMENT, "system", "create", None, account.state))

    def add_unit(self, number: int, division: str = "330106") -> Unit:
        """Store a unit."""
        unit = Unit(f"{number:032x}", 1, division, make_uscc(number), f"单位{number}", MOMENT)
        self.wired.deps.units.add(unit, HistoryEntry(MOMENT, "system", "create", None, None))  # type: ignore[attr-defined]  # the real one also takes them
        return unit

    def ask(
        self, actor: Actor | None, method: str, path: str, body: object = None, version: int = 0, key: str = ""
    ) -> TestResponse:
        """Send a request as somebody, with a fresh key if no other; `version` is that of the thing to be changed."""
        headers = {"Idempotency-Key": key or new_id()}
        if version:
            headers["If-Match"] = f'"{version}"'
        if actor is not None:
            headers["Authorization"] = f"Bearer {self.wired.token_keys.issue(actor, new_id())}"
        return self.client.open(path, method=method, headers=headers, json=body)


@contextmanager
def open_office(folder: Path, mongo_uri: str, database: str, clock: FixedClock | None = None) -> Iterator[Office]:
    """Open identity on a database, at `MOMENT` where no clock is given."""
    clock = clock or FixedClock(MOMENT)
    wired = quick(build(make_settings(folder, mongo_uri, database, ""), clock))
    with wired.client:
        MongoKeyStore(wired.database[KEYS]).prepare()
        ensure_indexes(wired.database, INDEXES)
        wired.token_keys.prepare()
        yield Office(wired, clock)

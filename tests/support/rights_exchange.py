"""What the table of the exchange's rights speaks of: messages in every state, and a right request per route."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from werkzeug.test import TestResponse

from services.exchange.app import create_app
from services.exchange.model.cases import State as CaseState
from services.exchange.model.inquiries import Load, LoadState
from services.exchange.model.messages import Action, Secret, State
from services.exchange.settings import Settings
from services.exchange.wiring import INDEXES, Wired, build
from shared.crypto.jose import create_jose_keys, public_part
from shared.crypto.jose_file import create_jose_file
from shared.crypto.kek_file import create_kek_file
from shared.crypto.key_store import MongoKeyStore
from shared.crypto.providers import KEYS
from shared.history import HistoryEntry
from shared.ids import new_id
from shared.mongo.indexes import ensure_indexes
from shared.settings import Secret as SecretText
from tests.support.codes import make_uscc
from tests.support.exchange_desk import BY_ITSELF, NOW, make_message
from tests.support.exchange_kept import keep_case
from tests.support.exchange_sharing import TARGETS as SHARING
from tests.support.exchange_sharing import keep_sharing, make_table_set
from tests.support.exchange_statements import keep_statements
from tests.support.rights import Row
from tests.support.rights_people import PEOPLE, UNIT
from tests.support.tokens import ISSUER, TestIssuer

TARGETS = {state.value: f"{number:032x}" for number, state in enumerate(State, 1)} | {"missing": "0" * 32}
CASES = {"case-open": "c" * 32, "case-settled": "d" * 32, "case-elsewhere": "e" * 32}
LOADS = {"load-stopped": "6" * 32, "load-done": "7" * 32}
STATEMENTS = {
    "statement": "directory-2026-03-01",
    "statement-signed": "directory-2026-03-02",
    "statement-sharing": "sharing-2026-03-01",
}
DAYS = "?since=2026-03-01&until=2026-03-02"
"""What the routes of the journal want to be told."""
SHARED = ("deliveries", "grants", "objections", "table_sets")
CHANGED = (
    "messages",
    "routes",
    "partners",
    "reruns",
    "rerun_items",
    "cases",
    "directory_loads",
    "directory_inquiries",
    "statements",
    "jobs",
    *SHARED,
)
REASON = {"reason": "已联系名录库"}
BODIES: Mapping[str, object] = {
    "units": {"text": "平台公司"},
    "figures": {
        **REASON,
        **{"cap": 10, "retention_days": 800, "alarm_waiting": 5, "alarm_minutes": 5, "alarm_troubled": 5},
    },
    "pings": {},
    "cancellation": {},
    "maintenances": {"begins": "2190-01-01T00:00:00+08:00", "ends": "2190-01-02T00:00:00+08:00", "text": "检修"},
    "preview": {"ids": [TARGETS["refused"]]},
    "reruns": {**REASON, "items": [{"id": TARGETS["refused"], "version": 1}]},
    "look-ups": {"credit_code": make_uscc(1)},
    "requests": {"receiver": "sharing", "resource": "MOFCOM-FWWB-02", "purpose": "监测"},
    "grant": {"conditions": "限统计用途", "valid_from": "2026-05-01", "valid_to": None},
    "deliveries": {"set_id": make_table_set().set_id, "receiver": "sharing"},
    "objections": {
        "delivery_id": SHARING["delivery-accepted"],
        **{"table": "by_region", "at": ["110000"], "measure": "contracts", "reason": "偏低"},
    },
    "answer": {"is_upheld": True, "answer": "属实"},
    "sign-off": {"name": "李明", "remark": "已核对"},
    "runs": {},
    "decisions": {"decisions": [{"field": "name", "choice": "leave", "reason": "等单位换发执照"}]},
}
"""What is sent, by the end of the path."""


class Ground:
    """A message in each state on the exchange, and the way to ask for them."""

    def __init__(self, wired: Wired) -> None:
        self.wired = wired
        self.issuer = TestIssuer()
        self.app: Flask = create_app(wired.deps, self.issuer.verifier, wired.checks())
        self._client = self.app.test_client()
        for number, state in enumerate(State, 1):
            act = HistoryEntry(NOW, "exchange", Action.CREATE, None, state)
            message = make_message(id=TARGETS[state.value], unit_id=UNIT, state=state, sequence=number, history=(act,))
            secret = None if state is State.FAILED else Secret(json.dumps({"unit": {"name": "平台公司"}}).encode())
            wired.messages.add(message, BY_ITSELF, secret)
        keep_case(wired.deps, CASES["case-open"], new_id(), NOW)
        keep_case(wired.deps, CASES["case-settled"], new_id(), NOW, CaseState.SETTLED)
        keep_case(wired.deps, CASES["case-elsewhere"], new_id(), NOW, path=("440304", "440300", "440000", "000000"))
        for target, id in LOADS.items():
            state = LoadState.STOPPED if target == "load-stopped" else LoadState.DONE
            wired.deps.directory.loads.add(Load(id, 1, state, NOW, NOW, "9" * 32, 500))
        keep_sharing(wired.deps)
        keep_statements(wired.deps)
        self.kept = {name: list(wired.database[name].find()) for name in CHANGED}

    def send(
        self, person: str, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> TestResponse:
        """Send a request as a person."""
        actor = PEOPLE[person]
        sent = {"If-Match": '"1"', "Content-Type": "application/json", **(headers or {})}
        sent |= self.issuer.headers(actor) if actor else {}
        return self._client.open(path, method=method, headers=sent, data=body, buffered=True)

    def ask(self, person: str, row: Row) -> TestResponse:
        """Send the right request of a row as a person; what it changed is put back."""
        path = row.route.replace("<string:message_id>", TARGETS.get(row.target, "0" * 32))
        path = path.replace("<string:load_id>", LOADS.get(row.target, "0" * 32))
        for name in ("route", "partner"):
            path = path.replace(f"<string:{name}>", row.target)
        for name in ("maintenance_id", "rerun_id"):
            path = path.replace(f"<string:{name}>", "0" * 32)
        path = path.replace("<string:inquiry_id>", "0" * 32)
        path = path.replace("<string:check_name>", "double_code")
        path = path.replace("<string:case_id>", CASES.get(row.target, "0" * 32))
        for name in ("delivery_id", "request_id", "objection_id"):
            path = path.replace(f"<string:{name}>", SHARING.get(row.target, "0" * 32))
        path = path.replace("<string:statement_id>", STATEMENTS.get(row.target, "nobody-2026-03-01"))
        path = path.replace("<string:job_name>", row.target)
        if row.route.startswith("/journal/") and row.route.rpartition("/")[2] in ("anchors", "check", "container"):
            path += DAYS
        path = path.replace("<path:file_name>", "swagger-ui.css")
        body = None if row.method == "GET" else json.dumps(BODIES.get(path.rpartition("/")[2], REASON)).encode()
        answer = self.send(person, row.method, path, {"Idempotency-Key": new_id()}, body)
        if row.method != "GET":
            self.put_back()
        return answer

    def put_back(self) -> None:
        """Undo what requests have changed."""
        for name, rows in self.kept.items():
            self.wired.database[name].delete_many({"_id": {"$nin": [row["_id"] for row in rows]}})
            for row in rows:
                self.wired.database[name].replace_one({"_id": row["_id"]}, row)


@contextmanager
def open_ground(folder: Path, mongo_uri: str, database: str) -> Iterator[Ground]:
    """Open the exchange on a database; it needs no broker."""
    create_kek_file(folder / "kek.json")
    create_jose_file(folder / "jose.json", "exchange")
    (folder / "peers.json").write_text(
        json.dumps(
            {
                name: public_part(create_jose_keys(name))
                for name in ("directory", "nbs", "sharing", "notification", "filing")
            }
        )
    )
    settings = Settings(
        mongo_uri=SecretText(mongo_uri),
        amqp_url=SecretText(""),
        jose_key_file=folder / "jose.json",
        jose_peers_file=folder / "peers.json",
        issuer=ISSUER,
        jwks_url="",
        kek_provider="file",
        kek_file=str(folder / "kek.json"),
        mongo_database=database,
    )
    wired = build(settings)
    with wired.client:
        MongoKeyStore(wired.database[KEYS]).prepare()
        ensure_indexes(wired.database, INDEXES)
        yield Ground(wired)

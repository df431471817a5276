"""Contracts of one unit while the country grows: the list, a contract's page, and the check for likely duplicates.

One unit files for real; the rest of the country are copies of its documents under ids and keyed hashes of their own,
which nobody opens. The whole is 500,000 contracts with 5 million executions; `TONGBAO_BENCH_SHARE` takes a share of it.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pymongo import MongoClient, WriteConcern

from services.filing.operations.likeness import read_next_due, take_fact
from services.filing.policy import SYSTEM
from services.filing.wiring import INDEXES
from shared.calls import Call
from shared.identity.actor import Actor
from shared.ids import new_id
from shared.mongo.client import Document
from shared.mongo.indexes import ensure_indexes
from shared.storage.s3 import connect as connect_s3
from tests.bench.ground import Ground
from tests.bench.report import Row
from tests.support.filing_site import DECISION, MINISTRY, FilingSite, Json, open_filing_site
from tests.support.filing_typed import BASICS, CONTRACT, EXECUTION

DATABASE = "bench-ledger"
PERIOD = "2025-12"
UNITS, CONTRACTS, EXECUTIONS = 50_000, 10, 10
"""Units of a country, contracts of each, executions of each contract."""
DEFAULT_SHARE = 0.05
AIM = 2.0
ASKED = 200
WARMING = 10
"""How often each question is asked at each size."""
DIVISIONS = ("330106", "330108", "330203", "110105", "310115", "440305")
BATCH = 2_000
MOST_SEALED = 200
"""So many bytes of what is sealed a copy has."""

COPIED = ("filings", "accounts", "likenesses")
CACHE_TO_COPY, CACHE_TO_ASK = "3GB", "256MB"
"""The server's memory: what it gets to copy a country, and what the small server of the benches has."""


def measure(ground: Ground) -> Sequence[Row]:
    """Return the rows of the contract ledger."""
    secret = ground.stack.secrets
    client = connect_s3(ground.stack.s3.endpoint, secret.s3_access_key, secret.s3_secret_key)
    client.create_bucket(Bucket=DATABASE)
    units = max(100, int(UNITS * float(os.environ.get("TONGBAO_BENCH_SHARE", DEFAULT_SHARE))))
    with ExitStack() as stack:
        towns = []
        for name, size in (("whole", units), ("hundredth", units // 100)):
            keys = ground.folder / f"ledger-keys-{name}"
            keys.mkdir()
            opened = open_filing_site(ground.stack, f"{DATABASE}-{name}", DATABASE, keys)
            towns.append(_grown(stack.enter_context(opened), size))
        return list(_rows(towns[0], towns[1], units))


@dataclass(frozen=True)
class Town:
    """A country of some size, with the unit that is asked about and its contracts."""

    site: FilingSite
    firm: Actor
    contracts: Sequence[str]

    def questions(self) -> Mapping[str, Callable[[], object]]:
        """Return what is asked, by name."""
        site, wired = self.site, self.site.wired

        def check() -> None:
            """Ask the worker to read a contract anew; what has not changed would not be looked up at all."""
            chosen = {"_id": secrets.choice(self.contracts)}
            wired.database["likenesses"].update_one(chosen, {"$set": {"due": True}})
            assert read_next_due(wired.deps, Call(SYSTEM))

        return {
            "list of contracts": lambda: site.json(self.firm, "GET", "/contracts?limit=50"),
            "contract page": lambda: site.json(self.firm, "GET", f"/contracts/{secrets.choice(self.contracts)}"),
            "duplicate check": check,
        }


def _grown(site: FilingSite, units: int) -> Town:
    firm, contracts = _filed(site)
    Country(site, firm.unit_id or "").grow(units)
    return Town(site, firm, contracts)


def _rows(whole: Town, hundredth: Town, units: int) -> Iterator[Row]:
    few, many = hundredth.questions(), whole.questions()
    for name in few:
        times = _asked({"few": few[name], "many": many[name]})
        size = f"{units * CONTRACTS:,} contracts, {units * CONTRACTS * EXECUTIONS:,} executions"
        text = f"p95 {1000 * times['many']:.1f} ms at {size}, beside {1000 * times['few']:.1f} ms at 1 % of them"
        yield Row(f"{name}, growth of the country", times["many"] / times["few"], AIM, "lower", text)


def _asked(questions: Mapping[str, Callable[[], object]]) -> Mapping[str, float]:
    """Ask in turns, and return the p95 of each in seconds; the first ones warm up."""
    times: dict[str, list[float]] = {name: [] for name in questions}
    for _ in range(ASKED + WARMING):
        for name, question in questions.items():
            begun = time.perf_counter()
            question()
            times[name].append(time.perf_counter() - begun)
    return {name: sorted(found[WARMING:])[int(0.95 * ASKED)] for name, found in times.items()}


def _filed(site: FilingSite) -> tuple[Actor, Sequence[str]]:
    """File the contracts and executions of one unit, and return its person and the ids of the contracts."""
    site.create(MINISTRY, "/collection-decisions", DECISION)
    firm = site.enterprise()
    _file(site, firm, "enterprise-1", "2025", BASICS)
    contracts, executions = [], []
    for number in range(CONTRACTS):
        name = {"number": f"HZ-2025-{number:03}"}
        amount = {"amount": str(400 + number), "currency": "USD", "usd": str(400 + number)}
        contracts.append(_file(site, firm, "enterprise-2", PERIOD, {**CONTRACT, "202": name, "206": amount}))
        for each in range(EXECUTIONS):
            typed = {**EXECUTION, "304": name, "307": f"PZ-{number:03}-{each:03}"}
            executions.append(_file(site, firm, "enterprise-3", PERIOD, typed))
    for filing in (*contracts, *executions):
        take_fact(site.wired.deps, Call(SYSTEM), filing)
    return firm, contracts


def _file(site: FilingSite, firm: Actor, form: str, period: str, answers: Mapping[str, Any]) -> str:
    filing = site.save(firm, site.begin(firm, form, period), answers=answers)
    explained = {each["rule"]: "已核实" for each in filing["findings"] if each["severity"] == "query"}
    answer = site.submit(firm, site.save(firm, filing, answers=answers, explanations=explained))
    filed: Json = answer.json or {}
    return str(filed["id"])


@dataclass
class Country:
    """The other units, as copies of one."""

    site: FilingSite
    unit: str
    units: int = 0

    def grow(self, units: int) -> None:
        """Let the country have so many units; the indexes come back once all of them are there, which is much faster."""
        database = self.site.wired.database
        with roomy(self.site):
            for name in COPIED:
                database[name].drop_indexes()
            self._copy(units)
            self._index()
        self.units = units
        self.site.wired.client.admin.command("fsync")  # so that no question waits for what was just copied

    def _index(self) -> None:
        """Make the indexes anew, which takes longer than a connection of the service waits for an answer."""
        patient: MongoClient[Document] = MongoClient(self.site.settings.mongo_uri)
        with patient:
            ensure_indexes(patient[self.site.wired.database.name], {name: INDEXES[name] for name in COPIED})

    def _copy(self, units: int) -> None:
        copied = {name: list(self.site.wired.database[name].find({"unit": self.unit})) for name in COPIED}
        waiting: dict[str, list[Document]] = {name: [] for name in COPIED}
        for number in range(self.units, units):
            for name, documents in _copies(copied, number).items():
                waiting[name] += documents
                if len(waiting[name]) >= BATCH:
                    self._insert(name, waiting.pop(name))
                    waiting[name] = []
        for name, documents in waiting.items():
            self._insert(name, documents)

    def _insert(self, name: str, documents: list[Document]) -> None:
        if documents:
            collection = self.site.wired.database[name].with_options(write_concern=WriteConcern(w=1, j=False))
            collection.insert_many(documents, ordered=False)


@contextmanager
def roomy(site: FilingSite) -> Iterator[None]:
    """Give the server more memory than the small one that it has while questions are asked."""
    run = site.wired.client.admin.command
    run("setParameter", 1, wiredTigerEngineRuntimeConfig=f"cache_size={CACHE_TO_COPY}")
    yield
    run("setParameter", 1, wiredTigerEngineRuntimeConfig=f"cache_size={CACHE_TO_ASK}")


def _copies(copied: Mapping[str, Sequence[Document]], number: int) -> Mapping[str, list[Document]]:
    """Return one unit's documents under ids and keyed hashes of their own; their seals are never opened."""
    ids = {each["_id"]: new_id() for documents in copied.values() for each in documents}
    unit, division = secrets.token_hex(16), DIVISIONS[number % len(DIVISIONS)]
    path = [division, f"{division[:4]}00", f"{division[:2]}0000", "000000"]
    return {name: [_copy(each, ids, unit, path, number) for each in documents] for name, documents in copied.items()}


def _cut(value: object) -> object:
    """Return a value, of what is sealed the first bytes alone: nobody opens it, and it would take most of the room."""
    return value[:MOST_SEALED] if isinstance(value, bytes) else value


def _copy(document: Document, ids: Mapping[str, str], unit: str, path: list[str], number: int) -> Document:
    made = {name: _cut(value) for name, value in document.items()}
    made |= {"_id": ids[document["_id"]], "unit": unit, "division": path[0], "path": path, "outbox": []}
    made.pop("created_key", None)
    if "updated_at" in made:
        made["updated_at"] = document["updated_at"] - timedelta(seconds=number + 1)
    if "slot" in made:
        made["slot"] = made["_id"]
    if "sight" in made:
        made["sight"] = [*([unit] if "form" in made else []), *path]
    for name in ("key", "number"):
        if isinstance(made.get(name), bytes):
            made[name] = secrets.token_bytes(16)
    if "lines" in made:
        made["lines"] = [ids[each] for each in document["lines"]]
    if "facets" in made:
        made["facets"] = [secrets.token_bytes(16) for _ in document["facets"]]
    if "marks" in made:
        made["marks"] = [{**each, "mark": secrets.token_bytes(16)} for each in document["marks"]]
    if "reviewer" in made:
        made["reviewer"] = path[0]
    return made

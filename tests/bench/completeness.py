"""Completeness while the country grows: the ministry's page over every county, and what a count from nothing costs.

Units and filings are plain documents that nobody opens, spread over all counties. Between two questions one filing changes,
and half a minute passes. `TONGBAO_BENCH_SHARE` takes a share of the 100,000 units.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from services.filing.model.periods import Period
from services.filing.operations.completeness import question_of
from services.filing.operations.counting import count_all
from shared.codes import divisions
from shared.codes.divisions import Level
from shared.identity.actor import COUNTRY, Actor, Role
from shared.mongo.client import Document
from shared.storage.s3 import connect as connect_s3
from tests.bench.ground import Ground
from tests.bench.report import Row
from tests.support.filing_site import DECISION, MINISTRY, FilingSite, open_filing_site

DATABASE = "bench-completeness"
FORMS = {"enterprise-3": "2025-12", "enterprise-4": "2025", "enterprise-5": "2025"}
UNITS, OF_PROVINCE = 100_000, 3_000
DEFAULT_SHARE = 0.1
TENTH = 10
AIM = 2.0
ASKED, WARMING = 40, 4
BATCH = 5_000
DAY = date(2026, 1, 1)
PROVINCE = Actor("r-province", Role.PROVINCE_REVIEWER, division="330000")


def measure(ground: Ground) -> Sequence[Row]:
    """Return the rows of completeness."""
    secret = ground.stack.secrets
    client = connect_s3(ground.stack.s3.endpoint, secret.s3_access_key, secret.s3_secret_key)
    client.create_bucket(Bucket=DATABASE)
    units = max(1_000, int(UNITS * float(os.environ.get("TONGBAO_BENCH_SHARE", DEFAULT_SHARE))))
    with ExitStack() as stack:
        towns = []
        for name, size in (("whole", units), ("tenth", units // TENTH)):
            keys = ground.folder / f"completeness-keys-{name}"
            keys.mkdir()
            site = stack.enter_context(open_filing_site(ground.stack, f"{DATABASE}-{name}", DATABASE, keys))
            site.create(MINISTRY, "/collection-decisions", DECISION)
            towns.append(_settled(site, size))
        return list(_rows(towns[0], towns[1]))


@dataclass
class Town:
    """A country of some size, and how long a count of it from nothing took, in seconds."""

    site: FilingSite
    units: int
    from_nothing: float
    changed: int = 0

    def ask(self, actor: Actor, form: str = "enterprise-4", division: str = "") -> None:
        """Change one filing, let time pass, and look at a page."""
        self.changed += 1
        self.site.clock.advance(timedelta(seconds=30))
        of_one = {"_id": f"{'enterprise-4'}-{self.changed * 7919 % self.units}"}
        now = self.site.clock.now()
        self.site.wired.database["filings"].update_one(of_one, {"$set": {"updated_at": now, "state": "approved"}})
        self.site.json(actor, "GET", f"/completeness?form={form}&period={FORMS[form]}&division={division}")


def _settled(site: FilingSite, units: int) -> Town:
    counties = _counties()
    _insert(site, "units", (_unit(number, counties) for number in range(units)))
    _insert(site, "accounts", (_account(number) for number in range(units) if number % 3))
    filed = (
        _filing(number, form, counties, site) for number in range(units) for form in FORMS if (number + len(form)) % 5
    )
    _insert(site, "filings", filed)
    deps = site.wired.deps
    asked = question_of(deps, MINISTRY, "enterprise-4", "2025", "")
    begun = time.perf_counter()
    count_all(deps, asked.form, Period(2025), COUNTRY)
    return Town(site, units, time.perf_counter() - begun)


def _rows(whole: Town, tenth: Town) -> Iterator[Row]:
    asked: Mapping[str, Callable[[Town], None]] = {
        "the ministry's page": lambda town: town.ask(MINISTRY),
        "the ministry's page of a month": lambda town: town.ask(MINISTRY, "enterprise-3"),
    }
    for name, question in asked.items():
        few, many = _times(lambda: question(tenth), lambda: question(whole))  # noqa: B023  # called at once
        text = f"p95 {1000 * many:.1f} ms with {whole.units:,} units, beside {1000 * few:.1f} ms with a tenth of them"
        if name == "the ministry's page":
            text += f"; counted from nothing: {whole.from_nothing:.2f} s and {tenth.from_nothing:.2f} s"
        yield Row(f"{name}, 10 × the units", many / few, AIM, "lower", text)
    for form in FORMS:
        whole.ask(PROVINCE, form)
    three = sorted(_clocked(lambda: [whole.ask(PROVINCE, form) for form in FORMS]) for _ in range(ASKED))
    of_province = whole.site.wired.database["units"].count_documents({"path": "330000"})
    text = f"p95 {1000 * three[int(0.95 * ASKED)]:.1f} ms for three forms of a province with {of_province:,} units"
    yield Row("a province's three forms beside one page of the ministry", three[ASKED // 2] / many, 3.0, "lower", text)


def _times(*questions: Callable[[], object]) -> list[float]:
    """Ask in turns, and return the p95 of each in seconds; the first ones warm up."""
    found: list[list[float]] = [[] for _ in questions]
    for _ in range(ASKED + WARMING):
        for times, question in zip(found, questions, strict=True):
            times.append(_clocked(question))
    return [sorted(times[WARMING:])[int(0.95 * ASKED)] for times in found]


def _clocked(question: Callable[[], object]) -> float:
    begun = time.perf_counter()
    question()
    return time.perf_counter() - begun


def _counties() -> list[tuple[str, ...]]:
    known = [each[0] for each in divisions.meanings().values()]
    codes = sorted(
        each.code for each in known if each.level is Level.COUNTY and each.is_valid(DAY) and not each.is_group
    )
    return [divisions.path(code, DAY) for code in codes]


def _place(number: int, counties: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Return where a unit is: every thirty-third in one busy district, the others all over the country."""
    busy = next(path for path in counties if path[0] == "330106")
    return busy if number % 33 == 0 else counties[number * 31 % len(counties)]


def _unit(number: int, counties: Sequence[tuple[str, ...]]) -> Document:
    path = list(_place(number, counties))
    return {
        "_id": f"{number:032x}",
        "v": 1,
        "types": ["enterprise"],
        "division": path[0],
        "path": path,
        "listed": [f"{division}/{kind}" for division in path for kind in ("", "enterprise")],
        "since": {"enterprise": "2024-01-01"},
        "registered": {},
        "sealed": b"",
    }


def _account(number: int) -> Document:
    return {"_id": f"a-{number}", "unit": f"{number:032x}", "open_from": "2025-01", "open_to": "9999-12", "sight": []}


def _filing(number: int, form: str, counties: Sequence[tuple[str, ...]], site: FilingSite) -> Document:
    path = list(_place(number, counties))
    return {
        "_id": f"{form}-{number}",
        "v": 1,
        "unit": f"{number:032x}",
        "form": form,
        "period": FORMS[form],
        "item": "",
        "state": ("submitted", "approved", "returned")[number % 3],
        "in_force": number % 3 % 2,
        "passed": path[: number % 4],
        "filed_on": f"2026-01-{1 + number % 20:02}",
        "revision": 1,
        "path": path,
        "sight": [f"{number:032x}", *path],
        "updated_at": site.clock.now() - timedelta(days=1),
    }


def _insert(site: FilingSite, collection: str, documents: Iterator[Document]) -> None:
    while batch := list(islice(documents, BATCH)):
        site.wired.database[collection].insert_many(batch, ordered=False)

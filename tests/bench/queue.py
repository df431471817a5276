"""A department's queue, and approvals out of it, while the country grows from 10,000 filings to the whole.

A third of the filings waits at some level; those that wait for a county or the ministry are sealed like any other, the
rest is never opened and holds one seal. The whole is a million filings; `TONGBAO_BENCH_SHARE` takes a share of it. Asked is
the ministry, whose queue grows with the country.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from pymongo import MongoClient, WriteConcern

from services.filing.model.filings import Filing, Noted, SignOff, Version, Working
from services.filing.model.ranks import Order, Ranks
from services.filing.model.states import Action, State
from services.filing.policy import reviewing_division
from services.filing.repository.records import COLLECTION, Records
from services.filing.wiring import INDEXES
from shared.codes import divisions
from shared.crypto.blind_index import BlindIndex
from shared.crypto.sealing import Place, Sealer
from shared.history import HistoryEntry
from shared.identity.actor import COUNTRY, Actor, Role
from shared.mongo.aggregates import act_entry
from shared.mongo.client import Document
from shared.mongo.indexes import ensure_indexes
from tests.bench.ground import Ground
from tests.bench.ledger import roomy
from tests.bench.report import Row
from tests.support.filing_site import MOMENT, FilingSite, open_filing_site

FILINGS = 1_000_000
DEFAULT_SHARE = 0.15
FEW = 10_000
"""The filings of the small country; the large one has at least ten times as many."""
AIM = 2.0
ASKED, WARMING = 100, 10
PERSONS = 40
"""Reviewers who ask in turns: each may ask only so often a minute."""
UNITS = 500
BATCH = 2_000
COUNTIES = ("330106", "330108", "330203", "350203", "420106", "440305")
FORMS = (("enterprise-1", "2025"), ("enterprise-3", "2025-11"), ("enterprise-3", "2025-12"), ("enterprise-4", "2025"))
STATES = (State.SUBMITTED, State.APPROVED, State.APPROVED)
NOTED = Noted("k", "rule", "query", "疑问", (), (), "", "已核实")
SIGN_OFF = SignOff("王小明", "李晓红", "周海", "0571-88888888", MOMENT.date())
WORDS = {"opinion": "同意上报", "signatory": "张审核"}
DEEP = 20
"""So many pages of a hundred in is the deep page, or half-way where the queue is shorter."""


def measure(ground: Ground) -> Sequence[Row]:
    """Return the rows of the queue."""
    size = max(10 * FEW, int(FILINGS * float(os.environ.get("TONGBAO_BENCH_SHARE", DEFAULT_SHARE))))
    with ExitStack() as stack:
        lands = []
        for name, filings in (("whole", size), ("few", FEW)):
            keys = ground.folder / f"queue-keys-{name}"
            keys.mkdir()
            site = stack.enter_context(open_filing_site(ground.stack, f"bench-queue-{name}", "unused", keys))
            lands.append(_grown(site, filings))
        return list(_rows(lands[0], lands[1], size))


@dataclass
class Land:
    """A country of some size: the queue of the ministry, a place deep in each order, and what waits to be approved."""

    site: FilingSite
    deep: Mapping[Order, str]
    waiting: Iterator[tuple[str, int, str]]
    persons: Iterator[Actor]
    seen: Sequence[str] = field(default=())

    def questions(self) -> Mapping[str, Callable[[], object]]:
        """Return what is asked, by name."""
        asked: dict[str, Callable[[], object]] = {}
        for order in Order:
            first = f"/review-queue?limit=20&order={order.value}"
            asked[f"first page by {order.value}"] = lambda url=first: self._get(url)
            deep = f"{first}&cursor={self.deep[order]}"
            asked[f"deep page by {order.value}"] = lambda url=deep: self._get(url)
        narrowed = "/review-queue?limit=20&form=enterprise-4&division=330000&late=true"
        return {
            **asked,
            "narrowed page": lambda: self._get(narrowed),
            "facets": lambda: self._get("/review-queue/facets"),
            "summary": lambda: self._get("/review-queue/summary"),
            "way on": lambda: self._get(f"/filings/{random.choice(self.seen)}/way?order=change"),
            "approval": self._approve,
        }

    def _get(self, url: str) -> object:
        return self.site.json(next(self.persons), "GET", url)

    def _approve(self) -> object:
        filing, version, division = next(self.waiting)
        county = Actor("r-bench", Role.COUNTY_REVIEWER, division=division)
        return self.site.json(county, "POST", f"/filings/{filing}/approval", version, json=WORDS)


class Unopened(Records):
    """Makes documents of filings that nobody opens: each has the same seal, as long as those of others."""

    def _sealed(self, secret: object, filing: Filing, place: Place) -> bytes:
        return b"\x00" * 400


def _grown(site: FilingSite, size: int) -> Land:
    with roomy(site):
        _fill(site, size)
        _index(site)
    persons = (Actor(f"m-{number % PERSONS}", Role.MINISTRY, division=COUNTRY) for number in count())
    rows = site.wired.database[COLLECTION]
    shown = {"v": 1, "division": 1}
    own = rows.find({"reviewer": {"$in": COUNTIES}, "state": "submitted"}, shown, limit=ASKED + WARMING)
    waiting = [(row["_id"], row["v"], row["division"]) for row in own]
    seen = [row["_id"] for row in rows.find({"reviewer": COUNTRY, "state": "submitted"}, {"_id": 1}, limit=50)]
    deep = {order: _deep(site, next(persons), order) for order in Order}
    site.wired.client.admin.command("fsync")
    return Land(site, deep, iter(waiting), persons, seen)


def _deep(site: FilingSite, person: Actor, order: Order) -> str:
    """Return the cursor of a page far down, or half-way where the queue is short."""
    cursors = [""]
    while len(cursors) <= DEEP:
        url = f"/review-queue?limit=100&order={order.value}&cursor={cursors[-1]}"
        following = site.json(person, "GET", url)["next_cursor"]
        if not following:
            break
        cursors.append(following)
    return cursors[-1] if len(cursors) > DEEP else cursors[len(cursors) // 2]


def _fill(site: FilingSite, size: int) -> None:
    """Store the country; the indexes are made when it is there, which is quicker."""
    rows = site.wired.database[COLLECTION]
    records = Records(site.wired.database.name, Sealer(site.wired.keyring), BlindIndex(site.wired.keyring))
    unopened = Unopened(records.database, records.sealer, records.index)
    rows.drop_indexes()
    loose = rows.with_options(write_concern=WriteConcern(w=1, j=False))
    batch: list[Document] = []
    for number in range(size):
        filing = _filing(number)
        is_opened = filing.state is State.SUBMITTED and reviewing_division(filing) in {COUNTRY, filing.division}
        batch.append(_document(records if is_opened else unopened, filing))
        if len(batch) == BATCH:
            loose.insert_many(batch, ordered=False)
            batch = []
            if number % 100_000 == 99_999:
                sys.stderr.write(f"  {number + 1:,} filings stored\n")
    if batch:
        loose.insert_many(batch, ordered=False)


def _index(site: FilingSite) -> None:
    """Make the indexes anew, which takes longer than a connection of the service waits for an answer."""
    patient: MongoClient[Document] = MongoClient(site.settings.mongo_uri)
    with patient:
        ensure_indexes(patient[site.wired.database.name], {COLLECTION: INDEXES[COLLECTION]})


def _filing(number: int) -> Filing:
    chance = random.Random(number)  # the same country each time
    division, state = chance.choice(COUNTIES), chance.choice(STATES)
    path = divisions.path(division, MOMENT.date())
    passed = path[: chance.randrange(len(path))] if state is State.SUBMITTED else path
    at = MOMENT - timedelta(seconds=chance.randrange(90 * 86_400))
    form, period = chance.choice(FORMS)
    noted = (NOTED,) if chance.random() < 0.2 else ()
    ranks = Ranks(10 * len(noted) + chance.randrange(3), max(0, chance.randrange(-20, 10)), chance.randrange(10))
    return Filing(
        id=f"{number:032x}",
        version=1,
        unit_id=f"{number % UNITS:032x}",
        owner_id="a",
        form=form,
        edition="2022",
        period=period,
        item="",
        state=state,
        division=division,
        path=path,
        created_at=at,
        updated_at=at,
        versions=(Version(1, at, "a", Working(), SIGN_OFF, noted, "d", "r"),),
        in_force=1 if state is State.APPROVED else 0,
        filed_on=at.date(),
        submitted_at=at,
        passed=passed,
        waiting_since=at if state is State.SUBMITTED else None,
        ranks=ranks,
        history=(HistoryEntry(at, "a", Action.SUBMIT, State.DRAFT, State.SUBMITTED),),
    )


def _document(records: Records, filing: Filing) -> Document:
    return {
        "_id": filing.id,
        "v": 1,
        **records.fields(filing, 1),
        **records.versions(filing, 1),
        "slot": filing.id,
        "outbox": [],
        "history": [act_entry(filing.history[0], 1)],
    }


def _rows(whole: Land, small: Land, size: int) -> Iterator[Row]:
    few, many = small.questions(), whole.questions()
    for name in few:
        times = _asked({"few": few[name], "many": many[name]})
        text = f"p95 {1000 * times['many']:.1f} ms at {size:,} filings, beside {1000 * times['few']:.1f} ms at {FEW:,}"
        yield Row(f"queue: {name}, growth of the country", times["many"] / times["few"], AIM, "lower", text)


def _asked(questions: Mapping[str, Callable[[], object]]) -> Mapping[str, float]:
    """Ask in turns, and return the p95 of each in seconds; the first ones warm up."""
    times: dict[str, list[float]] = {name: [] for name in questions}
    for _ in range(ASKED + WARMING):
        for name, question in questions.items():
            begun = time.perf_counter()
            question()
            times[name].append(time.perf_counter() - begun)
    return {name: sorted(found[WARMING:])[int(0.95 * ASKED)] for name, found in times.items()}

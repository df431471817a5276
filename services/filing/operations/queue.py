"""A department's queue: what waits for it, narrowed and in an order, what is beside a filing, and how much there is.

All of it is what lies with the department at this moment; whoever is asked sees no other queue. Counts have a bound.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from services.filing.model.filings import Filing
from services.filing.model.ranks import LARGE_CHANGE, Order
from services.filing.model.units import Unit
from services.filing.operations.assignments import assigned_to
from services.filing.operations.influence import beside, ranking_of
from services.filing.operations.reading import as_others_see
from services.filing.policy import division_of, is_in_sight, unit_is_in_sight
from services.filing.ports.deps import Deps
from services.filing.ports.queue import Beside, Facets, QueueFilter, Standing
from shared.calls import Call
from shared.errors import NotFound
from shared.paging import Page

MOST_COUNTED = 1000
"""Counts end here, and say that there are more."""

MOST_IN_FACET = 100
"""Those by form and by period end earlier: there are many of them."""

AGES = (3, 7, 14, 30)
"""After so many days each a filing counts as waiting longer."""


@dataclass(frozen=True)
class Asked:
    """What a reviewer asks for; `mine` leaves what is assigned to them."""

    wanted: QueueFilter = field(default_factory=QueueFilter)
    order: Order = Order.WAITING
    mine: bool = False


@dataclass(frozen=True)
class Way:
    """The way on from a filing: what is before and after it, its number from 1 (0 where it does not wait), and how many
    wait under the filter."""

    before: Beside
    after: Beside
    number: int
    count: int


@dataclass(frozen=True)
class Summary:
    """What a department has before it: counts by kind, how many wait longer than each age in days, and by form."""

    count: int
    late: int
    with_queries: int
    large_changes: int
    mine: int
    older_than: Mapping[int, int]
    facets: Facets
    longest: Filing | None


def read_queue(deps: Deps, call: Call, asked: Asked, cursor: str, limit: int) -> Page[Standing]:
    """Return a page of the actor's department's queue; the read is recorded. Raises `Malformed`."""
    division = division_of(call.actor)
    deps.reads.record(call, "read_queue", division)
    page = deps.queue.page(division, narrowed(deps, call, asked), asked.order, cursor, limit)
    shown = tuple(replace(each, filing=as_others_see(each.filing)) for each in page.items)
    return Page(shown, page.next_cursor)


def count_queue(deps: Deps, call: Call, asked: Asked) -> int:
    """Return how many wait under the filter, at most one more than `MOST_COUNTED`."""
    return deps.queue.count(division_of(call.actor), narrowed(deps, call, asked), MOST_COUNTED + 1)


def queue_facets(deps: Deps, call: Call, asked: Asked) -> Facets:
    """Return how many of each form and of each period wait, under everything else that the filter says."""
    forms = sorted({form.key for edition in deps.catalogue.editions for form in edition.forms})
    return deps.queue.facets(division_of(call.actor), narrowed(deps, call, asked), forms, MOST_IN_FACET + 1)


def way_from(deps: Deps, call: Call, filing_id: str, asked: Asked, place: str) -> Way:
    """Return what is before and after a filing in the queue.

    `place` is where it stood when the list was read, so that the way goes on from there when it has been decided, by the
    actor or by anybody else; without one it is where the filing stands. Raises `Malformed`, `NotFound`.
    """
    filing = deps.filings.get(filing_id)
    if not is_in_sight(call.actor, filing):
        raise NotFound
    division, wanted = division_of(call.actor), narrowed(deps, call, asked)
    if asked.order is Order.INFLUENCE:
        ranking, _ = ranking_of(deps, division, wanted)
        before, after, number = beside(ranking, filing_id, place)
        return Way(before, after, number, deps.queue.count(division, wanted, MOST_COUNTED + 1))
    at = place or deps.queue.place_of(filing, asked.order)
    one = replace(wanted, filings=(filing_id,) if wanted.filings is None or filing_id in wanted.filings else ())
    stands = bool(deps.queue.count(division, one, 1))
    ahead = deps.queue.number_of(division, wanted, asked.order, at, MOST_COUNTED) if stands else -1
    return Way(
        before=deps.queue.beside(division, wanted, asked.order, at, is_after=False),
        after=deps.queue.beside(division, wanted, asked.order, at, is_after=True),
        number=ahead + 1,
        count=deps.queue.count(division, wanted, MOST_COUNTED + 1),
    )


def summary_of(deps: Deps, call: Call) -> Summary:
    """Return what the actor's department has before it; the read is recorded."""
    division, now, most = division_of(call.actor), deps.clock.now(), MOST_COUNTED + 1
    deps.reads.record(call, "read_queue", division)
    everything = QueueFilter()
    first = deps.queue.page(division, everything, Order.WAITING, "", 1).items
    return Summary(
        count=deps.queue.count(division, everything, most),
        late=deps.queue.count(division, QueueFilter(is_late=True), most),
        with_queries=deps.queue.count(division, QueueFilter(has_queries=True), most),
        large_changes=deps.queue.count_large(division, everything, LARGE_CHANGE, most),
        mine=deps.queue.count(division, narrowed(deps, call, Asked(mine=True)), most),
        older_than={days: deps.queue.count(division, everything, most, _before(now, days)) for days in AGES},
        facets=queue_facets(deps, call, Asked()),
        longest=as_others_see(first[0].filing) if first else None,
    )


def narrowed(deps: Deps, call: Call, asked: Asked) -> QueueFilter:
    """Return the filter with the filings that are assigned to the actor, where they ask for those alone."""
    if not asked.mine:
        return asked.wanted
    theirs = assigned_to(deps, division_of(call.actor), call.actor.account_id)
    return replace(asked.wanted, filings=tuple(theirs))


def find_units(deps: Deps, call: Call, text: str) -> tuple[Unit, ...]:
    """Return the units in the actor's area whose whole name or credit code this is; the read is recorded."""
    deps.reads.record(call, "find_units", division_of(call.actor))
    found = deps.units.find_all(deps.queue.units_named(text.strip()))
    return tuple(each for each in found.values() if unit_is_in_sight(call.actor, each))


def _before(now: datetime, days: int) -> datetime:
    return now - timedelta(days=days)

"""A department's queue by influence: first what matters most to the total that it passes on (L14).

The order is made when it is asked for, from sealed numbers, and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.filing.operations.reading import as_others_see
from services.filing.outliers.influence import Candidate, Ranking, Totals, Weighed, ranked, totals_of_area
from services.filing.policy import division_of
from services.filing.ports.deps import Deps
from services.filing.ports.queue import Beside, QueueFilter, Standing
from shared.calls import Call
from shared.errors import Malformed

MOST_RANKED = 1000
"""So many filings that wait are weighed; of more, those with the largest bands of change."""

MOST_IN_AREA = 5000
"""So many filings of an area make its total; of more, always the same ones."""

NOWHERE = "0"


@dataclass(frozen=True)
class Ranked:
    """A filing with its place, and what it weighs."""

    standing: Standing
    weighed: Weighed


@dataclass(frozen=True)
class Ordered:
    """The first filings by influence. `ranked` were weighed, `explaining` of them make most of the movement.

    `is_sample` says that more wait than were weighed.
    """

    items: tuple[Ranked, ...]
    ranked: int
    explaining: int
    is_sample: bool


def read_by_influence(deps: Deps, call: Call, wanted: QueueFilter, limit: int) -> Ordered:
    """Return the first of the actor's department's queue by influence; the read is recorded."""
    division = division_of(call.actor)
    deps.reads.record(call, "read_queue", division)
    ranking, is_sample = ranking_of(deps, division, wanted)
    first = ranking.items[:limit]
    filings = deps.moves.filings([each.id for each in first])
    items = tuple(
        Ranked(Standing(as_others_see(filings[each.id]), str(number)), each)
        for number, each in enumerate(first, 1)
        if each.id in filings
    )
    return Ordered(items, len(ranking.items), ranking.explaining, is_sample)


def ranking_of(deps: Deps, division: str, wanted: QueueFilter) -> tuple[Ranking, bool]:
    """Return what waits for a department by influence, and whether more waits than was weighed."""
    found = deps.moves.waiting(division, wanted, MOST_RANKED + 1)
    candidates = found[:MOST_RANKED]
    return ranked(candidates, _totals(deps, division, candidates)), len(found) > MOST_RANKED


def beside(ranking: Ranking, filing_id: str, place: str) -> tuple[Beside, Beside, int]:
    """Return what is before and after a filing, and its number; one that has left stands where it stood. Raises `Malformed`."""
    number = ranking.place_of(filing_id)
    at = number or _number(place)
    following = at if number else at - 1
    return _beside(ranking.items, at - 2), _beside(ranking.items, following), number


def _totals(deps: Deps, division: str, candidates: Sequence[Candidate]) -> Mapping[tuple[str, str], Totals]:
    """Return what the area comes to, by form and period; a total may be some minutes old."""
    return {
        (form, period): _total(deps, division, form, period)
        for form, period in dict.fromkeys((each.form, each.period) for each in candidates)
    }


def _total(deps: Deps, division: str, form: str, period: str) -> Totals:
    kept = deps.area_totals.find((division, form, period))
    if kept is None:
        kept = totals_of_area(deps.moves.of_area(division, form, period, MOST_IN_AREA))
        deps.area_totals.keep((division, form, period), kept)
    return kept


def _number(place: str) -> int:
    text = place or NOWHERE
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(MOST_RANKED))):
        raise Malformed("分页游标无效。", code="bad_cursor")
    return int(text)


def _beside(items: Sequence[Weighed], index: int) -> Beside:
    return Beside(items[index].id, str(index + 1)) if 0 <= index < len(items) else Beside()

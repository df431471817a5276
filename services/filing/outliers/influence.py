"""How much a filing matters to what its department passes on: the order of a selective review.

The score of a filing is its movement relative to the total that it is part of, by how much is suspicious about it:

    influence = max over its key totals of |submitted - expected| / total,   score = influence * suspicion

where `expected` is what was in force for the period before (nothing, where nothing was), and `total` what the department's
area comes to. The next level's total contains the department's; dividing by that one instead would divide all scores of a
key total alike, and leave their order as it is. Sources: M. A. Hidiroglou, J.-M. Berthelot, Statistical editing and
imputation for periodic business surveys, Survey Methodology 12 (1986); T. de Waal, J. Pannekoek, S. Scholtus, Handbook of
Statistical Data Editing and Imputation (2011), chapter 6: a local score is influence by risk, the maximum makes it global.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from services.filing.model.ranks import Moved

Totals = Mapping[str, Decimal]
"""What an area comes to, by the measure."""

ZERO = Decimal(0)
EXPLAINED = Decimal("0.9")
"""The part of the movement of which it is said how few filings make it."""

PER_QUERY = Decimal(10)
"""The severity of one query (`operations.weighing`): it makes a filing twice as suspicious as one without."""


@dataclass(frozen=True)
class Candidate:
    """A filing that waits, with what is needed to weigh it."""

    id: str
    form: str
    period: str
    severity: int
    waiting_since: datetime
    moves: tuple[Moved, ...] = field(repr=False)


@dataclass(frozen=True)
class Weighed:
    """A filing with its influence (a part of the total), its score, and the part of all movement up to it."""

    id: str
    influence: Decimal
    score: Decimal
    cumulated: Decimal = ZERO


@dataclass(frozen=True)
class Ranking:
    """Filings by their score; `explaining` of them make `EXPLAINED` of all movement, 0 where nothing moves."""

    items: tuple[Weighed, ...]
    explaining: int

    def place_of(self, filing_id: str) -> int:
        """Return the number of a filing from 1, 0 where it is not among them."""
        return next((number for number, each in enumerate(self.items, 1) if each.id == filing_id), 0)


def totals_of_area(moves: Iterable[Moved]) -> Totals:
    """Return what an area comes to by measure: as submitted or as expected, whichever is more."""
    now: dict[str, Decimal] = {}
    before: dict[str, Decimal] = {}
    for each in moves:
        now[each.measure] = now.get(each.measure, ZERO) + (each.now or ZERO)
        before[each.measure] = before.get(each.measure, ZERO) + (each.before or ZERO)
    return {measure: max(value, before[measure]) for measure, value in now.items()}


def ranked(candidates: Sequence[Candidate], totals: Mapping[tuple[str, str], Totals]) -> Ranking:
    """Return candidates by their scores; those that weigh the same by how long they wait, and by their ids.

    `totals` are those of each form and period.
    """
    weighed = [(each, _influence(each, totals.get((each.form, each.period), {}))) for each in candidates]
    ordered = sorted(
        ((each, influence, influence * _suspicion(each.severity)) for each, influence in weighed),
        key=lambda found: (-found[2], found[0].waiting_since, found[0].id),
    )
    whole = sum((influence for _, influence, _ in ordered), ZERO)
    items: list[Weighed] = []
    reached, explaining = ZERO, 0
    for number, (each, influence, score) in enumerate(ordered, 1):
        reached += influence
        part = reached / whole if whole else ZERO
        if not explaining and part >= EXPLAINED:
            explaining = number
        items.append(Weighed(each.id, influence, score, part))
    return Ranking(tuple(items), explaining)


def _influence(candidate: Candidate, totals: Totals) -> Decimal:
    sizes = ((each.measure, abs((each.now or ZERO) - (each.before or ZERO))) for each in candidate.moves)
    return max((size / totals[measure] for measure, size in sizes if totals.get(measure)), default=ZERO)


def _suspicion(severity: int) -> Decimal:
    return 1 + severity / PER_QUERY

"""What a person has to judge before a release is signed off, as a table: a code, and when it is so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from services.statistics.model.cells import LINES, Axis, Question
from services.statistics.model.releases import Hidden, Review
from services.statistics.operations.books import BEFORE, Drawn
from services.statistics.operations.drafting import last_day
from services.statistics.operations.reporting import Control
from services.statistics.ports.facts import Cells
from services.statistics.tables.dimensions import UNKNOWN, dimension
from shared.contracts.filing import FactKind, Layer

MOSTLY = Decimal(1) / 3
"""A table of which more than this part is hidden says little."""

MOST_TIMES, LEAST_TIMES = Decimal(2), Decimal("0.5")
"""A total beyond these times that of the year before is implausible."""

NOTEWORTHY = Decimal("0.05")
"""From this part on, amounts without a class and units without basic information are told."""


@dataclass(frozen=True)
class Evidence:
    """What is judged: the tables that are shown, those of the year before, what is hidden, control totals, the facts."""

    drawn: Sequence[Drawn]
    before: Sequence[Drawn]
    hidden: Hidden
    controls: Sequence[Control] | None
    cells: Cells = field(repr=False)
    period: str


def reviews_of(evidence: Evidence) -> tuple[Review, ...]:
    """Return what is to be judged, in the order of the table."""
    return tuple(review for review, is_so in JUDGED.items() if is_so(evidence))


def _is_mostly_hidden(evidence: Evidence) -> bool:
    return any(_hidden_part(each, evidence.hidden) > MOSTLY for each in evidence.drawn)


def _hidden_part(drawn: Drawn, hidden: Hidden) -> Decimal:
    gone = frozenset(hidden.get(drawn.table.id, ()))
    lost = sum((abs(cell.value) for cell in drawn.table.cells if cell.codes in gone), Decimal(0))
    whole = sum((abs(cell.value) for cell in drawn.table.cells), Decimal(0))
    return lost / whole if whole else Decimal(0)


def _differs_from_filing(evidence: Evidence) -> bool:
    return any(each.is_different for each in evidence.controls or ())


def _has_no_controls(evidence: Evidence) -> bool:
    return evidence.controls is None


def _grows_implausibly(evidence: Evidence) -> bool:
    """Tell whether the first cell of any table, its total, is far from that of the year before."""
    earlier = {each.table.id.removesuffix(BEFORE): each for each in evidence.before}
    totals = ((each, earlier[each.table.id]) for each in evidence.drawn if each.table.id in earlier)
    return any(_is_far(now.table.cells[0].value, then.table.cells[0].value) for now, then in totals)


def _is_far(now: Decimal, then: Decimal) -> bool:
    return bool(then) and not LEAST_TIMES <= now / then <= MOST_TIMES


def _lacks_classes(evidence: Evidence) -> bool:
    return any(_unknown_part(each, "business_class") > NOTEWORTHY for each in evidence.drawn)


def _unknown_part(drawn: Drawn, key: str) -> Decimal:
    """Return which part of a table stands at the unknown node of a dimension, 0 where it has none."""
    if key not in drawn.table.axes:
        return Decimal(0)
    place, cells = drawn.table.axes.index(key), drawn.table.cells
    top = cells[0].codes[place]
    whole = sum((cell.value for cell in cells if cell.codes[place] == top), Decimal(0))
    unknown = sum((cell.value for cell in cells if cell.codes[place] == UNKNOWN), Decimal(0))
    return unknown / whole if whole else Decimal(0)


def _lacks_holdings(evidence: Evidence) -> bool:
    kinds = {each.measure.kind for each in evidence.drawn} - {FactKind.UNIT}
    return any(_without_basics(evidence, each) > NOTEWORTHY for each in sorted(kinds))


def _without_basics(evidence: Evidence, kind: FactKind) -> Decimal:
    """Return which part of the units of a period has told no basic information: who holds them is not known."""
    known = dimension("ownership", last_day(evidence.period))
    axis = Axis(known.column, known.leaves)
    year = evidence.period[:4]
    first, last = (f"{year}-01", f"{year}-12") if kind in (FactKind.CONTRACT, FactKind.EXECUTION) else (year, year)
    found = evidence.cells.ask(Question(kind, first, last, Layer.FINAL, LINES, (axis,)))
    units = {each.codes[0]: each.units for each in found}
    whole = max(units.values(), default=0)
    return Decimal(units.get(UNKNOWN, 0)) / whole if whole else Decimal(0)


def _lacks_rates_before(evidence: Evidence) -> bool:
    return any(each.lacking for each in evidence.before)


JUDGED: Mapping[Review, Callable[[Evidence], bool]] = {
    Review.MOSTLY_HIDDEN: _is_mostly_hidden,
    Review.CONTROL_DIFFERENCE: _differs_from_filing,
    Review.CONTROL_MISSING: _has_no_controls,
    Review.GROWTH_IMPLAUSIBLE: _grows_implausibly,
    Review.CLASS_UNKNOWN: _lacks_classes,
    Review.HOLDING_UNKNOWN: _lacks_holdings,
    Review.BEFORE_INCOMPLETE: _lacks_rates_before,
}
"""All codes, each with when it is so."""

"""Control totals: what the frozen facts come to, beside what filing reckoned of the same filings when it closed the period."""

from __future__ import annotations

from decimal import Decimal

from services.statistics.model.cells import Question
from services.statistics.model.snapshots import MONTHLY, Snapshot
from services.statistics.operations.reporting import Control
from services.statistics.ports.deps import Deps
from shared.contracts.filing import CONTROLLED, FactKind, Layer

NO_FILINGS: frozenset[str] = frozenset()
ZERO = Decimal(0)


def controls_of(deps: Deps, snapshot: Snapshot) -> tuple[Control, ...] | None:
    """Return the sums of both sides, by form and measure; None where filing told none.

    An execution that was filed in the next year and counts in December is no filing of the period: it is taken off.
    """
    if snapshot.controls is None:
        return None
    found = []
    for each in CONTROLLED:
        if snapshot.period[4:] and each.kind not in MONTHLY:
            continue
        measure = deps.tables.measures[each.measure]
        first, last = _months(each.kind, snapshot.period)
        asked = Question(each.kind, first, last, Layer.FINAL, each.column, (), measure.only)
        is_year_end = each.kind is FactKind.EXECUTION and last.endswith("-12")
        others = deps.facts.carried_over(last[:4]) if is_year_end else NO_FILINGS
        ours = deps.cells.total(snapshot, asked, others)
        found.append(Control(each.form, each.measure, ours, snapshot.controls.get((each.form, each.measure), ZERO)))
    return tuple(found)


def _months(kind: FactKind, period: str) -> tuple[str, str]:
    if kind not in MONTHLY:
        return period, period
    return (period, period) if period[4:] else (f"{period}-01", f"{period}-12")

"""How complete what was filed is, division by division and period by period, for the departments above the units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.filing.completeness.counts import Counts, summed
from services.filing.forms.model import Edition, Form, PeriodKind
from services.filing.model.periods import Period
from services.filing.operations.counting import is_kept, up_to_date
from services.filing.operations.due import statutory_due
from services.filing.operations.instruments import read_period
from services.filing.ports.counts import Cell
from services.filing.ports.deps import Deps
from shared.calendar.statutory import StatutoryDay
from shared.calls import Call
from shared.clock import local_date
from shared.codes import divisions
from shared.errors import Invalid, NotFound, Problem
from shared.identity.actor import COUNTRY, Actor, Role

MOST_NEW = 3
"""So many periods of a trend are counted for the first time in one request; the others follow in the next ones."""


@dataclass(frozen=True)
class Question:
    """A form of an edition for a period, in a division and all below it."""

    edition: Edition
    form: Form
    period: Period
    division: str

    @property
    def due(self) -> StatutoryDay:
        """Until when the regulation wants it."""
        return statutory_due(self.form, self.period)


@dataclass(frozen=True)
class Row:
    """The counts of one division below the one asked for, or of the units that are placed in that one itself."""

    division: str
    counts: Counts
    is_own: bool
    has_below: bool


@dataclass(frozen=True)
class Overview:
    """The counts of a division by what is below it; they add up to the total."""

    question: Question
    rows: tuple[Row, ...]
    total: Counts
    today: date


@dataclass(frozen=True)
class Point:
    """A period of a trend; the counts are None where they are not counted yet."""

    period: Period
    due: StatutoryDay
    counts: Counts | None


def question_of(deps: Deps, actor: Actor, form_key: str, period_text: str, division: str) -> Question:
    """Return what a department asks about; without a division its own.

    Raises `Invalid` for a period that is none, of another kind or to come, `NotFound` for an unknown form and for a
    division outside of its sight.
    """
    period = read_period(period_text)
    in_force = deps.catalogue.on(period.last_day)
    form = in_force.edition.form(form_key) if in_force else None
    if in_force is None or form is None:
        raise NotFound
    if (form.period is PeriodKind.MONTH) != period.is_month:
        wanted = "月份，如 2025-03" if form.period is PeriodKind.MONTH else "年份，如 2025"
        raise Invalid([Problem("/period", "period_kind", "报告期的种类与此表不符。", wanted, "报告期")])
    today = local_date(deps.clock.now())
    if period.first_day > today:
        raise Invalid([Problem("/period", "period_in_future", "报告期尚未开始。", f"≤ {today.year}", "报告期")])
    own = COUNTRY if actor.role is Role.MINISTRY else actor.division or ""
    wanted_division = division or own
    if not own or not _is_within(wanted_division, own, (today, period.last_day)):
        raise NotFound
    return Question(in_force.edition, form, period, wanted_division)


def overview_of(deps: Deps, call: Call, question: Question) -> Overview:
    """Return the counts of a division by what is below it; the read is recorded."""
    deps.reads.record(call, "read_completeness", question.division, f"{question.form.key}/{question.period}")
    cells = up_to_date(deps, question.form, question.period, question.division)
    rows = rows_of(cells, question.division)
    return Overview(question, rows, summed(row.counts for row in rows), local_date(deps.clock.now()))


def trend_of(deps: Deps, call: Call, question: Question, count: int) -> tuple[Point, ...]:
    """Return the totals of a division for the period asked for and those before it, the oldest first."""
    deps.reads.record(call, "read_completeness", question.division, f"{question.form.key}/trend")
    found: list[Point] = []
    period, left = question.period, MOST_NEW
    while len(found) < count:
        in_force = deps.catalogue.on(period.last_day)
        form = in_force.edition.form(question.form.key) if in_force else None
        if form is None:
            break
        kept = is_kept(deps, form, period, question.division)
        is_counted = kept or left > 0
        left -= not kept
        counts = total_of(up_to_date(deps, form, period, question.division)) if is_counted else None
        found.append(Point(period, statutory_due(form, period), counts))
        period = period.before
    return tuple(reversed(found))


def rows_of(cells: Sequence[Cell], division: str) -> tuple[Row, ...]:
    """Return the counts of places by the divisions directly below one, its own units first."""
    parts: dict[str, list[Counts]] = defaultdict(list)
    deeper: set[str] = set()
    for cell in cells:
        depth = cell.path.index(division)
        below = cell.path[depth - 1] if depth else division
        parts[below].append(cell.counts)
        deeper |= {below} if depth > 1 else set()
    sums = {code: summed(counts) for code, counts in parts.items()}
    found = [Row(code, counts, code == division, code in deeper) for code, counts in sums.items() if counts != Counts()]
    return tuple(sorted(found, key=lambda each: (not each.is_own, each.division)))


def total_of(cells: Sequence[Cell]) -> Counts:
    """Return the counts of all places together."""
    return summed(cell.counts for cell in cells)


def _is_within(division: str, own: str, days: Sequence[date]) -> bool:
    known = [divisions.path(division, day) for day in days if divisions.find(division, day) is not None]
    return any(own in path for path in known)

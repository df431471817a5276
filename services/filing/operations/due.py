"""Until when a form is due for a unit, and why; the one place that says so.

The statutory day follows from the form's due rule in its edition; what a department granted the unit moves it (`reliefs`).
`due_of` is for one form of one unit, `dues_of` for many in one read; `recent_due_of` mostly reads nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.filing.forms.model import Form
from services.filing.model.filings import Filing
from services.filing.model.periods import Period, period_of
from services.filing.model.reliefs import ReliefKind, Waiver
from services.filing.ports.deps import Deps
from shared.calendar import statutory
from shared.calendar.statutory import StatutoryDay, weekday, written


@dataclass(frozen=True)
class DueDay:
    """The day that counts for one unit beside the statutory one, and what moved it.

    `exemption` is there where the unit need not file the form.
    """

    statutory: StatutoryDay
    on: date
    moved_by: Waiver | None = None
    exemption: Waiver | None = None

    @property
    def is_exempt(self) -> bool:
        """Whether nothing is to be filed."""
        return self.exemption is not None

    @property
    def explanation(self) -> str:
        """Say in Chinese why it is this day."""
        said = self.statutory.explanation
        if self.moved_by is not None:
            day = f"{written(self.on)}（{weekday(self.on)}）24时"
            is_asked = self.moved_by.kind is ReliefKind.EXTENSION
            said += f"商务主管部门已同意延期至{day}止。" if is_asked else f"商务主管部门已给予例外，顺延至{day}止。"
        return f"{said}商务主管部门已确认本单位本期免报。" if self.is_exempt else said


@dataclass(frozen=True)
class Dues:
    """What is known of the due days of many units; `waivers` are by unit."""

    waivers: Mapping[str, Sequence[Waiver]]

    def of(self, unit_id: str, form: Form, period: Period) -> DueDay:
        """Return the due day of a form and period that was asked for."""
        day = statutory_due(form, period)
        found = [each for each in self.waivers.get(unit_id, ()) if each.covers(unit_id, form.key, str(period), day.on)]
        later = [(to, each) for each in found if (to := each.moved_to) is not None and to > day.on]
        on, moved_by = max(later, key=lambda pair: pair[0], default=(day.on, None))
        exemption = next((each for each in found if each.kind is ReliefKind.EXEMPTION), None)
        return DueDay(day, on, moved_by, exemption)

    def of_filing(self, form: Form, filing: Filing) -> DueDay:
        """Return the due day of a filing whose form was asked for."""
        return self.of(filing.unit_id, form, period_of(filing.period))


def due_of(deps: Deps, unit_id: str, form: Form, period: Period) -> DueDay:
    """Return until when a form of a period is due for a unit."""
    dues = dues_of(deps, ((form, period),), (unit_id,))
    deps.granted.keep((unit_id, form.key, str(period)), tuple(dues.waivers.get(unit_id, ())))
    return dues.of(unit_id, form, period)


def recent_due_of(deps: Deps, unit_id: str, form: Form, period: Period) -> DueDay:
    """Return the same as `due_of`, by what was granted a moment ago: for the answer to a save, which decides nothing."""
    granted = deps.granted.find((unit_id, form.key, str(period)))
    return (
        due_of(deps, unit_id, form, period) if granted is None else Dues({unit_id: granted}).of(unit_id, form, period)
    )


def dues_of(deps: Deps, asked: Collection[tuple[Form, Period]], unit_ids: Collection[str] | None = None) -> Dues:
    """Return until when forms of periods are due for units, for all units where none are named; one read in all."""
    days = [statutory_due(form, period).on for form, period in asked]
    if not days:
        return Dues({})
    pairs = [(form.key, str(period)) for form, period in asked]
    waivers: dict[str, list[Waiver]] = defaultdict(list)
    for each in deps.reliefs.waivers(unit_ids, pairs, min(days), max(days)):
        waivers[each.unit_id].append(each)
    return Dues(waivers)


def dues_of_filings(deps: Deps, filings: Iterable[tuple[Form, Filing]]) -> Dues:
    """Return until when filings were due, each with its form; one read in all."""
    known = tuple(filings)
    asked = {(form.key, each.period): (form, period_of(each.period)) for form, each in known}
    return dues_of(deps, tuple(asked.values()), {each.unit_id for _, each in known})


def statutory_due(form: Form, period: Period) -> StatutoryDay:
    """Return until when the regulation wants a form for a period."""
    source = f"《服务外包统计调查制度》{form.due.source}"
    if form.due.is_end_of_period:
        return statutory.due_of_month(period.year, period.month, source)
    return statutory.due_of_year(period.year, form.due.month, form.due.day, source)


def days_late(due: DueDay, filing: Filing) -> int:
    """Return by how many days a form was first submitted after its day; a correction changes nothing about it."""
    return statutory.days_late(due.on, filing.filed_on) if filing.filed_on else 0

"""Until when a form is due for a unit, and why; the one place that says so.

The statutory day follows from the form's due rule in its edition. `due_of` is for one form of one unit, `dues_of` for many in
two reads.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from services.filing.forms.model import Form
from services.filing.model.filings import Filing
from services.filing.model.periods import Period
from services.filing.ports.deps import Deps
from shared.calendar import statutory
from shared.calendar.statutory import StatutoryDay


@dataclass(frozen=True)
class DueDay:
    """The day that counts for one unit beside the statutory one; `is_exempt` where the unit need not file the form."""

    statutory: StatutoryDay
    on: date
    is_exempt: bool = False

    @property
    def explanation(self) -> str:
        """Say in Chinese why it is this day."""
        return self.statutory.explanation


class Dues:
    """What is known of the due days of many units."""

    def of(self, unit_id: str, form: Form, period: Period) -> DueDay:
        """Return the due day of a form and period that was asked for."""
        day = statutory_due(form, period)
        return DueDay(day, day.on)


def due_of(deps: Deps, unit_id: str, form: Form, period: Period) -> DueDay:
    """Return until when a form of a period is due for a unit."""
    return dues_of(deps, ((form, period),), (unit_id,)).of(unit_id, form, period)


def dues_of(deps: Deps, asked: Collection[tuple[Form, Period]], unit_ids: Collection[str] | None = None) -> Dues:
    """Return until when forms of periods are due for units, for all units where none are named; two reads in all."""
    return Dues()


def statutory_due(form: Form, period: Period) -> StatutoryDay:
    """Return until when the regulation wants a form for a period."""
    source = f"《服务外包统计调查制度》{form.due.source}"
    if form.due.is_end_of_period:
        return statutory.due_of_month(period.year, period.month, source)
    return statutory.due_of_year(period.year, form.due.month, form.due.day, source)


def days_late(due: DueDay, filing: Filing) -> int:
    """Return by how many days a form was first submitted after its day; a correction changes nothing about it."""
    return statutory.days_late(due.on, filing.filed_on) if filing.filed_on else 0

"""Until when a form is due, and what was filed after that: late is a mark, never a lock."""

from __future__ import annotations

from datetime import date

from services.filing.forms.model import Form, PeriodKind
from services.filing.model.filings import Filing
from services.filing.model.periods import Period, period_of
from services.filing.operations.due import statutory_due


def due_day(form: Form, period: Period) -> date:
    """Return the last day on which a form is in time for a period."""
    return statutory_due(form, period).on


def is_late(form: Form, filing: Filing) -> bool:
    """Tell whether a form of a month was first submitted after its day; a correction changes nothing about it."""
    if form.period is not PeriodKind.MONTH or filing.filed_on is None:
        return False
    return filing.filed_on > due_day(form, period_of(filing.period))

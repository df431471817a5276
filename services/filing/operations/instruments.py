"""Which form of which edition is meant, and whether a period may be collected under it."""

from __future__ import annotations

from dataclasses import dataclass

from services.filing.errors import ApprovalExpired
from services.filing.forms.answers import Answers
from services.filing.forms.model import Edition, Form, PeriodKind
from services.filing.forms.reading import read
from services.filing.model.filings import AnswerValues, Filing
from services.filing.model.periods import NotAPeriod, Period, period_of
from services.filing.ports.deps import Deps
from shared.clock import local_date
from shared.errors import Invalid, NotFound, Problem


@dataclass(frozen=True)
class Instrument:
    """A form with its edition."""

    edition: Edition
    form: Form

    def answers(self, values: AnswerValues) -> Answers:
        """Return stored answers; they were read strictly before they were stored, and hold computed cells too."""
        return read(self.form, dict(values), is_stored=True).answers


def instrument_of(deps: Deps, edition_id: str, form_key: str) -> Instrument:
    """Return a form of an edition. Raises `NotFound`."""
    edition = deps.catalogue.find(edition_id)
    form = edition.form(form_key) if edition else None
    if edition is None or form is None:
        raise NotFound
    return Instrument(edition, form)


def instrument_for(deps: Deps, filing: Filing) -> Instrument:
    """Return the form that the filing was begun under, whatever came after it."""
    return instrument_of(deps, filing.edition, filing.form)


def instrument_on(deps: Deps, form_key: str, period: Period) -> Instrument:
    """Return the form for a period that begins to be filed now.

    Raises `NotFound` where no edition has the form, `ApprovalExpired` where the edition's approval ended before the
    period did and the ministry decided nothing, `Invalid` for a period of another kind or one that has not begun.
    """
    in_force = deps.catalogue.on(period.last_day)
    form = in_force.edition.form(form_key) if in_force else None
    if in_force is None or form is None:
        raise NotFound
    if (form.period is PeriodKind.MONTH) != period.is_month:
        wanted = "月份，如 2025-03" if form.period is PeriodKind.MONTH else "年份，如 2025"
        raise Invalid([Problem("/period", "period_kind", "报告期的种类与此表不符。", wanted, "报告期")])
    today = local_date(deps.clock.now())
    if (period.year, period.month) > (today.year, today.month if period.is_month else 0):
        raise Invalid([Problem("/period", "period_in_future", "报告期尚未开始。", f"≤ {today.year}", "报告期")])
    if in_force.is_expired and not is_decided(deps, in_force.edition, period):
        raise ApprovalExpired
    return Instrument(in_force.edition, form)


def is_decided(deps: Deps, edition: Edition, period: Period) -> bool:
    """Tell whether the ministry decided to collect the period under an edition whose approval has ended."""
    day = period.last_day
    return any(
        each.edition == edition.id
        and period_of(each.from_period).first_day <= day <= period_of(each.to_period).last_day
        for each in deps.decisions.list_all()
    )


def read_period(text: str, pointer: str = "/period") -> Period:
    """Return the period that a request names. Raises `Invalid`."""
    try:
        return period_of(text)
    except NotAPeriod:
        problem = Problem(pointer, "period_malformed", "报告期格式不正确。", "2025 或 2025-03", "报告期")
        raise Invalid([problem]) from None

"""What a unit has to file: form, period, due day, days left, and how far it is (待办)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.filing.forms.model import Edition, Form, PeriodKind, Reporter
from services.filing.model.filings import Filing
from services.filing.model.periods import Period
from services.filing.model.states import State
from services.filing.model.units import Unit, UnitType, city_unit_id
from services.filing.operations.context import BASICS_FORM
from services.filing.operations.drafts import TYPES
from services.filing.operations.instruments import is_decided
from services.filing.operations.lateness import due_day
from services.filing.ports.deps import Deps
from shared.calls import Call
from shared.clock import local_date
from shared.codes import lists
from shared.codes.schemes import Scheme
from shared.identity.actor import REVIEWERS

DONE = frozenset({State.SUBMITTED, State.APPROVED, State.FINAL})


@dataclass(frozen=True)
class Task:
    """One form to be filed for a period, for one platform where `item` names it.

    `days_left` is negative once the form is overdue; `blocked` says why it can't be begun yet, empty where it can.
    """

    form: Form
    edition: Edition
    period: Period
    item: str
    due: date
    days_left: int
    filing: Filing | None
    blocked: str = ""

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do for the unit."""
        return self.filing is not None and self.filing.state in DONE


def agenda_of(deps: Deps, call: Call) -> tuple[Task, ...]:
    """Return what the actor's unit has to file, what is overdue first; empty for a unit that files nothing."""
    today = local_date(deps.clock.now())
    subject = _subject(deps, call, today)
    if subject is None:
        return ()
    unit_id, unit = subject
    expected = [
        (edition, form, period)
        for period in _periods(today)
        for edition, form in _forms(deps, period)
        if _is_expected(unit, form)
    ]
    forms, periods = {form.key for _, form, _ in expected}, {str(period) for *_, period in expected}
    filings = deps.filings.list_of_unit(unit_id, forms, periods)
    found = {(each.form, each.period, each.item): each for each in filings}
    tasks = [
        _task(deps, today, form, edition, period, item, found.get((form.key, str(period), item)))
        for edition, form, period in expected
        for item in _items(unit, form)
    ]
    return tuple(sorted(tasks, key=lambda each: (each.is_done, each.due)))


def _subject(deps: Deps, call: Call, today: date) -> tuple[str, Unit | None] | None:
    if call.actor.role in REVIEWERS:
        division = call.actor.division or ""
        is_city = lists.find(Scheme.DEMONSTRATION_CITY, division, today) is not None
        return (city_unit_id(division), None) if is_city else None
    unit = deps.units.find(call.actor.unit_id) if call.actor.unit_id else None
    return (unit.id, unit) if unit else None


def _periods(today: date) -> Iterator[Period]:
    """Yield last year and, for monthly forms, this month and those just past."""
    yield Period(today.year - 1)
    month = Period(today.year, today.month)
    for _ in range(4):
        yield month
        month = month.before


def _forms(deps: Deps, period: Period) -> Iterator[tuple[Edition, Form]]:
    in_force = deps.catalogue.on(period.last_day)
    if in_force is None:
        return
    for form in in_force.edition.forms:
        if (form.period is PeriodKind.MONTH) == period.is_month and not form.is_event and not form.is_many:
            yield in_force.edition, form


def _is_expected(unit: Unit | None, form: Form) -> bool:
    """Tell whether the unit files the form every period; a city (no unit) files those that cities report."""
    if unit is None:
        return form.reporter is Reporter.CITY
    is_basics = form.key == BASICS_FORM and UnitType.PLATFORM in unit.types
    is_own = form.reporter is Reporter.UNIT or TYPES[form.filer] is UnitType.TRAINING
    return is_basics or (is_own and TYPES[form.filer] in unit.types)


def _items(unit: Unit | None, form: Form) -> tuple[str, ...]:
    if unit is None or TYPES[form.filer] is not UnitType.PLATFORM:
        return ("",)
    return tuple(each.id for each in unit.platforms if each.is_registered)


def _task(
    deps: Deps, today: date, form: Form, edition: Edition, period: Period, item: str, filing: Filing | None
) -> Task:
    due = due_day(form, period)
    is_open = filing is not None or period.last_day <= edition.valid_to or is_decided(deps, edition, period)
    blocked = "" if is_open else "批准文号有效期已满，待商务部决定。"
    return Task(form, edition, period, item, due, (due - today).days, filing, blocked)

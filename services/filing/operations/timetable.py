"""The year of the survey as an actor meets it (填报日历): every due day, lock and earliest approval, each with its ground."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.filing.completeness.expecting import BASICS_FORM, is_open_to
from services.filing.forms.model import Form, PeriodKind
from services.filing.ledger.reading import CONTRACT_FORM, EXECUTION_FORM
from services.filing.model.periods import Period
from services.filing.model.units import Unit, UnitType, city_unit_id
from services.filing.operations.due import dues_of, statutory_due
from services.filing.ports.deps import Deps
from shared.calendar import statutory
from shared.calendar.statutory import StatutoryDay
from shared.calls import Call
from shared.clock import local_date
from shared.identity.actor import UNIT_ROLES

FIRST_YEAR, LAST_YEAR = 2022, 2035


class Topic(StrEnum):
    """What a date is about."""

    DUE = "due"
    FIRST = "first"
    LOCK = "lock"
    QUERY = "query"
    FINAL = "final"
    SHARING = "sharing"


@dataclass(frozen=True)
class Entry:
    """A date of the year. `on` is the day that counts for the actor's unit, which a granted relief may have moved.

    `form` and `period` are there where it is about one; `is_exempt` where the unit need not file.
    """

    topic: Topic
    on: date
    statutory: StatutoryDay
    explanation: str
    form: Form | None = None
    period: Period | None = None
    is_exempt: bool = False


def timetable_of(deps: Deps, call: Call, year: int) -> tuple[Entry, ...]:
    """Return the dates of a year that concern the actor, in their order.

    A unit sees what it files; a department what units of its area file, and from when the ministry settles and shares.
    """
    unit = deps.units.find(call.actor.unit_id) if call.actor.role in UNIT_ROLES and call.actor.unit_id else None
    if call.actor.role in UNIT_ROLES and unit is None:
        return ()
    entries = [*_dues(deps, call, unit, year), *_rules_of(deps, unit, year)]
    if unit is None:
        entries += _settling(year)
    return tuple(sorted(entries, key=lambda each: (each.on, each.topic, each.form.key if each.form else "")))


def _dues(deps: Deps, call: Call, unit: Unit | None, year: int) -> Iterator[Entry]:
    asked = [(form, period) for period in _periods(year) for form in _forms(deps, unit, period)]
    unit_id = unit.id if unit else city_unit_id(call.actor.division or "")
    dues = dues_of(deps, asked, (unit_id,))
    for form, period in asked:
        due = dues.of(unit_id, form, period)
        yield Entry(Topic.DUE, due.on, due.statutory, due.explanation, form, period, due.is_exempt)


def _periods(year: int) -> Iterator[Period]:
    """Yield the periods that are due in a year: the year before, and its own months."""
    yield Period(year - 1)
    yield from (Period(year, month) for month in range(1, 13))


def _forms(deps: Deps, unit: Unit | None, period: Period) -> Iterator[Form]:
    in_force = deps.catalogue.on(period.last_day)
    for form in in_force.edition.forms if in_force else ():
        if (form.period is PeriodKind.MONTH) == period.is_month and (unit is None or is_open_to(form, unit.types)):
            yield form


def _rules_of(deps: Deps, unit: Unit | None, year: int) -> Iterator[Entry]:
    """Yield the rules of contracts and executions that fall into the year, for whoever files or reviews them."""
    if unit is not None and UnitType.ENTERPRISE not in unit.types:
        return
    in_force = deps.catalogue.on(date(year, 12, 31))
    find = in_force.edition.form if in_force else lambda key: None
    for dated_on in (date(year - 1, 12, 31), date(year, 1, 1)):
        yield _entry(Topic.LOCK, statutory.lock_of_execution(dated_on), find(EXECUTION_FORM))
    yield _entry(Topic.QUERY, statutory.year_of_signing(date(year, 1, 1)), find(CONTRACT_FORM))
    basics = find(BASICS_FORM)
    if unit is not None and basics is not None and _is_new(deps, unit, year):
        source = statutory_due(basics, Period(year - 1)).source
        yield _entry(Topic.FIRST, statutory.due_with_contract(local_date(deps.clock.now()), source), basics)


def _is_new(deps: Deps, unit: Unit, year: int) -> bool:
    """Tell whether the unit has not filed its basic information yet, which comes with the contract that it files today."""
    is_now = year == local_date(deps.clock.now()).year
    return is_now and not deps.filings.has_submitted(unit.id, BASICS_FORM)


def _settling(year: int) -> Iterator[Entry]:
    """Yield from when the ministry may settle the year before and each month, and when that may be shared at the earliest."""
    periods = [Period(year - 1), Period(year - 1, 12), *(Period(year, month) for month in range(1, 12))]
    for period in periods:
        final = statutory.final_approval_from(period.year, period.month)
        yield _entry(Topic.FINAL, final, None, period)
        sharing = statutory.sharing_after(final.on)
        yield Entry(Topic.SHARING, sharing.possible.on, sharing.possible, sharing.explanation, None, period)


def _entry(topic: Topic, day: StatutoryDay, form: Form | None, period: Period | None = None) -> Entry:
    return Entry(topic, day.on, day, day.explanation, form, period)

"""What a unit has to file: form, period, due day, days left, and how far it is (待办)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.filing.completeness.expecting import TYPES, is_open_to
from services.filing.forms.model import Edition, Form
from services.filing.model.filings import Filing
from services.filing.model.periods import Period
from services.filing.model.reliefs import ReliefKind, ReliefState
from services.filing.model.respondents import Respondent, respondent_of
from services.filing.model.states import State
from services.filing.model.units import Unit, UnitType
from services.filing.operations.due import DueDay, dues_of
from services.filing.operations.expected import city_on, expected_of, forms_expected
from services.filing.operations.instruments import is_decided
from services.filing.operations.reliefs import latest_day
from services.filing.ports.deps import Deps
from services.filing.ports.reliefs import WantedReliefs
from shared.calls import Call
from shared.clock import local_date
from shared.identity.actor import REVIEWERS

DONE = frozenset({State.SUBMITTED, State.APPROVED, State.FINAL})
MOST_ASKED = 100
"""So many later days that were asked for are marked; a unit waits for one answer per form and period."""


@dataclass(frozen=True)
class Task:
    """One form to be filed for a period, for one platform where `item` names it.

    `days_left` is negative once the form is overdue; `blocked` says why it can't be begun yet, empty where it can. One that
    is not expected (`operations.expected`) may be filed all the same; `is_asked` where a later day was asked for.
    """

    form: Form
    edition: Edition
    period: Period
    item: str
    day: DueDay
    days_left: int
    filing: Filing | None
    blocked: str = ""
    is_expected: bool = True
    is_asked: bool = False

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do for the unit."""
        return self.filing.state in DONE if self.filing is not None else self.day.is_exempt

    @property
    def due(self) -> date:
        """The day that counts for the unit."""
        return self.day.on

    @property
    def latest(self) -> date:
        """The last day until which it may be put off."""
        return latest_day(self.form, self.period)


def agenda_of(deps: Deps, call: Call) -> tuple[Task, ...]:
    """Return what the actor's unit has to file, what is overdue first; empty for a unit that files nothing.

    What it may file without being expected to, since it came after the period, is among it and says so.
    """
    today = local_date(deps.clock.now())
    subject = _subject(deps, call, today)
    if subject is None:
        return ()
    respondent, unit = subject
    types = unit.types if unit else frozenset({UnitType.CITY})
    offered = [
        (edition, form, period)
        for period in _periods(today)
        for edition, form in forms_expected(deps, period)
        if not form.is_many and is_open_to(form, types)
    ]
    forms, periods = {form.key for _, form, _ in offered}, {str(period) for *_, period in offered}
    filings = deps.filings.list_of_unit(respondent.unit_id, forms, periods)
    found = {(each.form, each.period, each.item): each for each in filings}
    dues = dues_of(deps, [(form, period) for _, form, period in offered], (respondent.unit_id,))
    asked = _asked(deps, call, respondent.unit_id)
    tasks = [
        _task(
            deps,
            today,
            form,
            edition,
            period,
            item,
            found.get((form.key, str(period), item)),
            dues.of(respondent.unit_id, form, period),
            is_expected=is_expected,
            is_asked=(form.key, str(period)) in asked,
        )
        for edition, form, period in offered
        for item, is_expected in _items(deps, respondent, unit, form, period).items()
    ]
    return tuple(sorted(tasks, key=lambda each: (each.is_done, each.due)))


def _subject(deps: Deps, call: Call, today: date) -> tuple[Respondent, Unit | None] | None:
    if call.actor.role in REVIEWERS:
        city = city_on(call.actor.division or "", today)
        return (city, None) if city else None
    unit = deps.units.find(call.actor.unit_id) if call.actor.unit_id else None
    return (respondent_of(unit), unit) if unit else None


def _periods(today: date) -> Iterator[Period]:
    """Yield last year and, for monthly forms, this month and those just past."""
    yield Period(today.year - 1)
    month = Period(today.year, today.month)
    for _ in range(4):
        yield month
        month = month.before


def _items(deps: Deps, respondent: Respondent, unit: Unit | None, form: Form, period: Period) -> dict[str, bool]:
    """Return the items to be filed of a form, and whether each is expected; platforms where it is about them."""
    expected = {slot.item for slot in expected_of(deps, (respondent,), form, period)}
    if unit is None or TYPES[form.filer] is not UnitType.PLATFORM:
        items = {""}
    else:
        items = expected | {each.id for each in unit.platforms if each.is_registered}
    return {item: item in expected for item in sorted(items)}


def _task(
    deps: Deps,
    today: date,
    form: Form,
    edition: Edition,
    period: Period,
    item: str,
    filing: Filing | None,
    day: DueDay,
    *,
    is_expected: bool,
    is_asked: bool,
) -> Task:
    is_open = filing is not None or period.last_day <= edition.valid_to or is_decided(deps, edition, period)
    blocked = "" if is_open else "批准文号有效期已满，待商务部决定。"
    left = (day.on - today).days
    return Task(form, edition, period, item, day, left, filing, blocked, is_expected, is_asked)


def _asked(deps: Deps, call: Call, unit_id: str) -> frozenset[tuple[str, str]]:
    """Return the forms and periods for which the unit waits for an answer on a later day."""
    wanted = WantedReliefs(state=ReliefState.ASKED, kind=ReliefKind.EXTENSION, unit_id=unit_id)
    page = deps.reliefs.list_in_sight(call.actor, wanted, "", MOST_ASKED)
    return frozenset((each.form, each.period) for each in page.items)

"""How old cases are, in working days of the statutory calendar, and how many there are of each age."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from services.exchange.model.cases import Answer, Case, Decision, State
from services.exchange.operations.case_messages import OWNER
from services.exchange.operations.deciding import within_sight
from services.exchange.ports.cases import Wanted
from services.exchange.ports.deps import Deps
from shared.calendar.days import day
from shared.calendar.working_days import working_days_between
from shared.calls import Call
from shared.clock import SHANGHAI, local_date
from shared.contracts.notification import NOTICE_DUE, READER, Notice, in_role
from shared.identity.actor import COUNTRY, Role
from shared.messaging.events import Outgoing
from shared.scheduling.jobs import Progress, day_of

YOUNG, OLD = 5, 20
"""Working days up to which a case is new, and beyond which it is late."""


class Age(StrEnum):
    """How many working days a case has been open."""

    NEW = "new"
    DUE = "due"
    LATE = "late"


@dataclass(frozen=True)
class Counts:
    """How many cases wait, by age and by state."""

    by_age: Mapping[Age, int]
    by_state: Mapping[State, int]


def days_open(case: Case, on: date) -> int:
    """Return for how many working days a case has been open, or was until it was settled."""
    until = local_date(case.settled_at) if case.settled_at else on
    return working_days_between(local_date(case.opened_at), until).days


def days_waited(decision: Decision, on: date) -> int:
    """Return for how many working days an answer to a decision has been awaited, or was until it came."""
    if decision.answer is Answer.NONE:
        return 0
    until = local_date(decision.answered_at) if decision.answered_at else on
    return working_days_between(local_date(decision.at), until).days


def age_of(days: int) -> Age:
    """Return the age of a case that has been open for so many working days."""
    if days <= YOUNG:
        return Age.NEW
    return Age.DUE if days <= OLD else Age.LATE


def of_age(wanted: Wanted, age: Age, on: date) -> Wanted:
    """Return what is wanted, of one age on that day."""
    new_from, due_from = _opened_within(on, YOUNG), _opened_within(on, OLD)
    match age:
        case Age.NEW:
            return replace(wanted, opened_from=new_from)
        case Age.DUE:
            return replace(wanted, opened_from=due_from, opened_before=new_from)
        case Age.LATE:
            return replace(wanted, opened_before=due_from)


def count_cases(deps: Deps, call: Call, wanted: Wanted) -> Counts:
    """Return how many cases the actor has to look at, by age and by state; those that are settled have no age.

    Actor: the desk, the ministry, a department for its own area. Raises `NotFound` for another area.
    """
    seen, on = within_sight(call.actor, wanted), local_date(deps.clock.now())
    return Counts(
        by_age={age: deps.cases.count(of_age(seen, age, on)) for age in Age},
        by_state={state: deps.cases.count(replace(seen, state=state)) for state in State},
    )


def remind_desk(deps: Deps, progress: Progress) -> None:
    """Tell the desk how many cases wait, and how many of them are late; nothing where none waits.

    Actor: none (a scheduled job; doing it twice tells nobody twice). Events: a notice to the desk.
    """
    on, everywhere = day_of(progress), Wanted(COUNTRY)
    waiting, late = deps.cases.count(everywhere), deps.cases.count(of_age(everywhere, Age.LATE, on))
    progress.counts.update({"waiting": waiting, "late": late})
    if not waiting:
        return
    notice = Notice(
        occasion=f"{OWNER}.cases_waiting",
        once=f"cases.{on.isoformat()}",
        to=in_role(Role.DIRECTORY_DESK, None),
        values={"count": str(waiting), "late": str(late)},
        link="/cases",
    )
    outgoing = Outgoing(NOTICE_DUE[OWNER].type, notice.clear, READER, dict(notice.values))
    progress.counts["told"] = int(deps.cases.remind(on, outgoing, deps.clock.now()))


def _opened_within(on: date, days: int) -> datetime:
    """Return the first moment at which a case may have been opened that is at most so many working days old on a day."""
    first, left = on, days
    while left >= 0:
        left -= day(first).is_working
        if left >= 0:
            first -= timedelta(days=1)
    return datetime.combine(first, time(), SHANGHAI).astimezone(UTC)

"""Who of the department that acts next takes a filing on, how much each of them has, and what is past its review day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.filing import policy
from services.filing.model.assignments import Assignment
from services.filing.model.filings import Filing
from services.filing.model.states import State
from services.filing.operations.casework_notices import tell_assignee
from services.filing.operations.changes import in_sight
from services.filing.operations.instruments import instrument_for
from services.filing.ports.deps import Deps
from shared.calendar.statutory import review_due
from shared.calls import Call
from shared.clock import local_date
from shared.errors import Conflict, Invalid, NotAllowed, Problem
from shared.history import was_done
from shared.identity.reviewers import reviewing_role
from shared.messaging.events import Outgoing

ASSIGN, UNASSIGN = "assign", "unassign"
MOST_COUNTED = 10_000
"""So many filings that wait are counted; more is shown as more."""


@dataclass(frozen=True)
class Load:
    """What one reviewer has: how many filings, since when the oldest waits, how many are past their review day."""

    account_id: str
    assigned: int
    oldest: datetime
    overdue: int


@dataclass(frozen=True)
class Workload:
    """What lies with a department: who has how much, and how many filings nobody took on.

    `waiting` is `MOST_COUNTED` where more wait.
    """

    waiting: int
    unassigned: int
    is_more: bool
    loads: tuple[Load, ...]


def assign_filing(deps: Deps, call: Call, filing_id: str, assignee_id: str) -> Filing:
    """Give a filing that waits to a reviewer of the department that acts next; an empty id takes it back.

    Actor: anybody of that department, for themselves or a colleague. From: submitted; the filing itself does not change.
    Events: the reviewer is told, unless they took it themselves. It falls away when the filing moves on.
    Raises `NotFound`, `NotAllowed`, `Conflict`, `Invalid` for somebody who filed it, `VersionRequired`, `StaleVersion`.
    """
    filing = in_sight(deps, call, filing_id)
    before = deps.assignments.get(filing_id)
    if before is not None and was_done(before.history, call.request):
        return filing
    call.check_version(filing.version)
    if filing.state is not State.SUBMITTED or filing.waiting_since is None:
        raise Conflict
    if not policy.is_of_the_department_that_acts(call.actor, filing):
        raise NotAllowed
    if assignee_id in policy.filers_of(filing):
        text = "填报人不能审核自己填报的报表。"
        raise Invalid([Problem("/assignee_id", "not_impartial", text, "本部门的其他审核人员")])
    division = policy.reviewing_division(filing)
    entry = call.entry(deps.clock.now(), ASSIGN if assignee_id else UNASSIGN, None, None)
    assignment = Assignment(
        filing_id=filing.id,
        division=division,
        waiting_since=filing.waiting_since,
        assignee_id=assignee_id,
        assigned_by=call.actor.account_id,
        assigned_at=entry.at,
        version=before.version if before else 0,
        history=(*(before.history if before else ()), entry),
    )
    if before is None or _content(before) != _content(assignment):
        deps.assignments.save(assignment, call, _told(deps, call, filing, assignment))
    return filing


def read_assignment(deps: Deps, call: Call, filing_id: str) -> str:
    """Return the account to which a filing is assigned now, empty where to nobody. Raises `NotFound`."""
    return assignee_of(deps, in_sight(deps, call, filing_id))


def assignee_of(deps: Deps, filing: Filing) -> str:
    """Return the account to which a filing is assigned now, empty where to nobody."""
    found = deps.assignments.get(filing.id)
    return found.assignee_id if found and found.stands(filing, policy.reviewing_division(filing)) else ""


def assigned_to(deps: Deps, division: str, account_id: str) -> Sequence[str]:
    """Return the filings that wait for a department and are assigned to one of its reviewers."""
    return [each.filing_id for each in deps.assignments.list_standing(division, account_id)]


def workload(deps: Deps, call: Call) -> Workload:
    """Return who of the actor's department has how much, those with the most first. Actor: a department."""
    division = policy.division_of(call.actor)
    today = local_date(deps.clock.now())
    found: dict[str, list[Assignment]] = {}
    for each in deps.assignments.list_standing(division):
        found.setdefault(each.assignee_id, []).append(each)
    loads = [_load(account_id, assigned, today) for account_id, assigned in found.items()]
    waiting = deps.assignments.count_waiting(division, MOST_COUNTED + 1)
    assigned = sum(each.assigned for each in loads)
    return Workload(
        waiting=min(waiting, MOST_COUNTED),
        unassigned=max(0, waiting - assigned),
        is_more=waiting > MOST_COUNTED,
        loads=tuple(sorted(loads, key=lambda each: (-each.assigned, each.account_id))),
    )


def review_day(filing: Filing) -> date | None:
    """Return until when the department that acts next should decide; None while none does."""
    if filing.state is not State.SUBMITTED or filing.waiting_since is None:
        return None
    return _review_day(policy.reviewing_division(filing), filing.waiting_since)


def _load(account_id: str, assigned: Sequence[Assignment], today: date) -> Load:
    oldest = min(each.waiting_since for each in assigned)
    overdue = sum(_review_day(each.division, each.waiting_since) < today for each in assigned)
    return Load(account_id, len(assigned), oldest, overdue)


def _review_day(division: str, since: datetime) -> date:
    return review_due(reviewing_role(division), local_date(since)).on


def _told(deps: Deps, call: Call, filing: Filing, assignment: Assignment) -> tuple[Outgoing, ...]:
    if assignment.assignee_id in ("", call.actor.account_id):
        return ()
    once = f"{assignment.assignee_id}/{assignment.version}"
    return (tell_assignee(filing, instrument_for(deps, filing), assignment.assignee_id, once),)


def _content(assignment: Assignment) -> tuple[str, datetime, str]:
    return assignment.division, assignment.waiting_since, assignment.assignee_id

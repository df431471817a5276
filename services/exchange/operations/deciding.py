"""The desk decides a case, field by field: take the directory's value, keep ours, ask the unit, leave it for later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.exchange import policy
from services.exchange.comparing.fields import RULES, Field
from services.exchange.model.cases import AWAITED, Action, Case, CaseField, Choice, Decision, State
from services.exchange.model.survey_units import Fact, Ground, Source, SurveyUnit
from services.exchange.operations.case_messages import asked_unit, kept_ours, taken_events
from services.exchange.operations.casework import brought_up
from services.exchange.operations.sending import post
from services.exchange.operations.survey_units import known_unit
from services.exchange.ports.cases import Wanted
from services.exchange.ports.deps import Deps
from services.exchange.workflow import case_step_for
from shared.calls import Call
from shared.errors import Invalid, NotFound, Problem
from shared.history import was_done
from shared.identity.actor import COUNTRY, Actor, Role
from shared.messaging.events import Outgoing
from shared.paging import Page

AT_ONCE, MOST = 200, 50_000
"""Cases of an export that are read at once, and at most; who wants more narrows the list."""

WITH_REASON = frozenset({Choice.KEEP_OURS, Choice.LEAVE})
"""What nobody may decide without saying why."""


@dataclass(frozen=True)
class Chosen:
    """What is decided on one field."""

    which: Field
    choice: Choice
    reason: str = field(default="", repr=False)


@dataclass(frozen=True)
class CaseView:
    """A case as one actor sees it; `may_decide` says whether they decide on it."""

    case: Case
    may_decide: bool


def list_cases(deps: Deps, call: Call, wanted: Wanted, cursor: str, limit: int) -> Page[Case]:
    """Return a page of the cases that the actor sees and wants, the oldest first; the read is recorded.

    Actor: the desk, the ministry, a department for its own area. Raises `Malformed`.
    """
    deps.reads.record(call, "list_cases", wanted.division)
    return deps.cases.list_oldest(within_sight(call.actor, wanted), cursor, limit)


def all_cases(deps: Deps, call: Call, wanted: Wanted) -> Iterator[Case]:
    """Yield the cases that the actor sees and wants, for a workbook; the read is recorded. Raises what the list raises."""
    deps.reads.record(call, "export_cases", wanted.division)
    seen, cursor, given = within_sight(call.actor, wanted), "", 0
    while given < MOST:
        page = deps.cases.list_oldest(seen, cursor, AT_ONCE)
        yield from page.items
        given += len(page.items)
        cursor = page.next_cursor
        if not cursor:
            return


def within_sight(actor: Actor, wanted: Wanted) -> Wanted:
    """Return what is wanted, for the actor's own area alone. Raises `NotFound` where they ask for another."""
    own = sight_of(actor)
    division = wanted.division or own
    if own != COUNTRY and not division.startswith(_significant(own)):
        raise NotFound
    return replace(wanted, division=division)


def _significant(division: str) -> str:
    """Return what the codes of all divisions within one begin with."""
    return division[:2] if division.endswith("0000") else division[:4] if division.endswith("00") else division


def sight_of(actor: Actor) -> str:
    """Return the division whose cases the actor sees."""
    is_central = actor.role in (Role.DIRECTORY_DESK, Role.MINISTRY)
    return COUNTRY if is_central else actor.division or ""


def read_case(deps: Deps, call: Call, case_id: str) -> CaseView:
    """Return a case in the actor's sight; the read is recorded. Raises `NotFound`."""
    case = deps.cases.get(case_id)
    if sight_of(call.actor) not in (COUNTRY, *case.path):
        raise NotFound
    deps.reads.record(call, "read_case", case.unit_id, case.id)
    return view_of(call.actor, case)


def view_of(actor: Actor, case: Case) -> CaseView:
    """Return a case as the actor sees it."""
    return CaseView(case, policy.is_at_the_desk(actor) and case.state is not State.SETTLED)


def decide(deps: Deps, call: Call, case_id: str, chosen: Sequence[Chosen]) -> CaseView:
    """Decide on fields of a case.

    Actor: a person at the desk. From: open, waiting. To: what follows from the fields. Events: what was taken goes to
    filing and is told to the unit, what was kept goes to the directory as one message, what is asked goes to the unit;
    all in one transaction. Raises `NotFound`, `Invalid`, `Conflict`, `NotAllowed`, `VersionRequired`, `StaleVersion`.
    """
    case = deps.cases.get(case_id)
    if was_done(case.history, call.request):
        return view_of(call.actor, case)
    call.check_version(case.version)
    case_step_for(case, Action.DECIDE, call.actor)
    problems = _problems(case, chosen)
    if problems:
        raise Invalid(problems)
    return view_of(call.actor, deps.together(lambda inside: _decided(inside, call, case, chosen)))


def _decided(deps: Deps, call: Call, case: Case, chosen: Sequence[Chosen]) -> Case:
    unit = known_unit(deps, case.unit_id)
    if unit is None:
        raise NotFound
    at = deps.clock.now()
    by_choice = {choice: _fields(case, chosen, choice) for choice in Choice}
    kept, taken = by_choice[Choice.KEEP_OURS], by_choice[Choice.TAKE_THEIRS]
    message_id = ""
    if kept:
        draft = kept_ours(deps, case, unit, kept, at)
        message_id = post(deps, call, draft).id
    decided = case.with_fields([_with_decision(case, each, call.actor, at, message_id) for each in chosen])
    events: list[Outgoing] = []
    if taken:
        unit = deps.survey_units.save(_with_theirs(unit, case, taken, at))
        events += taken_events(case, unit, taken, at)
        theirs = {each.which: each.compared.theirs for each in decided.fields if each.compared.theirs}
        decided = brought_up(deps, decided, unit, theirs)
    if asked := by_choice[Choice.ASK_UNIT]:
        reason = next((each.reason for each in chosen if each.choice is Choice.ASK_UNIT and each.reason), "")
        events.append(asked_unit(case, asked, reason))
    step = case_step_for(decided, Action.DECIDE, call.actor)
    settled_at = at if step.target is State.SETTLED else None
    changed = replace(decided, state=step.target, updated_at=at, settled_at=settled_at)
    act = call.entry(at, Action.DECIDE, case.state, step.target)
    return deps.cases.save(changed, act, events, call.correlation_id)


def _fields(case: Case, chosen: Sequence[Chosen], choice: Choice) -> list[CaseField]:
    found = (case.find(each.which) for each in chosen if each.choice is choice)
    return [each for each in found if each is not None]


def _with_decision(case: Case, chosen: Chosen, actor: Actor, at: datetime, message_id: str) -> CaseField:
    before = case.find(chosen.which)
    if before is None:
        raise NotFound
    decision = Decision(
        no=len(before.decisions) + 1,
        choice=chosen.choice,
        reason=chosen.reason,
        by=actor.account_id,
        at=at,
        theirs=before.theirs,
        ours=before.ours,
        answer=AWAITED[chosen.choice],
        message_id=message_id if chosen.choice is Choice.KEEP_OURS else "",
    )
    return before.decided(decision)


def _with_theirs(unit: SurveyUnit, case: Case, taken: Sequence[CaseField], at: datetime) -> SurveyUnit:
    ground = Ground(Source.DIRECTORY, case.id, case.no, at)
    facts = {each.which: Fact(each.compared.theirs, ground) for each in taken if each.compared.theirs}
    changed = unit.with_facts(facts, at)
    place = facts.get(Field.DIVISION)
    return replace(changed, division=place.said.value[:6]) if place else changed


def _problems(case: Case, chosen: Sequence[Chosen]) -> list[Problem]:
    found: list[Problem] = []
    seen: dict[Field, int] = {}
    for number, each in enumerate(chosen):
        fault = _fault(case.find(each.which), each, seen)
        seen[each.which] = number
        if fault:
            code, text, expected = fault
            found.append(Problem(f"/decisions/{number}/{_WHERE[code]}", code, text, expected, RULES[each.which].label))
    return found


_WHERE: Mapping[str, str] = {
    "field_twice": "field",
    "field_unknown": "field",
    "field_settled": "field",
    "value_missing": "choice",
    "required": "reason",
}


def _fault(known: CaseField | None, chosen: Chosen, seen: Mapping[Field, int]) -> tuple[str, str, str] | None:
    if chosen.which in seen:
        return "field_twice", "同一字段只能有一项处理意见。", "每个字段一项"
    if known is None:
        return "field_unknown", "本案没有这个字段。", "本案所列字段"
    if not known.may_be_decided:
        return "field_settled", "该字段已一致，或已报名录库正待答复，现在不能处理。", "待处理的字段"
    wanted = {Choice.TAKE_THEIRS: known.theirs, Choice.KEEP_OURS: known.ours}.get(chosen.choice, "-")
    if not wanted:
        return "value_missing", "所选一方没有这个字段的值。", "有值的一方"
    if chosen.choice in WITH_REASON and not chosen.reason:
        return "required", "请填写理由。", "一段文字"
    return None

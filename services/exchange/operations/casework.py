"""Bringing up cases: what the directory says and what the unit told last are put side by side, whichever moved.

A case is opened where they contradict each other, kept up to date while it is open, opened again where something new
contradicts, and settles itself once its fields are equal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256

from services.exchange.comparing.comparison import Compared, Record, compare
from services.exchange.comparing.fields import Field
from services.exchange.comparing.proposals import Proposal, proposals
from services.exchange.comparing.verdicts import Outcome
from services.exchange.model.cases import Action, Answer, Case, CaseField, Choice, Decision, State, Trigger
from services.exchange.model.directory import Announced, Announcement
from services.exchange.model.messages import Kind, Message
from services.exchange.model.messages import Outcome as Receipt
from services.exchange.model.mirror import Known, UnitState
from services.exchange.model.survey_units import SurveyUnit
from services.exchange.operations.case_messages import told_fields
from services.exchange.operations.survey_units import directory_side, known_unit
from services.exchange.ports.deps import Deps
from services.exchange.workflow import case_step_for
from shared.calls import Call
from shared.clock import local_date
from shared.codes import divisions
from shared.codes.divisions import UnknownDivision
from shared.identity.actor import COUNTRY

_ANNOUNCED = {
    Announced.NEW: Proposal.NEW,
    Announced.CHANGE: Proposal.CHANGE,
    Announced.CLOSE: Proposal.CLOSE,
    Announced.MOVE: Proposal.MOVE,
    Announced.MERGE: Proposal.MERGE,
    Announced.SPLIT: Proposal.SPLIT,
}

_ANSWERS = {Receipt.ACCEPTED: Answer.ACCEPTED, Receipt.REFUSED: Answer.REFUSED}


@dataclass(frozen=True)
class Occasion:
    """Why two sides are compared now; of an announcement its kind, the directory's ground and the day it holds from.

    `told` are decisions that were taken by telling: what the survey found and the directory was told at once.
    """

    trigger: Trigger
    announced: tuple[Proposal, ...] = ()
    evidence: str = field(default="", repr=False)
    effective_date: str = ""
    told: Mapping[Field, Decision] = field(default_factory=dict)


def case_id_of(unit_id: str) -> str:
    """Return the id of the one case of a unit."""
    return sha256(f"case/{unit_id}".encode()).hexdigest()[:32]


def follow_directory(
    deps: Deps, call: Call, known: Known, announcement: Announcement | None = None
) -> tuple[Case, ...]:
    """Compare what the directory says of a unit now with the units of the survey that have its credit code.

    Actor: the directory, by what it announced or answered. From: nothing, or any state. Events: none. Twice the same
    changes nothing. Raises `StaleVersion`.
    """
    occasion = Occasion(Trigger.ANNOUNCEMENT)
    if announcement is not None:
        kinds = (_ANNOUNCED[announcement.kind],)
        occasion = Occasion(Trigger.ANNOUNCEMENT, kinds, announcement.evidence, announcement.effective_date)
    found = (known_unit(deps, each) for each in deps.survey_units.find_by_code(known.record.credit_code))
    cases = (_compared(deps, call, unit, known, occasion) for unit in found if unit is not None)
    return tuple(each for each in cases if each is not None)


def follow_message(deps: Deps, call: Call, message: Message) -> Case | None:
    """Compare anew after a message that told the directory of a unit: what it tells of is ours, and told.

    Actor: the exchange. From: nothing, or any state. Events: none. Twice the same changes nothing. Raises
    `StaleVersion`.
    """
    if not message.unit_id or message.sequence is None:
        return None
    unit = known_unit(deps, message.unit_id, message)
    known = _in_directory(deps, unit) if unit else None
    if unit is None or known is None:
        return None
    # A unit that is new to the survey and not to the directory is looked at field by field.
    told = {} if message.kind is Kind.UNIT_NEW else _told(deps, message)
    return _compared(deps, call, unit, known, Occasion(Trigger.SURVEY, told=told))


def take_answer(deps: Deps, call: Call, message: Message) -> Case | None:
    """Note the directory's answer to a message with the fields that it told of; a refusal opens a case.

    Actor: the directory, by a verified receipt. From: nothing, or any state. Events: none. Twice the same changes
    nothing. Raises `StaleVersion`.
    """
    if not message.unit_id or message.receipt is None:
        return None
    case = deps.cases.find(case_id_of(message.unit_id))
    answered = [_answered(each, message) for each in case.fields] if case else []
    if case is not None and tuple(answered) != case.fields:
        return _stored(deps, call, replace(case, fields=tuple(answered)), Action.TAKE_ANSWER)
    is_known = any(each.message_id == message.id for one in (case.fields if case else ()) for each in one.decisions)
    if is_known or message.receipt.outcome is not Receipt.REFUSED:
        return None
    unit = known_unit(deps, message.unit_id)
    if unit is None:
        return None
    known = _in_directory(deps, unit)
    return _compared(deps, call, unit, known, Occasion(Trigger.REFUSAL, told=_told(deps, message)))


def brought_up(deps: Deps, case: Case, unit: SurveyUnit, theirs: Record, announced: Sequence[Proposal] = ()) -> Case:
    """Return the case with both sides as they are now, and what was decided where the values still are the same."""
    on = local_date(deps.clock.now())
    compared = compare(theirs, unit.record, on)
    before = {each.which: each for each in case.fields}
    fields = tuple(_field(each, unit, before.get(each.which)) for each in compared)
    kinds = proposals(compared, on, is_known=bool(theirs), announced=announced)
    # What is refused or equal by now keeps the name under which it was found.
    return replace(case, fields=fields, proposals=kinds or case.proposals, division=unit.division, path=_path(unit, on))


def _compared(deps: Deps, call: Call, unit: SurveyUnit, known: Known | None, occasion: Occasion) -> Case | None:
    """Return the unit's case as it is after the comparison, stored where that changed it; None where there is none."""
    case_id, at = case_id_of(unit.id), deps.clock.now()
    stored = deps.cases.find(case_id)
    case = stored or _new(case_id, unit, at)
    theirs = _side(known, unit)
    changed = brought_up(deps, case, unit, theirs, occasion.announced)
    changed = changed.with_fields([_with_told(each, occasion.told) for each in changed.fields])
    if stored is None and changed.standing is State.SETTLED:
        return None
    if stored is not None and changed.fields == stored.fields:
        return stored
    changed = replace(
        changed,
        trigger=occasion.trigger,
        directory_unit=known.unit if known else "",
        evidence=occasion.evidence or case.evidence,
        effective_date=occasion.effective_date or case.effective_date,
    )
    return _stored(deps, call, changed, Action.UPDATE if stored else Action.OPEN)


def _stored(deps: Deps, call: Call, case: Case, action: Action) -> Case:
    at = deps.clock.now()
    before = case.state if case.version else None
    target = case.standing if before is None else case_step_for(case, action, call.actor).target
    if before is State.SETTLED and target is not State.SETTLED:
        case = replace(case, no=case.no + 1, opened_at=at)
    changed = replace(case, state=target, updated_at=at, settled_at=at if target is State.SETTLED else None)
    return deps.cases.save(changed, call.entry(at, action, before, target), (), call.correlation_id)


def _field(compared: Compared, unit: SurveyUnit, before: CaseField | None) -> CaseField:
    fact = unit.facts.get(compared.which)
    return CaseField(compared, fact.ground if fact else None, before.decisions if before else ())


def _with_told(each: CaseField, told: Mapping[Field, Decision]) -> CaseField:
    """Return the field with what was decided by telling it, once for each message."""
    decision = told.get(each.which)
    if decision is None or each.compared.outcome is Outcome.SAME:
        return each
    if any(known.message_id == decision.message_id for known in each.decisions):
        return each
    return each.decided(replace(decision, no=len(each.decisions) + 1, theirs=each.theirs, ours=each.ours))


def _told(deps: Deps, message: Message) -> Mapping[Field, Decision]:
    """Return the decisions that a message stands for: to keep what the survey found, and to tell it."""
    content = deps.messages.secret_of(message).content
    answer = _ANSWERS[message.receipt.outcome] if message.receipt else Answer.PENDING
    decision = Decision(
        no=0,
        choice=Choice.KEEP_OURS,
        reason="",
        by="",
        at=message.created_at,
        theirs="",
        ours="",
        answer=answer,
        message_id=message.id,
        reason_code=message.reason_code,
        answered_at=message.answered_at,
    )
    return dict.fromkeys(told_fields(message, content), decision)


def _answered(each: CaseField, message: Message) -> CaseField:
    """Return the field with the directory's answer to the message, where a decision waits for it."""
    if message.receipt is None:
        return each
    answer = _ANSWERS[message.receipt.outcome]
    decisions = tuple(
        replace(known, answer=answer, reason_code=message.reason_code, answered_at=message.answered_at)
        if known.message_id == message.id and known.answer is not answer
        else known
        for known in each.decisions
    )
    return replace(each, decisions=decisions)


def _in_directory(deps: Deps, unit: SurveyUnit) -> Known | None:
    code = unit.value(Field.CREDIT_CODE)
    return next(iter(deps.directory.mirror.find_by_code(code)), None) if code.strip() else None


def _side(known: Known | None, unit: SurveyUnit) -> Record:
    if known is None:
        return {}
    return directory_side(known.record, unit.record, is_ceased=known.state is UnitState.CEASED)


def _new(case_id: str, unit: SurveyUnit, at: datetime) -> Case:
    return Case(
        id=case_id,
        version=0,
        unit_id=unit.id,
        division=unit.division,
        path=(),
        state=State.OPEN,
        trigger=Trigger.SURVEY,
        proposals=(),
        opened_at=at,
        updated_at=at,
    )


def _path(unit: SurveyUnit, on: date) -> tuple[str, ...]:
    try:
        return divisions.path(unit.division, on)
    except UnknownDivision:  # it has ended, and nobody has said where the unit belongs now
        return (unit.division, unit.division[:2] + "0000", COUNTRY)

"""Reviewing a registration: verdicts per material and per field, and the decision of the department."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from services.registration.errors import ReviewIncomplete
from services.registration.form.approval import problems_before_approval
from services.registration.form.carrying import carry_over, still_carried
from services.registration.form.changes import faulty_parts
from services.registration.model.facts import FactValues
from services.registration.model.materials import Slot
from services.registration.model.registration import Registration
from services.registration.model.review import Decision, ReasonCode, Remark, Review, Undone, Verdict
from services.registration.model.states import Action
from services.registration.operations import events, sheets
from services.registration.operations.changes import Changed, change
from services.registration.operations.coming_into_force import into_force
from services.registration.operations.facts import facts_of, settle
from services.registration.operations.telling import tell_operator, told_of
from services.registration.ports import Deps
from shared.calls import Call
from shared.clock import local_date
from shared.errors import Invalid, Problem


@dataclass(frozen=True)
class Signed:
    """The signature block of a decision, with its text and, but for an approval, its coded reason."""

    text: str
    signatory: str
    signed_on: date
    reason_code: ReasonCode | None = None


@dataclass(frozen=True)
class Marks:
    """What a reviewer has marked so far.

    `facts` are the readings of the materials, `reasons` why a reading that does not agree is accepted, both by fact.
    `confirms_carried` takes all that was carried over from the round before as judged in this one.
    """

    materials: Mapping[Slot, Remark] = field(default_factory=dict)
    fields: Mapping[str, Remark] = field(default_factory=dict)
    conditions: Mapping[str, Remark] = field(default_factory=dict)
    facts: FactValues = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    opinion: str = ""
    confirms_carried: bool = False


def start_review(deps: Deps, call: Call, registration_id: str) -> Registration:
    """Take a submitted registration into review.

    Actor: department of the 单位注册地. From: submitted. To: under review. Events: none.
    A second round starts from the judgement of the one before, as far as nothing changed.
    """

    def make(registration: Registration) -> Changed:
        reviewer, now = call.actor.account_id, deps.clock.now()
        last = registration.revisions[-1]
        before = next((each for each in reversed(registration.revisions[:-1]) if each.review), None)
        review = carry_over(before, last, reviewer, now) if before else Review(reviewer_id=reviewer, started_at=now)
        return _with_review(registration, review), ()

    return change(deps, call, registration_id, Action.START_REVIEW, make)


def save_review(deps: Deps, call: Call, registration_id: str, marks: Marks) -> Registration:
    """Keep verdicts, notes, facts, reasons and opinion as they stand; nothing is decided yet.

    Actor: department of the 单位注册地. From and to: under review. Events: none.
    """

    def make(registration: Registration) -> Changed:
        before = _review(registration)
        review = replace(
            before,
            materials=marks.materials,
            fields=marks.fields,
            conditions=marks.conditions,
            facts=marks.facts,
            opinion=marks.opinion,
        )
        settled = settle(deps, registration, review, marks.reasons, call.actor.account_id, deps.clock.now())
        carried = () if marks.confirms_carried else still_carried(before, review)
        return _with_review(registration, replace(review, settled=settled, carried=carried)), ()

    return change(deps, call, registration_id, Action.SAVE_REVIEW, make)


def return_registration(deps: Deps, call: Call, registration_id: str, signed: Signed) -> Registration:
    """Give the registration back so that the faulty parts can be mended.

    Actor: department of the 单位注册地. From: under review. To: returned. Events: returned.
    Raises `ReviewIncomplete` where no part was found faulty, or a faulty one carries no note, `Invalid` for a
    signature of a day to come.
    """

    def make(registration: Registration) -> Changed:
        review = _review(registration)
        if not faulty_parts(review):
            raise ReviewIncomplete("退回前请指明需要修改的材料或信息。")
        _require_notes(review)
        return _decided(deps, call, registration, Action.RETURN, signed, "returned")

    return change(deps, call, registration_id, Action.RETURN, make)


def approve_registration(deps: Deps, call: Call, registration_id: str, signed: Signed) -> Registration:
    """Approve the application: its revision comes into force, and the 名录库 is told what is new.

    Actor: department of the 单位注册地. From: under review. To: approved. Events: approved (with the unit's record,
    sealed for the exchange). Raises `ReviewIncomplete` unless each material and each condition of registration is
    accepted, no field waits for a correction, each fact is recorded and what does not agree settled, `Invalid` for a
    signature of a day to come: it dates the change for the 名录库.
    """

    def make(registration: Registration) -> Changed:
        review = _review(registration)
        problems = problems_before_approval(review, facts_of(deps, registration))
        if problems:
            raise ReviewIncomplete(problems=problems)
        decided, (_, sheet, _) = _decided(deps, call, registration, Action.APPROVE, signed, "approved")
        changed, told = into_force(decided, _decision(decided))
        return changed, (*told, sheet)

    return change(deps, call, registration_id, Action.APPROVE, make)


def reject_registration(deps: Deps, call: Call, registration_id: str, signed: Signed) -> Registration:
    """Refuse the registration; its web site and ICP number become free.

    Actor: department of the 单位注册地. From: under review. To: rejected. Events: rejected.
    Raises `Invalid` for a signature of a day to come.
    """

    def make(registration: Registration) -> Changed:
        return _decided(deps, call, registration, Action.REJECT, signed, "rejected")

    return change(deps, call, registration_id, Action.REJECT, make)


def undo_decision(deps: Deps, call: Call, registration_id: str, reason: str) -> Registration:
    """Take a return or a rejection back before the applicant acts on it; the verdicts stay, the decision is kept.

    Actor: the department that decided. From: returned, rejected. To: under review. Events: decision undone.
    Raises `PlatformTaken` where another registration took the web site or ICP number since the rejection.
    """

    def make(registration: Registration) -> Changed:
        review = _review(registration)
        undone = Undone(_decision(registration), reason, deps.clock.now(), call.actor.account_id)
        reopened = _with_review(registration, replace(review, decision=None, undone=(*review.undone, undone)))
        notice = tell_operator(reopened, "decision_undone", str(registration.version))
        return reopened, (events.told(reopened, "decision_undone"), notice)

    return change(deps, call, registration_id, Action.UNDO, make)


def _decided(deps: Deps, call: Call, registration: Registration, action: Action, signed: Signed, name: str) -> Changed:
    now = deps.clock.now()
    today = local_date(now)
    submitted = local_date(registration.revisions[-1].submitted_at)
    if signed.signed_on > today:
        raise Invalid([Problem("/signed_on", "date_in_future", "日期不能晚于今天。", f"≤ {today.isoformat()}", "日期")])
    if signed.signed_on < submitted:
        text = f"日期不能早于提交之日（{submitted.isoformat()}）。"
        raise Invalid([Problem("/signed_on", "before_submission", text, f"≥ {submitted.isoformat()}", "日期")])
    decision = Decision(
        action=action,
        text=signed.text,
        reason_code=signed.reason_code,
        signatory=signed.signatory,
        signed_on=signed.signed_on,
        decided_at=now,
        decided_by=call.actor.account_id,
    )
    decided = _with_review(registration, replace(_review(registration), decision=decision))
    first = min(faulty_parts(_review(registration)), default="") if action is Action.RETURN else ""
    notice = tell_operator(decided, name, str(registration.version), first, reason=told_of(decision))
    return decided, (events.told(decided, name), sheets.of_review(decided, decision), notice)


def _review(registration: Registration) -> Review:
    if registration.review is None:
        raise ReviewIncomplete
    return registration.review


def _decision(registration: Registration) -> Decision:
    decision = _review(registration).decision
    if decision is None:
        raise ReviewIncomplete
    return decision


def _with_review(registration: Registration, review: Review) -> Registration:
    *earlier, last = registration.revisions
    return replace(registration, revisions=(*earlier, replace(last, review=review)))


def _require_notes(review: Review) -> None:
    marks: list[tuple[str, Remark]] = [(f"/materials/{slot}", mark) for slot, mark in review.materials.items()]
    marks += [(f"/fields/{key}", mark) for key, mark in review.fields.items()]
    marks += [(f"/conditions/{key}", mark) for key, mark in review.conditions.items()]
    problems = [
        Problem(pointer, "note_required", "请写明需要修改的原因。", "原因")
        for pointer, mark in marks
        if mark.verdict is not Verdict.ACCEPT and not mark.note
    ]
    if problems:
        raise ReviewIncomplete("需修改的部分须写明原因。", problems=problems)

"""Reviewing a filing, one department of its chain after the other: tick off, approve, return, take a decision back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.filing.model.filings import Decision, Filing, ReasonCode
from services.filing.model.states import Action
from services.filing.operations.changes import Changed, change, in_sight
from services.filing.operations.closings import require_settleable
from services.filing.operations.duplicates import require_settled
from services.filing.operations.events import told
from services.filing.operations.facts import told_facts
from services.filing.operations.instruments import Instrument, instrument_for
from services.filing.operations.places import forms_of, is_place
from services.filing.operations.telling import tell_unit
from services.filing.operations.units import take_filing
from services.filing.operations.versions import version_of
from services.filing.policy import is_below_the_last_level, reviewing_division
from services.filing.ports.deps import Deps
from services.filing.workflow import step_for
from shared.calls import Call
from shared.errors import Invalid, Problem


@dataclass(frozen=True)
class Signed:
    """The words of a decision with who signs it; a return has a coded reason and may name the fields to correct."""

    text: str
    signatory: str
    reason_code: ReasonCode | None = None
    pointers: Sequence[str] = ()


def tick_findings(deps: Deps, call: Call, filing_id: str, keys: Sequence[str]) -> tuple[Filing, tuple[str, ...]]:
    """Keep which findings of the version under review the actor has checked, in place of those kept before.

    Actor: whoever may approve it now, each for themselves. From: submitted; the filing itself does not change.
    Raises `Invalid` for a finding that the version does not have.
    """
    filing = in_sight(deps, call, filing_id)
    call.check_version(filing.version)
    step_for(filing, Action.APPROVE, call.actor)
    known = {each.key for version in filing.versions[-1:] for each in version.noted}
    problems = [
        Problem(f"/keys/{number}", "unknown_finding", "这次报送没有这一处疑问或提示。")
        for number, key in enumerate(keys)
        if key not in known
    ]
    if problems:
        raise Invalid(problems)
    before = deps.ticks.get(filing, call.actor.account_id)
    ticked = replace(before, keys=tuple(keys))
    if ticked != before:
        deps.ticks.save(filing, ticked, deps.clock.now())
    return filing, ticked.keys


def approve_filing(deps: Deps, call: Call, filing_id: str, signed: Signed) -> Filing:
    """Approve the version that was submitted last: it goes on to the next department, or comes into force.

    Actor: the department that acts next. From: submitted. To: submitted, with the department above; approved where the
    ministry approves. Events: forwarded, or approved, of which the unit is told, and what statistics count of it. Basic
    information that is approved goes on to the unit by `take_basics`. Source: 总说明（六）, 逐级审核、上报.
    """

    def make(filing: Filing) -> Changed:
        decided = _decided(deps, call, filing, Action.APPROVE, signed)
        passed = replace(decided, passed=(*filing.passed, reviewing_division(filing)))
        if is_below_the_last_level(filing):
            changed = replace(passed, waiting_since=deps.clock.now())
            return changed, (told(changed, "forwarded"),)
        instrument = instrument_for(deps, filing)
        changed = replace(passed, in_force=passed.revision, waiting_since=None)
        events = (told(changed, "approved"), tell_unit(changed, instrument, "approved"))
        facts = told_facts(deps, changed, instrument, filing.version + 1)
        return changed, (*events, *take_filing(deps, changed, instrument), *facts)

    return change(deps, call, filing_id, Action.APPROVE, make)


def return_filing(deps: Deps, call: Call, filing_id: str, signed: Signed) -> Filing:
    """Give the filing back with a reason; where fields are named, only those are open for correction.

    Actor: the department that acts next. From: submitted. To: returned. Events: returned; the unit is told. What the
    unit submits then begins at the lowest level again. Raises `Invalid` for a field that the form does not have, and
    `DuplicateUnsettled` for the reason of a duplicate before the ministry has decided so.
    """

    def make(filing: Filing) -> Changed:
        instrument = instrument_for(deps, filing)
        problems = _unknown_places(instrument, filing, signed.pointers)
        if problems:
            raise Invalid(problems)
        if signed.reason_code is ReasonCode.DUPLICATE:
            require_settled(deps, filing)
        decided = replace(_decided(deps, call, filing, Action.RETURN, signed), waiting_since=None)
        first = signed.pointers[0] if signed.pointers else ""
        notice = tell_unit(decided, instrument, "returned", first, reason=signed.text)
        return decided, (told(decided, "returned"), notice)

    return change(deps, call, filing_id, Action.RETURN, make)


def undo_decision(deps: Deps, call: Call, filing_id: str) -> Filing:
    """Take the last decision back before anybody acts on it; it stays on record.

    Actor: the department that decided. From: submitted with the department above, returned, approved. To: submitted,
    with the department that decided. Events: decision undone; the unit is told, and statistics where another version
    counts now. A version that was in force before comes back into force.
    """

    def make(filing: Filing) -> Changed:
        *earlier, last = filing.versions
        *before, taken_back = last.decisions
        reopened = replace(last, decisions=tuple(before), undone=(*last.undone, taken_back))
        in_force = max((each.no for each in earlier if _is_approved(each.decision)), default=0)
        restored = tuple(version_of(deps, filing, each.no) if each.no == in_force else each for each in earlier)
        passed = tuple(division for division in filing.passed if division != taken_back.division)
        changed = replace(
            filing,
            versions=(*restored, reopened),
            in_force=in_force,
            passed=passed,
            waiting_since=before[-1].decided_at if before else last.submitted_at,
        )
        instrument = instrument_for(deps, filing)
        notice = tell_unit(changed, instrument, "decision_undone")
        is_other = changed.in_force != filing.in_force
        facts = told_facts(deps, changed, instrument, filing.version + 1) if is_other else ()
        return changed, (told(changed, "decision_undone"), notice, *facts)

    return change(deps, call, filing_id, Action.UNDO, make)


def finalise_filing(deps: Deps, call: Call, filing_id: str) -> Filing:
    """Settle the version in force for good (最终审定): from now on it changes by correction versions alone.

    Actor: the ministry. From: approved. To: final. Events: finalised; the unit and statistics are told. Source: 总说明（六）. Raises
    `FinalTooEarly`, and `PeriodOpen` before its period has been closed, with which it goes.
    """

    def make(filing: Filing) -> Changed:
        require_settleable(deps, filing)
        now = deps.clock.now()
        versions = tuple(
            replace(version_of(deps, filing, each.no), final_at=now) if each.no == filing.in_force else each
            for each in filing.versions
        )
        changed = replace(filing, versions=versions)
        instrument = instrument_for(deps, filing)
        notice = tell_unit(changed, instrument, "finalised")
        facts = told_facts(deps, changed, instrument, filing.version + 1)
        return changed, (told(changed, "finalised"), notice, *facts)

    return change(deps, call, filing_id, Action.FINALISE, make)


def _is_approved(decision: Decision | None) -> bool:
    return decision is not None and decision.action is Action.APPROVE


def _decided(deps: Deps, call: Call, filing: Filing, action: Action, signed: Signed) -> Filing:
    *earlier, last = filing.versions
    decision = Decision(
        action=action,
        text=signed.text,
        signatory=signed.signatory,
        decided_at=deps.clock.now(),
        decided_by=call.actor.account_id,
        division=reviewing_division(filing),
        reason_code=signed.reason_code,
        pointers=tuple(dict.fromkeys(signed.pointers)),
        seen=deps.ticks.get(filing, call.actor.account_id).keys,
    )
    return replace(filing, versions=(*earlier, replace(last, decisions=(*last.decisions, decision))))


def _unknown_places(instrument: Instrument, filing: Filing, pointers: Sequence[str]) -> list[Problem]:
    """Return a problem for each pointer that names no indicator of the form or of its extras, or no part of it."""
    forms = forms_of(instrument, filing.division, filing.period)
    return [
        Problem(f"/pointers/{number}", "unknown_field", "表中没有这一项。", "表中的指标，如 /601/2")
        for number, pointer in enumerate(pointers)
        if not is_place(forms, pointer)
    ]

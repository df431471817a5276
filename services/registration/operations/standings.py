"""Suspending a registration and ending it: by the department in charge, and on the operator's request."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from services.registration.errors import StatementOpen
from services.registration.form.items import GROUND_LABELS
from services.registration.form.terms import TERMS
from services.registration.model.directory import Directory, DirectoryKind, DirectoryState
from services.registration.model.registration import Registration
from services.registration.model.sheets import SheetKind
from services.registration.model.standing import Closing, ClosingKind, Ending, Ground, Suspension
from services.registration.model.states import Action, State
from services.registration.operations import events, sheets
from services.registration.operations.applications import at_home
from services.registration.operations.changes import Changed, change_standing
from services.registration.operations.telling import tell_department, tell_operator
from services.registration.ports import Deps
from shared.calendar.working_days import add_working_days
from shared.calls import Call
from shared.clock import local_date
from shared.errors import Invalid, Problem


@dataclass(frozen=True)
class Reasons:
    """The coded ground of what a department does, and its reasons in words."""

    ground: Ground
    reason: str

    @property
    def text(self) -> str:
        """Ground and reason as people read them."""
        return f"{GROUND_LABELS[self.ground]}：{self.reason}"


def suspend_registration(
    deps: Deps, call: Call, registration_id: str, reasons: Reasons, since: date, until: date | None
) -> Registration:
    """Suspend a registration from a day on, until another day where one is named.

    Actor: department in charge. From: registered. To: suspended. Events: suspended, a notice to the operator.
    Raises `Invalid` for a beginning in the future and for an end that is not later than today and the beginning.
    """

    def make(registration: Registration) -> Changed:
        now = deps.clock.now()
        today = local_date(now)
        problems = []
        if since > today:
            text = "暂停起始日期不能晚于今天。"
            problems.append(Problem("/since", "date_in_future", text, f"≤ {today.isoformat()}", "起始日期"))
        if until is not None and until <= max(since, today):
            text = "恢复日期须晚于今天和起始日期。"
            problems.append(Problem("/until", "not_later", text, f"> {max(since, today).isoformat()}", "恢复日期"))
        if problems:
            raise Invalid(problems)
        suspension = Suspension(reasons.ground, reasons.reason, since, until, call.actor.account_id, now)
        suspended = replace(registration, life=replace(registration.life, suspension=suspension))
        ends = until.isoformat() if until else "另行通知"
        notice = tell_operator(
            suspended,
            "suspended",
            now.isoformat(),
            "standing",
            reason=reasons.text,
            since=since.isoformat(),
            until=ends,
        )
        terms = f"暂停起始日期：{since.isoformat()}；恢复日期：{ends}。\n{reasons.reason}"
        sheet = sheets.of_standing(suspended, SheetKind.SUSPENSION, now, terms, GROUND_LABELS[reasons.ground])
        return suspended, (events.told(suspended, "suspended"), notice, sheet)

    return change_standing(deps, call, registration_id, Action.SUSPEND, make)


def lift_suspension(deps: Deps, call: Call, registration_id: str, reason: str) -> Registration:
    """Let a suspended registration count again.

    Actor: department in charge. From: suspended. To: registered. Events: resumed, a notice to the operator.
    """

    def make(registration: Registration) -> Changed:
        lifted, told = resumed(registration, _once(deps), reason)
        return lifted, (*told, sheets.of_standing(lifted, SheetKind.RESUMPTION, deps.clock.now(), reason))

    return change_standing(deps, call, registration_id, Action.LIFT_SUSPENSION, make)


def resumed(registration: Registration, once: str, reason: str) -> Changed:
    """Return the registration without its suspension, and the events that tell of it."""
    lifted = replace(registration, life=replace(registration.life, suspension=None))
    notice = tell_operator(lifted, "resumed", once, "standing", reason=reason)
    return lifted, (events.told(lifted, "resumed"), notice)


def request_deregistration(deps: Deps, call: Call, registration_id: str, reason: str) -> Registration:
    """Ask for the end of one's own registration.

    Actor: own operator. From: registered, suspended; nothing closing. Events: a notice to the department.
    """

    def make(registration: Registration) -> Changed:
        now = deps.clock.now()
        closing = Closing(ClosingKind.REQUESTED, Ground.ON_REQUEST, reason, call.actor.account_id, now)
        asked = _closing(registration, closing)
        return asked, (tell_department(asked, "deregistration_requested", now.isoformat(), _home(asked)),)

    return change_standing(deps, call, registration_id, Action.REQUEST_DEREGISTRATION, make)


def take_back_request(deps: Deps, call: Call, registration_id: str) -> Registration:
    """Take the request for de-registration back before it is decided.

    Actor: own operator. From: registered, suspended; requested. Events: none.
    """
    return change_standing(
        deps, call, registration_id, Action.TAKE_BACK_REQUEST, lambda registration: (_closing(registration, None), ())
    )


def refuse_deregistration(deps: Deps, call: Call, registration_id: str, reason: str) -> Registration:
    """Refuse the operator's request for de-registration, with reasons.

    Actor: department in charge. From: registered, suspended; requested. Events: a notice to the operator.
    """
    return change_standing(
        deps,
        call,
        registration_id,
        Action.REFUSE_DEREGISTRATION,
        lambda each: _called_off(deps, each, "deregistration_refused", SheetKind.DEREGISTRATION_REFUSAL, reason),
    )


def announce_deregistration(deps: Deps, call: Call, registration_id: str, reasons: Reasons) -> Registration:
    """Announce a de-registration of the department's own accord; the operator may make a statement until a day.

    Actor: department in charge. From: registered, suspended; nothing closing. Events: a notice to the operator.
    """

    def make(registration: Registration) -> Changed:
        now = deps.clock.now()
        until = add_working_days(local_date(now), TERMS.statement_days).on
        closing = Closing(
            ClosingKind.ANNOUNCED, reasons.ground, reasons.reason, call.actor.account_id, now, statement_until=until
        )
        announced = _closing(registration, closing)
        values = {"reason": reasons.text, "until": until.isoformat()}
        notice = tell_operator(announced, "deregistration_announced", now.isoformat(), "standing", **values)
        terms = f"陈述意见的期限：{until.isoformat()}。\n{reasons.reason}"
        kind = SheetKind.DEREGISTRATION_ANNOUNCEMENT
        return announced, (notice, sheets.of_standing(announced, kind, now, terms, GROUND_LABELS[reasons.ground]))

    return change_standing(deps, call, registration_id, Action.ANNOUNCE_DEREGISTRATION, make)


def make_statement(deps: Deps, call: Call, registration_id: str, statement: str) -> Registration:
    """Say something to an announced de-registration; said again, it replaces what was said before.

    Actor: own operator. From: registered, suspended; announced. Events: a notice to the department. A statement after
    the period is taken too, as long as nothing was decided.
    """

    def make(registration: Registration) -> Changed:
        now = deps.clock.now()
        closing = registration.life.closing
        if closing is None:  # the table lets nobody here without one
            return registration, ()
        stated = _closing(registration, replace(closing, statement=statement, stated_at=now))
        return stated, (tell_department(stated, "statement_made", now.isoformat(), _home(stated)),)

    return change_standing(deps, call, registration_id, Action.MAKE_STATEMENT, make)


def call_off_deregistration(deps: Deps, call: Call, registration_id: str, reason: str) -> Registration:
    """Call an announced de-registration off, with reasons.

    Actor: department in charge. From: registered, suspended; announced. Events: a notice to the operator.
    """
    return change_standing(
        deps,
        call,
        registration_id,
        Action.CALL_OFF_DEREGISTRATION,
        lambda each: _called_off(deps, each, "deregistration_called_off", SheetKind.DEREGISTRATION_CALLED_OFF, reason),
    )


def deregister(deps: Deps, call: Call, registration_id: str, reason: str) -> Registration:
    """End a registration from today on: as its operator asked, or as it was announced.

    Actor: department in charge. From: registered, suspended; requested or announced. To: de-registered. An open
    application ends with it. Events: deregistered (with the record, sealed for the exchange), a notice to the operator.
    Raises `StatementOpen` where the operator can still make a statement and has made none.
    """

    def make(registration: Registration) -> Changed:
        now = deps.clock.now()
        today = local_date(now)
        closing = registration.life.closing
        if closing is None:  # the table lets nobody here without one
            return registration, ()
        if closing.statement_until is not None and not closing.statement and today <= closing.statement_until:
            raise StatementOpen
        ending = Ending(closing.ground, reason, today, now, call.actor.account_id)
        life = replace(registration.life, suspension=None, closing=None, ending=ending)
        ended = without_application(deps, replace(registration, life=life))
        waiting = Directory(DirectoryState.PENDING, now, kind=DirectoryKind.CLOSE, revision=life.in_force)
        notice = tell_operator(ended, "deregistered", now.isoformat(), "standing", reason=reason)
        sheet = sheets.of_standing(ended, SheetKind.DEREGISTRATION, now, reason, GROUND_LABELS[closing.ground])
        return replace(ended, directory=waiting), (events.deregistered(ended, ending), notice, sheet)

    return change_standing(deps, call, registration_id, Action.DEREGISTER, make)


def without_application(deps: Deps, registration: Registration) -> Registration:
    """Return the registration without its open application, which came to nothing."""
    if not registration.has_open_application:
        return registration
    return at_home(deps, replace(registration, state=State.DISCARDED, form={}, materials={}, stated={}))


def _closing(registration: Registration, closing: Closing | None) -> Registration:
    return replace(registration, life=replace(registration.life, closing=closing))


def _called_off(deps: Deps, registration: Registration, occasion: str, kind: SheetKind, reason: str) -> Changed:
    off = _closing(registration, None)
    notice = tell_operator(off, occasion, _once(deps), "standing", reason=reason)
    return off, (notice, sheets.of_standing(off, kind, deps.clock.now(), reason))


def _home(registration: Registration) -> str:
    return registration.home or ""


def _once(deps: Deps) -> str:
    return deps.clock.now().isoformat()

"""Reading registrations: lists, one in full, its revisions, its print."""

from __future__ import annotations

from dataclasses import dataclass, replace

from services.registration import policy
from services.registration.form.assessment import Finding, findings
from services.registration.form.changes import Change, differences, open_parts
from services.registration.form.checks import SectionProgress, problems_before_submission, progress
from services.registration.form.facts import Checked
from services.registration.form.stamped_copy import problems_of
from services.registration.form.updating import problems_of_change
from services.registration.model.facts import FactValues
from services.registration.model.registration import Registration, Revision
from services.registration.model.states import PUBLIC, Action, State
from services.registration.operations.changes import in_sight
from services.registration.operations.facts import facts_shown, own_facts, proposed_in
from services.registration.operations.stamped_form import code_to_print, compare_copy
from services.registration.ports import (
    Deps,
    Wanted,
)
from services.registration.workflow import open_actions
from shared.calls import Call
from shared.clock import local_date
from shared.errors import NotFound, Problem
from shared.identity.actor import Actor
from shared.paging import Page


@dataclass(frozen=True)
class View:
    """A registration as one actor sees it, with what can be done next; `application` shows the present application."""

    registration: Registration
    application: Registration
    open_actions: tuple[Action, ...]
    open_parts: tuple[str, ...] | None
    missing: tuple[Problem, ...]
    progress: tuple[SectionProgress, ...]
    checks: tuple[Finding, ...]
    notes: tuple[Problem, ...]
    facts: tuple[Checked, ...]
    proposed: FactValues


def read_registration(deps: Deps, call: Call, registration_id: str) -> View:
    """Return a registration in full; a reviewer's read is recorded. Raises `NotFound`."""
    registration = in_sight(deps, call, registration_id)
    if not policy.own_unit(call.actor, registration):
        deps.reads.record(call, "read", registration_id)
    return view_of(deps, call, registration)


def view_of(deps: Deps, call: Call, registration: Registration) -> View:
    """Return what the actor sees of a registration that it may see."""
    seen = as_seen(registration, call.actor)
    is_own = policy.own_unit(call.actor, registration)
    today = local_date(deps.clock.now())
    copy = compare_copy(deps, seen)
    missing = (
        *problems_before_submission(seen.form, seen.materials, today),
        *problems_of(copy),
        *(problems_of_change(seen) if seen.has_open_application else ()),
    )
    others = 0 if is_own else deps.registrations.others_of_the_same_code(registration)
    reopened = tuple(sorted(open_parts(registration.review))) if registration.state is State.RETURNED else None
    return View(
        registration=seen,
        application=_with_application(registration, seen, is_own=is_own),
        open_actions=open_actions(registration, call.actor),
        open_parts=reopened,
        missing=missing if is_own else (),
        progress=progress(seen.form, seen.materials),
        checks=findings(seen.form, seen.materials, others, copy) if not is_own else (),
        notes=_notes(others),
        facts=own_facts(deps, seen) if is_own else facts_shown(deps, seen),
        proposed=proposed_in(seen.materials),
    )


def as_seen(registration: Registration, actor: Actor) -> Registration:
    """Return the registration as the actor may see it.

    The unit sees its working copy, and of a review only what was decided; others what was submitted alone. Outside of
    an application that is what is in force; the department that decides on a change has the submitted revision before it.
    """
    if not policy.own_unit(actor, registration):
        decides = registration.has_open_application and policy.department_of_the_division(actor, registration)
        revision = registration.revisions[-1] if decides else _in_force_or_last(registration)
        return _as_others_see(registration, revision)
    if not registration.has_open_application and registration.in_force is not None:
        registration = _showing(registration, registration.in_force)
    revisions = tuple(
        revision if revision.review is None or revision.review.decision else replace(revision, review=None)
        for revision in registration.revisions
    )
    return replace(registration, revisions=revisions)


def _as_others_see(registration: Registration, revision: Revision) -> Registration:
    """Show one revision; that a change of what is in force is being drafted is the unit's own affair."""
    shown = _showing(registration, revision)
    return shown if registration.state in PUBLIC else replace(shown, state=State.APPROVED)


def as_listed(registration: Registration, actor: Actor) -> Registration:
    """Return the registration as a list shows it: what is in force, also while a change of it is open."""
    seen = as_seen(registration, actor)
    return seen if registration.in_force is None else _showing(seen, registration.in_force)


def list_registrations(deps: Deps, call: Call, wanted: Wanted, cursor: str, limit: int) -> Page[Registration]:
    """Return a page of the registrations in the actor's sight, in the order that is wanted. Raises `Malformed`."""
    page = deps.registrations.list_in_sight(call.actor, wanted, cursor, limit)
    return Page(tuple(as_listed(registration, call.actor) for registration in page.items), page.next_cursor)


def read_revision(deps: Deps, call: Call, registration_id: str, no: int) -> Revision:
    """Return a revision as it was submitted. Raises `NotFound`."""
    registration = as_seen(whole(deps, in_sight(deps, call, registration_id)), call.actor)
    revision = _revision(registration, no)
    deps.reads.record(call, "read_revision", registration_id, str(no))
    return revision


def revision_changes(deps: Deps, call: Call, registration_id: str, no: int, against: int) -> tuple[Change, ...]:
    """Return what changed from revision `against` to revision `no`. Raises `NotFound`."""
    registration = as_seen(whole(deps, in_sight(deps, call, registration_id)), call.actor)
    old, new = _revision(registration, against), _revision(registration, no)
    deps.reads.record(call, "read_changes", registration_id, str(no))
    return differences(old.form, old.materials, new.form, new.materials)


def list_revisions(deps: Deps, call: Call, registration_id: str) -> tuple[Revision, ...]:
    """Return all revisions, the first one first. Raises `NotFound`."""
    return as_seen(whole(deps, in_sight(deps, call, registration_id)), call.actor).revisions


def whole(deps: Deps, registration: Registration) -> Registration:
    """Return the registration with all its revisions, those too that it no longer carries itself."""
    if len(registration.revisions) == registration.revision:
        return registration
    revisions = {
        each.no: each for each in (*deps.registrations.early_revisions(registration.id), *registration.revisions)
    }
    return replace(registration, revisions=tuple(revisions[no] for no in sorted(revisions)))


def print_registration(deps: Deps, call: Call, registration_id: str) -> bytes:
    """Return the 注册信息表 as PDF, to be stamped; the read is recorded. Raises `NotFound`."""
    registration = in_sight(deps, call, registration_id)
    deps.reads.record(call, "print", registration_id)
    seen = as_seen(registration, call.actor)
    code = code_to_print(deps, seen, is_own=policy.own_unit(call.actor, registration))
    return deps.printer.registration_form(seen, code)


def _with_application(registration: Registration, seen: Registration, *, is_own: bool) -> Registration:
    """Return what is applied for: the unit's working copy, for others what was submitted of it."""
    if is_own or not registration.has_open_application or registration.state not in PUBLIC:
        return seen
    return _showing(seen, registration.revisions[-1])


def _in_force_or_last(registration: Registration) -> Revision:
    return registration.in_force or registration.revisions[-1]


def _showing(registration: Registration, revision: Revision) -> Registration:
    return replace(registration, form=revision.form, materials=revision.materials, stated=revision.stated)


def _revision(registration: Registration, no: int) -> Revision:
    for revision in registration.revisions:
        if revision.no == no:
            return revision
    raise NotFound


def _notes(others: int) -> tuple[Problem, ...]:
    """Return what a reviewer should know beside the content."""
    if not others:
        return ()
    text = f"该统一社会信用代码另有 {others} 个平台注册记录（同一单位的其他平台）。"
    return (Problem("/form/credit_code", "same_unit_other_platform", text),)

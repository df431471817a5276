"""Who may: the permissions of the routes, and the predicates of the workflow.

The materials go to the 所在地商务主管部门 (指引 四（二）). So the department of the 单位注册地, and no other, reviews, suspends and
ends a registration; cities, provinces and the ministry above it see what it does, and act through it.
"""

from __future__ import annotations

from enum import StrEnum

from services.registration.model.registration import Registration
from services.registration.model.standing import ENDED, IN_FORCE, ClosingKind
from services.registration.model.states import PUBLIC, Action
from shared.identity.actor import REVIEWERS, Actor, Role
from shared.threads.model import Side, Visibility

SYSTEM = Actor(account_id="registration", role=Role.SERVICE)
"""The service itself, in histories: what happens because its day has come."""


DEPARTMENTS = REVIEWERS | {Role.MINISTRY}
"""Roles of the commerce departments: 县, 市, 省, 部."""


class Permission(StrEnum):
    """What a route of this service needs."""

    CREATE = "registration.create"
    READ = "registration.read"
    EDIT = "registration.edit"
    REVIEW = "registration.review"
    STANDING = "registration.standing"
    DISCUSS = "registration.discuss"


GRANTS: dict[StrEnum, frozenset[Role]] = {
    Permission.CREATE: frozenset({Role.OPERATOR}),
    Permission.READ: frozenset({Role.OPERATOR, Role.MINISTRY}) | REVIEWERS,
    Permission.EDIT: frozenset({Role.OPERATOR}),
    Permission.REVIEW: REVIEWERS,
    Permission.STANDING: REVIEWERS,
    Permission.DISCUSS: frozenset({Role.OPERATOR, Role.MINISTRY}) | REVIEWERS,
}


def own_unit(actor: Actor, registration: Registration) -> bool:
    """Whether the actor is a platform operator's person and the registration is of that unit."""
    return actor.role is Role.OPERATOR and actor.unit_id is not None and actor.unit_id == registration.unit_id


def department_of_the_division(actor: Actor, registration: Registration) -> bool:
    """Whether the actor belongs to the commerce department of the 单位注册地 of the application, and did not file it."""
    return _is_department_of(actor, registration, registration.division)


def department_in_charge(actor: Actor, registration: Registration) -> bool:
    """Whether the actor belongs to the commerce department of the 单位注册地 in force, and did not file it.

    While a change to another division is open, that division's department reviews it, and this one stays in charge.
    """
    return _is_department_of(actor, registration, registration.life.division)


def the_system(actor: Actor, _: Registration) -> bool:
    """Whether the service acts by itself, because a day has come."""
    return actor == SYSTEM


def has_revision_in_force(registration: Registration) -> bool:
    """Whether the platform is registered, suspended or not."""
    return registration.standing in IN_FORCE


def was_never_registered(registration: Registration) -> bool:
    """Whether the application is for a platform that never was registered."""
    return registration.life.round == 0


def has_ended(registration: Registration) -> bool:
    """Whether the registration expired or was ended, and was not renewed."""
    return registration.standing in ENDED


def nothing_is_closing(registration: Registration) -> bool:
    """Whether no de-registration is asked for or announced."""
    return registration.life.closing is None


def closing_was_requested(registration: Registration) -> bool:
    """Whether the operator asked for de-registration."""
    closing = registration.life.closing
    return closing is not None and closing.kind is ClosingKind.REQUESTED


def closing_was_announced(registration: Registration) -> bool:
    """Whether the department announced a de-registration."""
    closing = registration.life.closing
    return closing is not None and closing.kind is ClosingKind.ANNOUNCED


def decided_department_before_the_applicant_acts(actor: Actor, registration: Registration) -> bool:
    """Whether the department may take its decision back: it decided last, and nothing has happened since."""
    decided_last = bool(registration.history) and registration.history[-1].action in {Action.RETURN, Action.REJECT}
    return decided_last and department_of_the_division(actor, registration)


def is_in_sight(actor: Actor, registration: Registration) -> bool:
    """Whether the registration exists for the actor.

    A unit sees its own; a department sees what was submitted in its division and below; the ministry what was
    submitted anywhere. Drafts are the unit's alone; one that would change or renew a registration does not hide it.
    """
    if actor.role is Role.OPERATOR:
        return own_unit(actor, registration)
    if not registration.life.round and (registration.state not in PUBLIC or not registration.revisions):
        return False
    if actor.role is Role.MINISTRY:
        return True
    return actor.role in REVIEWERS and actor.division is not None and actor.division in registration.path


def reads_threads(actor: Actor, registration: Registration, visibility: Visibility) -> bool:
    """Whether the actor reads threads of this visibility on a registration in sight.

    What departments say among themselves is kept from the filing unit, and from the persons who filed it in any role.
    """
    if visibility is Visibility.FILER:
        return True
    return actor.role in DEPARTMENTS and not _has_filed(actor, registration)


def opens_threads(actor: Actor, registration: Registration, visibility: Visibility) -> bool:
    """Whether the actor begins, resolves and reopens such threads on a registration in sight.

    The department that reviews, or that is in charge, speaks with the filer; any department with the others.
    """
    if visibility is Visibility.INTERNAL:
        return reads_threads(actor, registration, visibility)
    return department_of_the_division(actor, registration) or department_in_charge(actor, registration)


def writes_threads(actor: Actor, registration: Registration, visibility: Visibility) -> bool:
    """Whether the actor answers in such threads on a registration in sight."""
    if visibility is Visibility.FILER and own_unit(actor, registration):
        return True
    return opens_threads(actor, registration, visibility)


def side_of(actor: Actor) -> Side:
    """Return for whom the actor writes."""
    return Side.UNIT if actor.role is Role.OPERATOR else Side.DEPARTMENT


def _has_filed(actor: Actor, registration: Registration) -> bool:
    filers = {entry.actor_id for entry in registration.history if entry.action == Action.SUBMIT}
    return actor.account_id in filers | {registration.owner_id}


def _is_department_of(actor: Actor, registration: Registration, division: str | None) -> bool:
    return (
        actor.role in REVIEWERS
        and actor.division is not None
        and actor.division == division
        and actor.account_id not in {registration.owner_id, _last_filer(registration)}
    )


def _last_filer(registration: Registration) -> str | None:
    acts = (entry.actor_id for entry in reversed(registration.history) if entry.action == Action.SUBMIT)
    return next(acts, None)

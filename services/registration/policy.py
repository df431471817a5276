"""Who may: the permissions of the routes, and the predicates of the workflow."""

from __future__ import annotations

from enum import StrEnum

from services.registration.model.registration import Registration
from services.registration.model.states import Action, State
from shared.identity.actor import REVIEWERS, Actor, Role


class Permission(StrEnum):
    """What a route of this service needs."""

    CREATE = "registration.create"
    READ = "registration.read"
    EDIT = "registration.edit"
    REVIEW = "registration.review"
    NOTICES = "registration.notices"


GRANTS: dict[StrEnum, frozenset[Role]] = {
    Permission.CREATE: frozenset({Role.OPERATOR}),
    Permission.READ: frozenset({Role.OPERATOR, Role.MINISTRY}) | REVIEWERS,
    Permission.EDIT: frozenset({Role.OPERATOR}),
    Permission.REVIEW: REVIEWERS,
    Permission.NOTICES: frozenset({Role.OPERATOR}),
}


def own_unit(actor: Actor, registration: Registration) -> bool:
    """Whether the actor is a platform operator's person and the registration is of that unit."""
    return actor.role is Role.OPERATOR and actor.unit_id is not None and actor.unit_id == registration.unit_id


def department_of_the_division(actor: Actor, registration: Registration) -> bool:
    """Whether the actor belongs to the commerce department of the 单位注册地, and did not file it."""
    return (
        actor.role in REVIEWERS
        and actor.division is not None
        and actor.division == registration.division
        and actor.account_id != registration.owner_id
    )


def decided_department_before_the_applicant_acts(actor: Actor, registration: Registration) -> bool:
    """Whether the department may take its decision back: it decided last, and nothing has happened since."""
    decided_last = bool(registration.history) and registration.history[-1].action in {Action.RETURN, Action.REJECT}
    return decided_last and department_of_the_division(actor, registration)


def is_in_sight(actor: Actor, registration: Registration) -> bool:
    """Whether the registration exists for the actor.

    A unit sees its own; a department sees what was submitted in its division and below; the ministry what was
    submitted anywhere. Drafts are the unit's alone.
    """
    if actor.role is Role.OPERATOR:
        return own_unit(actor, registration)
    if registration.state is State.DRAFT or not registration.revisions:
        return False
    if actor.role is Role.MINISTRY:
        return True
    return actor.role in REVIEWERS and actor.division is not None and actor.division in registration.path

"""The states and actions of a registration as a table: what is not in it is forbidden."""

from __future__ import annotations

from dataclasses import dataclass

from services.registration.model import Action, Registration, State
from services.registration.policy import (
    Predicate,
    decided_department_before_the_applicant_acts,
    department_of_the_division,
    own_unit,
)
from shared.errors import Conflict, NotAllowed
from shared.identity.actor import Actor


@dataclass(frozen=True)
class Step:
    """From this state, this action leads to that state, for whom the predicate holds."""

    source: State
    action: Action
    target: State
    allowed: Predicate


STEPS = (
    Step(State.DRAFT, Action.SAVE, State.DRAFT, own_unit),
    Step(State.DRAFT, Action.SUBMIT, State.SUBMITTED, own_unit),
    Step(State.SUBMITTED, Action.WITHDRAW, State.WITHDRAWN, own_unit),
    Step(State.SUBMITTED, Action.START_REVIEW, State.UNDER_REVIEW, department_of_the_division),
    Step(State.UNDER_REVIEW, Action.SAVE_REVIEW, State.UNDER_REVIEW, department_of_the_division),
    Step(State.UNDER_REVIEW, Action.RETURN, State.RETURNED, department_of_the_division),
    Step(State.UNDER_REVIEW, Action.APPROVE, State.APPROVED, department_of_the_division),
    Step(State.UNDER_REVIEW, Action.REJECT, State.REJECTED, department_of_the_division),
    Step(State.UNDER_REVIEW, Action.WITHDRAW, State.WITHDRAWN, own_unit),
    Step(State.RETURNED, Action.SAVE, State.RETURNED, own_unit),
    Step(State.RETURNED, Action.SUBMIT, State.SUBMITTED, own_unit),
    Step(State.RETURNED, Action.WITHDRAW, State.WITHDRAWN, own_unit),
    Step(State.RETURNED, Action.UNDO, State.UNDER_REVIEW, decided_department_before_the_applicant_acts),
    Step(State.REJECTED, Action.UNDO, State.UNDER_REVIEW, decided_department_before_the_applicant_acts),
    Step(State.WITHDRAWN, Action.RESUME, State.DRAFT, own_unit),
)


def step_for(registration: Registration, action: Action, actor: Actor) -> Step:
    """Return the step that `actor` takes with `action`.

    Raises `Conflict` where the state does not know the action, `NotAllowed` where the actor may not take it.
    """
    for step in STEPS:
        if step.source is registration.state and step.action is action:
            if not step.allowed(actor, registration):
                raise NotAllowed
            return step
    raise Conflict


def open_actions(registration: Registration, actor: Actor) -> tuple[Action, ...]:
    """Return what `actor` can do now, in the order of the table."""
    return tuple(
        step.action for step in STEPS if step.source is registration.state and step.allowed(actor, registration)
    )

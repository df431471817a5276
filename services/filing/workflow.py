"""The states of a filing as a table: what is not in it is forbidden."""

from __future__ import annotations

from services.filing.model.filings import Filing
from services.filing.model.states import Action, State
from services.filing.policy import (
    decided_department_before_the_unit_acts,
    department_of_the_division,
    own_unit,
    was_approved,
    was_never_submitted,
)
from shared.identity.actor import Actor
from shared.workflow import Step, Workflow

STEPS = (
    Step(State.DRAFT, Action.SAVE, State.DRAFT, own_unit),
    Step(State.DRAFT, Action.SUBMIT, State.SUBMITTED, own_unit),
    Step(State.DRAFT, Action.DISCARD, State.DISCARDED, own_unit, was_never_submitted),
    Step(State.DRAFT, Action.DROP_CORRECTION, State.APPROVED, own_unit, was_approved),
    Step(State.SUBMITTED, Action.WITHDRAW, State.DRAFT, own_unit),
    Step(State.SUBMITTED, Action.APPROVE, State.APPROVED, department_of_the_division),
    Step(State.SUBMITTED, Action.RETURN, State.RETURNED, department_of_the_division),
    Step(State.RETURNED, Action.SAVE, State.RETURNED, own_unit),
    Step(State.RETURNED, Action.SUBMIT, State.SUBMITTED, own_unit),
    Step(State.RETURNED, Action.UNDO, State.SUBMITTED, decided_department_before_the_unit_acts),
    Step(State.RETURNED, Action.DROP_CORRECTION, State.APPROVED, own_unit, was_approved),
    Step(State.APPROVED, Action.CORRECT, State.DRAFT, own_unit),
    Step(State.APPROVED, Action.UNDO, State.SUBMITTED, decided_department_before_the_unit_acts),
)

WORKFLOW: Workflow[State, Action, Filing] = Workflow(STEPS, lambda filing: filing.state)

step_for = WORKFLOW.step_for


def open_actions(filing: Filing, actor: Actor) -> tuple[Action, ...]:
    """Return what `actor` can do with the filing now."""
    return WORKFLOW.open_actions(filing, actor)

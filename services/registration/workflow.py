"""The states and actions of a registration as a table: what is not in it is forbidden."""

from __future__ import annotations

from services.registration.model.registration import Registration
from services.registration.model.states import Action, State
from services.registration.policy import (
    decided_department_before_the_applicant_acts,
    department_of_the_division,
    own_unit,
)
from shared.workflow import Step, Workflow

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

WORKFLOW: Workflow[State, Action, Registration] = Workflow(STEPS, lambda registration: registration.state)

step_for = WORKFLOW.step_for
open_actions = WORKFLOW.open_actions

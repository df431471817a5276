"""The states of a filing as a table: what is not in it is forbidden.

Each department of the chain (`policy.chain_of`) takes the same steps: a filing stays submitted while it goes from one to
the next, and is approved once the last of them, the ministry, has approved it.
"""

from __future__ import annotations

from services.filing.model.filings import Filing
from services.filing.model.reliefs import Relief, ReliefAction, ReliefState
from services.filing.model.states import Action, State
from services.filing.policy import (
    department_of_relief,
    department_that_acts,
    department_that_decided,
    is_at_the_last_level,
    is_below_the_last_level,
    is_exception,
    is_untouched,
    ministry,
    own_relief,
    own_unit,
    was_approved,
    was_just_decided,
    was_never_submitted,
    was_settled,
)
from shared.identity.actor import Actor
from shared.workflow import Step, Workflow

STEPS = (
    Step(State.DRAFT, Action.SAVE, State.DRAFT, own_unit),
    Step(State.DRAFT, Action.SUBMIT, State.SUBMITTED, own_unit),
    Step(State.DRAFT, Action.DISCARD, State.DISCARDED, own_unit, was_never_submitted),
    Step(State.DRAFT, Action.DROP_CORRECTION, State.APPROVED, own_unit, was_approved),
    Step(State.DRAFT, Action.DROP_CORRECTION, State.FINAL, own_unit, was_settled),
    Step(State.SUBMITTED, Action.WITHDRAW, State.DRAFT, own_unit, is_untouched),
    Step(State.SUBMITTED, Action.APPROVE, State.SUBMITTED, department_that_acts, is_below_the_last_level),
    Step(State.SUBMITTED, Action.APPROVE, State.APPROVED, department_that_acts, is_at_the_last_level),
    Step(State.SUBMITTED, Action.RETURN, State.RETURNED, department_that_acts),
    Step(State.SUBMITTED, Action.UNDO, State.SUBMITTED, department_that_decided, was_just_decided),
    Step(State.RETURNED, Action.SAVE, State.RETURNED, own_unit),
    Step(State.RETURNED, Action.SUBMIT, State.SUBMITTED, own_unit),
    Step(State.RETURNED, Action.UNDO, State.SUBMITTED, department_that_decided, was_just_decided),
    Step(State.RETURNED, Action.DROP_CORRECTION, State.APPROVED, own_unit, was_approved),
    Step(State.RETURNED, Action.DROP_CORRECTION, State.FINAL, own_unit, was_settled),
    Step(State.APPROVED, Action.CORRECT, State.DRAFT, own_unit),
    Step(State.APPROVED, Action.UNDO, State.SUBMITTED, department_that_decided, was_just_decided),
    Step(State.APPROVED, Action.FINALISE, State.FINAL, ministry),
    Step(State.FINAL, Action.CORRECT, State.DRAFT, own_unit),
)

WORKFLOW: Workflow[State, Action, Filing] = Workflow(STEPS, lambda filing: filing.state)

step_for = WORKFLOW.step_for


def open_actions(filing: Filing, actor: Actor) -> tuple[Action, ...]:
    """Return what `actor` can do with the filing now."""
    return WORKFLOW.open_actions(filing, actor)


RELIEF_STEPS = (
    Step(ReliefState.ASKED, ReliefAction.GRANT, ReliefState.GRANTED, department_of_relief),
    Step(ReliefState.ASKED, ReliefAction.REFUSE, ReliefState.REFUSED, department_of_relief),
    Step(ReliefState.ASKED, ReliefAction.WITHDRAW, ReliefState.WITHDRAWN, own_relief),
    Step(ReliefState.GRANTED, ReliefAction.END, ReliefState.ENDED, department_of_relief, is_exception),
)
"""What becomes of extensions and exceptions; a granted extension stands, since the unit relied on it."""

RELIEF_WORKFLOW: Workflow[ReliefState, ReliefAction, Relief] = Workflow(RELIEF_STEPS, lambda relief: relief.state)

relief_step_for = RELIEF_WORKFLOW.step_for


def relief_actions(relief: Relief, actor: Actor) -> tuple[ReliefAction, ...]:
    """Return what `actor` can do with an extension or exception now."""
    return RELIEF_WORKFLOW.open_actions(relief, actor)

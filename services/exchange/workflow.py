"""The states and actions of a message, and those of a case of the desk, as tables: what is not in them is forbidden."""

from __future__ import annotations

from collections.abc import Callable

from services.exchange.model import cases
from services.exchange.model.cases import Case
from services.exchange.model.messages import Action, Message, State
from services.exchange.policy import (
    a_person_at_the_desk,
    a_person_decides,
    either_side,
    the_directory,
    the_exchange,
    the_partner,
)
from shared.workflow import Step, Workflow

STEPS = (
    Step(State.FAILED, Action.CREATE, State.PENDING, the_exchange),
    Step(State.PENDING, Action.QUEUE, State.PENDING, the_exchange),
    Step(State.PENDING, Action.CONFIRM, State.SENT, the_exchange),
    Step(State.SENT, Action.RESEND, State.PENDING, the_exchange),
    Step(State.SENT, Action.GIVE_UP, State.UNANSWERED, the_exchange),
    Step(State.UNANSWERED, Action.RESEND_BY_HAND, State.PENDING, a_person_at_the_desk),
    Step(State.REFUSED, Action.RESEND_BY_HAND, State.PENDING, a_person_at_the_desk),
    # A receipt may be quicker than our note that the message was sent, and later than our patience.
    *(
        Step(source, action, target, the_partner)
        for source in (State.PENDING, State.SENT, State.UNANSWERED)
        for action, target in ((Action.TAKE_ACCEPTANCE, State.ACCEPTED), (Action.TAKE_REFUSAL, State.REFUSED))
    ),
    *(Step(state, Action.NOTE_REJECTED_RECEIPT, state, the_exchange) for state in State),
)

WORKFLOW: Workflow[State, Action, Message] = Workflow(STEPS, lambda message: message.state)

step_for = WORKFLOW.step_for
open_actions = WORKFLOW.open_actions


def _leads_to(state: cases.State) -> Callable[[Case], bool]:
    """Hold for a case whose fields say that it stands so by now."""
    return lambda case: case.standing is state


CASE_STEPS = tuple(
    Step(source, action, target, allowed, _leads_to(target))
    for action, allowed, sources in (
        (cases.Action.DECIDE, a_person_decides, (cases.State.OPEN, cases.State.WAITING)),
        (cases.Action.UPDATE, either_side, tuple(cases.State)),
        (cases.Action.TAKE_ANSWER, the_directory, tuple(cases.State)),
    )
    for source in sources
    for target in cases.State
)
"""A step leads where the fields say: to be decided, waited for, settled. What comes in new opens a settled case again."""

CASE_WORKFLOW: Workflow[cases.State, cases.Action, Case] = Workflow(CASE_STEPS, lambda case: case.state)

case_step_for = CASE_WORKFLOW.step_for

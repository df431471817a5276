"""The states and actions of a message as a table: what is not in it is forbidden."""

from __future__ import annotations

from services.exchange.model.messages import Action, Message, State
from services.exchange.policy import a_person_at_the_desk, the_exchange, the_partner
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

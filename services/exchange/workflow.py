"""The states and actions of a message as a table: what is not in it is forbidden."""

from __future__ import annotations

from dataclasses import dataclass

from services.exchange.model import Action, Message, State
from services.exchange.policy import Predicate, a_person_at_the_desk, the_directory, the_exchange
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
    Step(State.FAILED, Action.CREATE, State.PENDING, the_exchange),
    Step(State.PENDING, Action.QUEUE, State.PENDING, the_exchange),
    Step(State.PENDING, Action.CONFIRM, State.SENT, the_exchange),
    Step(State.SENT, Action.RESEND, State.PENDING, the_exchange),
    Step(State.SENT, Action.GIVE_UP, State.UNANSWERED, the_exchange),
    Step(State.UNANSWERED, Action.RESEND_BY_HAND, State.PENDING, a_person_at_the_desk),
    Step(State.REFUSED, Action.RESEND_BY_HAND, State.PENDING, a_person_at_the_desk),
    # A receipt may be quicker than our note that the message was sent, and later than our patience.
    *(
        Step(source, action, target, the_directory)
        for source in (State.PENDING, State.SENT, State.UNANSWERED)
        for action, target in ((Action.TAKE_ACCEPTANCE, State.ACCEPTED), (Action.TAKE_REFUSAL, State.REFUSED))
    ),
    *(Step(state, Action.NOTE_REJECTED_RECEIPT, state, the_exchange) for state in State),
)


def step_for(message: Message, action: Action, actor: Actor) -> Step:
    """Return the step that `actor` takes with `action`.

    Raises `Conflict` where the state does not know the action, `NotAllowed` where the actor may not take it.
    """
    for step in STEPS:
        if step.source is message.state and step.action is action:
            if not step.allowed(actor):
                raise NotAllowed
            return step
    raise Conflict


def open_actions(message: Message, actor: Actor) -> tuple[Action, ...]:
    """Return what `actor` can do now, in the order of the table."""
    return tuple(step.action for step in STEPS if step.source is message.state and step.allowed(actor))

"""The states and actions of messages, cases, deliveries, sharing and statements, as tables: what is not in them is forbidden."""

from __future__ import annotations

from collections.abc import Callable

from services.exchange.model import cases, deliveries, statements
from services.exchange.model.cases import Case
from services.exchange.model.deliveries import Delivery
from services.exchange.model.messages import Action, Message, State
from services.exchange.model.partners import EMBARGOED
from services.exchange.model.sharing import Grant, GrantAction, GrantState, Objection, ObjectionAction, ObjectionState
from services.exchange.model.statements import Statement
from services.exchange.policy import (
    a_person_at_the_desk,
    a_person_decides,
    at_the_sharing_desk,
    at_the_sharing_desk_or_itself,
    by_itself,
    either_side,
    the_directory,
    the_exchange,
    the_partner,
    the_responsible_person,
    the_statements_keeper,
    the_statements_partner,
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
    *(Step(state, Action.REMOVE_BODY, state, the_exchange) for state in (State.ACCEPTED, State.REFUSED)),
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


def _is_held_back(delivery: Delivery) -> bool:
    """Whether the rule for sharing between departments holds for it."""
    return delivery.route in EMBARGOED


def _goes_at_once(delivery: Delivery) -> bool:
    return not _is_held_back(delivery)


def _is_by_now(state: deliveries.State) -> Callable[[Delivery], bool]:
    """Hold for a delivery whose message says that it stands so by now."""
    return lambda delivery: delivery.by_message is state


_PREPARED, _SIGNED, _HELD = deliveries.State.PREPARED, deliveries.State.SIGNED_OFF, deliveries.State.HELD
_ON_THE_WAY = (deliveries.State.QUEUED, deliveries.State.GOING, deliveries.State.UNANSWERED)

_DeliveryStep = Step[deliveries.State, deliveries.Action, Delivery]

DELIVERY_STEPS: tuple[_DeliveryStep, ...] = (
    Step(_PREPARED, deliveries.Action.SIGN_OFF, _SIGNED, the_responsible_person, _goes_at_once),
    Step(_PREPARED, deliveries.Action.SIGN_OFF, _HELD, the_responsible_person, _is_held_back),
    Step(_PREPARED, deliveries.Action.DECLINE, deliveries.State.DECLINED, the_responsible_person),
    Step(_HELD, deliveries.Action.DECLINE, deliveries.State.DECLINED, the_responsible_person),
    *(
        _DeliveryStep(source, deliveries.Action.SEND, deliveries.State.QUEUED, at_the_sharing_desk_or_itself)
        for source in (_SIGNED, _HELD)
    ),
    *(
        _DeliveryStep(source, deliveries.Action.FOLLOW, target, by_itself, _is_by_now(target))
        for source in _ON_THE_WAY
        for target in dict.fromkeys(deliveries.FOLLOWS.values())
    ),
    # What did not leave is superseded by a corrected set; what the receiver has, when it has taken the correction.
    *(
        _DeliveryStep(source, deliveries.Action.SUPERSEDE, deliveries.State.SUPERSEDED, by_itself)
        for source in (_PREPARED, _SIGNED, _HELD, deliveries.State.ACCEPTED, deliveries.State.UNANSWERED)
    ),
)

DELIVERY_WORKFLOW: Workflow[deliveries.State, deliveries.Action, Delivery] = Workflow(
    DELIVERY_STEPS, lambda delivery: delivery.state
)

GRANT_STEPS: tuple[Step[GrantState, GrantAction, Grant], ...] = (
    Step(GrantState.REQUESTED, GrantAction.GRANT, GrantState.GRANTED, at_the_sharing_desk_or_itself),
    Step(GrantState.REQUESTED, GrantAction.REFUSE, GrantState.REFUSED, at_the_sharing_desk_or_itself),
    Step(GrantState.REQUESTED, GrantAction.ESCALATE, GrantState.REQUESTED, by_itself),
    Step(GrantState.GRANTED, GrantAction.END, GrantState.ENDED, at_the_sharing_desk),
)

GRANT_WORKFLOW: Workflow[GrantState, GrantAction, Grant] = Workflow(GRANT_STEPS, lambda grant: grant.state)

OBJECTION_STEPS: tuple[Step[ObjectionState, ObjectionAction, Objection], ...] = (
    Step(ObjectionState.OPEN, ObjectionAction.UPHOLD, ObjectionState.UPHELD, at_the_sharing_desk),
    Step(ObjectionState.OPEN, ObjectionAction.REJECT, ObjectionState.REJECTED, at_the_sharing_desk),
    Step(ObjectionState.OPEN, ObjectionAction.ESCALATE, ObjectionState.OPEN, by_itself),
    Step(ObjectionState.UPHELD, ObjectionAction.CORRECT, ObjectionState.CORRECTED, by_itself),
)

OBJECTION_WORKFLOW: Workflow[ObjectionState, ObjectionAction, Objection] = Workflow(
    OBJECTION_STEPS, lambda objection: objection.state
)

_FROZEN, _ASKED = statements.State.FROZEN, statements.State.ASKED

STATEMENT_STEPS: tuple[Step[statements.State, statements.Action, Statement], ...] = (
    Step(_FROZEN, statements.Action.ASK, _ASKED, by_itself),
    Step(_ASKED, statements.Action.TAKE_AGREEMENT, statements.State.AGREED, the_statements_partner),
    Step(_ASKED, statements.Action.TAKE_DIFFERENCES, statements.State.DIFFERING, the_statements_partner),
    *(
        Step(state, statements.Action.SIGN, state, the_statements_keeper, lambda statement: statement.signature is None)
        for state in statements.State
    ),
)

STATEMENT_WORKFLOW: Workflow[statements.State, statements.Action, Statement] = Workflow(
    STATEMENT_STEPS, lambda statement: statement.state
)

statement_step_for = STATEMENT_WORKFLOW.step_for
open_statement_actions = STATEMENT_WORKFLOW.open_actions

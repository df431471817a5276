"""Each state, action and party against a table kept apart from the code."""

from __future__ import annotations

import pytest

from services.exchange.model.messages import Action, State
from services.exchange.model.partners import Partner
from services.exchange.policy import EXCHANGE, PARTNERS
from services.exchange.workflow import STEPS, open_actions, step_for
from shared.errors import Conflict, NotAllowed
from shared.identity.actor import Actor, Role
from tests.support.exchange_desk import DESK, make_message

MINISTRY = Actor("e" * 32, Role.MINISTRY, division="000000")
PARTIES = {"exchange": EXCHANGE, "directory": PARTNERS[Partner.DIRECTORY], "desk": DESK, "ministry": MINISTRY}

EXPECTED = {
    ("failed", "create", "exchange"): "pending",
    ("pending", "queue", "exchange"): "pending",
    ("pending", "confirm", "exchange"): "sent",
    ("sent", "resend", "exchange"): "pending",
    ("sent", "give_up", "exchange"): "unanswered",
    ("unanswered", "resend_by_hand", "desk"): "pending",
    ("refused", "resend_by_hand", "desk"): "pending",
    ("pending", "take_acceptance", "directory"): "accepted",
    ("sent", "take_acceptance", "directory"): "accepted",
    ("unanswered", "take_acceptance", "directory"): "accepted",
    ("pending", "take_refusal", "directory"): "refused",
    ("sent", "take_refusal", "directory"): "refused",
    ("unanswered", "take_refusal", "directory"): "refused",
    ("accepted", "remove_body", "exchange"): "accepted",
    ("refused", "remove_body", "exchange"): "refused",
    ("pending", "note_rejected_receipt", "exchange"): "pending",
    ("sent", "note_rejected_receipt", "exchange"): "sent",
    ("accepted", "note_rejected_receipt", "exchange"): "accepted",
    ("refused", "note_rejected_receipt", "exchange"): "refused",
    ("unanswered", "note_rejected_receipt", "exchange"): "unanswered",
    ("failed", "note_rejected_receipt", "exchange"): "failed",
}


@pytest.mark.parametrize("party", PARTIES)
@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("action", Action)
def test_only_what_the_table_names_is_possible(state: State, action: Action, party: str) -> None:
    message = make_message(state=state)

    try:
        outcome = step_for(message, action, PARTIES[party]).target.value
    except (Conflict, NotAllowed):
        outcome = None

    assert outcome == EXPECTED.get((state.value, action.value, party))


def test_no_state_knows_an_action_twice() -> None:
    pairs = [(step.source, step.action) for step in STEPS]

    assert len(pairs) == len(set(pairs))


def test_a_person_can_only_send_again_what_was_refused_or_not_answered() -> None:
    found = {state: open_actions(make_message(state=state), DESK) for state in State}

    assert {state for state, actions in found.items() if actions} == {State.REFUSED, State.UNANSWERED}

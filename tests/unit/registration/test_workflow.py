"""Every step of the table, for every role: the expected verdicts stand here, apart from the code."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.registration.model.states import Action, State
from services.registration.workflow import STEPS, open_actions, step_for
from shared.errors import Conflict, NotAllowed
from shared.identity.actor import Actor, Role
from tests.support.registration import CITY, PROVINCE, make_actor, make_registration

OWN = make_actor()
OTHER_UNIT = make_actor(unit_id="9" * 32)
DEPARTMENT = make_actor(Role.COUNTY_REVIEWER)
SIBLING = make_actor(Role.COUNTY_REVIEWER, division="330105")
ABOVE = make_actor(Role.CITY_REVIEWER, division=CITY)
TOP = make_actor(Role.PROVINCE_REVIEWER, division=PROVINCE)
MINISTRY = make_actor(Role.MINISTRY, division="000000")
EVERYBODY = (OWN, OTHER_UNIT, DEPARTMENT, SIBLING, ABOVE, TOP, MINISTRY)

APPLICANT_MAY = {
    (State.DRAFT, Action.SAVE),
    (State.DRAFT, Action.SUBMIT),
    (State.SUBMITTED, Action.WITHDRAW),
    (State.UNDER_REVIEW, Action.WITHDRAW),
    (State.RETURNED, Action.SAVE),
    (State.RETURNED, Action.SUBMIT),
    (State.RETURNED, Action.WITHDRAW),
    (State.WITHDRAWN, Action.RESUME),
}
DEPARTMENT_MAY = {
    (State.SUBMITTED, Action.START_REVIEW),
    (State.UNDER_REVIEW, Action.SAVE_REVIEW),
    (State.UNDER_REVIEW, Action.RETURN),
    (State.UNDER_REVIEW, Action.APPROVE),
    (State.UNDER_REVIEW, Action.REJECT),
    (State.RETURNED, Action.UNDO),
    (State.REJECTED, Action.UNDO),
}


def decided(state: State) -> Action:
    """Return the last act that led to a state."""
    return {State.RETURNED: Action.RETURN, State.REJECTED: Action.REJECT}.get(state, Action.SUBMIT)


@pytest.mark.parametrize("actor", EVERYBODY)
@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("state", State)
def test_each_step_is_open_to_those_who_are_named_here_and_to_nobody_else(
    state: State, action: Action, actor: Actor
) -> None:
    registration = make_registration(state)
    last = replace(registration.history[-1], action=decided(state))
    registration = replace(registration, history=(*registration.history, last))

    allowed = action in open_actions(registration, actor)

    assert allowed == (
        (actor == OWN and (state, action) in APPLICANT_MAY)
        or (actor == DEPARTMENT and (state, action) in DEPARTMENT_MAY)
    )


def test_the_table_has_no_step_that_these_tests_do_not_name() -> None:
    rows = {(step.source, step.action) for step in STEPS}

    assert rows == APPLICANT_MAY | DEPARTMENT_MAY


def test_an_action_that_the_state_does_not_know_is_a_conflict() -> None:
    registration = make_registration(State.APPROVED)

    with pytest.raises(Conflict):
        step_for(registration, Action.WITHDRAW, OWN)


def test_a_step_of_somebody_else_is_not_allowed() -> None:
    registration = make_registration(State.UNDER_REVIEW)

    with pytest.raises(NotAllowed):
        step_for(registration, Action.APPROVE, ABOVE)


def test_nobody_reviews_what_they_filed_themselves() -> None:
    registration = make_registration(State.SUBMITTED, owner_id=DEPARTMENT.account_id)

    assert open_actions(registration, DEPARTMENT) == ()


def test_a_decision_can_not_be_undone_once_the_applicant_has_acted() -> None:
    registration = make_registration(State.RETURNED)
    saved = replace(registration.history[-1], action=Action.SAVE)

    acted_on = replace(registration, history=(*registration.history, saved))

    assert Action.UNDO not in open_actions(acted_on, DEPARTMENT)

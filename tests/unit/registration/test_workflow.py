"""Every step of the table, for every role: the expected verdicts stand here, apart from the code."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.registration.model.standing import ClosingKind, Life, Standing
from services.registration.model.states import Action, State
from services.registration.policy import SYSTEM
from services.registration.workflow import STANDING_STEPS, STANDINGS, STEPS, WORKFLOW, open_actions, step_for
from shared.errors import Conflict, NotAllowed
from shared.identity.actor import Actor, Role
from tests.support.registration import CITY, PROVINCE, make_actor, make_life, make_registration

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
    (State.DRAFT, Action.DISCARD),
}
AT_REST = {State.APPROVED, State.REJECTED, State.WITHDRAWN, State.DISCARDED}
IN_FORCE = {Standing.REGISTERED, Standing.SUSPENDED}
BEGINS = {
    **{(standing, Action.OPEN_CHANGE): True for standing in IN_FORCE},
    **{(standing, Action.RENEW): True for standing in (Standing.EXPIRED, Standing.DEREGISTERED)},
}
"""What begins a new application, once the one before is at rest."""

REQUESTED, ANNOUNCED = ClosingKind.REQUESTED, ClosingKind.ANNOUNCED
ALWAYS = (None, REQUESTED, ANNOUNCED)
OPERATOR_ON_STANDING: dict[tuple[Standing, Action], tuple[ClosingKind | None, ...]] = {
    **{(standing, Action.REQUEST_DEREGISTRATION): (None,) for standing in IN_FORCE},
    **{(standing, Action.TAKE_BACK_REQUEST): (REQUESTED,) for standing in IN_FORCE},
    **{(standing, Action.MAKE_STATEMENT): (ANNOUNCED,) for standing in IN_FORCE},
}
DEPARTMENT_ON_STANDING: dict[tuple[Standing, Action], tuple[ClosingKind | None, ...]] = {
    (Standing.REGISTERED, Action.SUSPEND): ALWAYS,
    (Standing.SUSPENDED, Action.LIFT_SUSPENSION): ALWAYS,
    **{(standing, Action.REFUSE_DEREGISTRATION): (REQUESTED,) for standing in IN_FORCE},
    **{(standing, Action.ANNOUNCE_DEREGISTRATION): (None,) for standing in IN_FORCE},
    **{(standing, Action.CALL_OFF_DEREGISTRATION): (ANNOUNCED,) for standing in IN_FORCE},
    **{(standing, Action.DEREGISTER): (REQUESTED, ANNOUNCED) for standing in IN_FORCE},
}
SYSTEM_ON_STANDING: dict[tuple[Standing, Action], tuple[ClosingKind | None, ...]] = {
    (Standing.SUSPENDED, Action.END_SUSPENSION): ALWAYS,
    **{(standing, Action.EXPIRE): ALWAYS for standing in IN_FORCE},
    **{(standing, Action.WATCH): ALWAYS for standing in Standing},
}
"""What can be done with a standing, while which de-registration is open."""
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
    registration = make_registration(state, life=Life())
    last = replace(registration.history[-1], action=decided(state))
    registration = replace(registration, history=(*registration.history, last))

    allowed = action in WORKFLOW.open_actions(registration, actor)

    assert allowed == (
        (actor == OWN and (state, action) in APPLICANT_MAY)
        or (actor == DEPARTMENT and (state, action) in DEPARTMENT_MAY)
    )


def test_the_table_has_no_step_that_these_tests_do_not_name() -> None:
    rows = {(step.source, step.action) for step in STEPS}
    standing_rows = {(step.source, step.action) for step in STANDING_STEPS}

    begins = {(state, action) for state in AT_REST for action in (Action.OPEN_CHANGE, Action.RENEW)}
    assert rows == APPLICANT_MAY | DEPARTMENT_MAY | begins
    assert standing_rows == {*OPERATOR_ON_STANDING, *DEPARTMENT_ON_STANDING, *SYSTEM_ON_STANDING}


@pytest.mark.parametrize("actor", EVERYBODY)
@pytest.mark.parametrize("standing", Standing)
@pytest.mark.parametrize("state", State)
def test_a_new_application_begins_where_the_one_before_is_at_rest(
    state: State, standing: Standing, actor: Actor
) -> None:
    registration = make_registration(state, life=make_life(standing))

    found = {action for action in open_actions(registration, actor) if (standing, action) in BEGINS}

    expected = {action for of, action in BEGINS if of is standing and state in AT_REST and actor == OWN}
    assert found == expected


@pytest.mark.parametrize("actor", [*EVERYBODY, SYSTEM])
@pytest.mark.parametrize("closing", ALWAYS)
@pytest.mark.parametrize("standing", Standing)
def test_each_step_of_a_standing_is_open_to_those_who_are_named_here_and_to_nobody_else(
    standing: Standing, closing: ClosingKind | None, actor: Actor
) -> None:
    registration = make_registration(State.APPROVED, life=make_life(standing, closing))
    tables: dict[Actor, dict[tuple[Standing, Action], tuple[ClosingKind | None, ...]]] = {
        OWN: OPERATOR_ON_STANDING,
        DEPARTMENT: DEPARTMENT_ON_STANDING,
        SYSTEM: SYSTEM_ON_STANDING,
    }

    found = set(STANDINGS.open_actions(registration, actor))

    table = tables.get(actor, {})
    assert found == {action for (of, action), when in table.items() if of is standing and closing in when}


def test_while_a_change_moves_the_division_the_new_department_reviews_and_the_old_one_stays_in_charge() -> None:
    registration = make_registration(State.UNDER_REVIEW, division="330108", life=make_life())
    new = make_actor(Role.COUNTY_REVIEWER, division="330108", account_id="e" * 32)

    assert set(open_actions(registration, DEPARTMENT)) == {Action.SUSPEND, Action.ANNOUNCE_DEREGISTRATION}
    assert Action.APPROVE in open_actions(registration, new)
    assert Action.SUSPEND not in open_actions(registration, new)


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

"""The states of an application and the standings of a registration as tables: what is not in them is forbidden."""

from __future__ import annotations

from services.registration.model.registration import Registration
from services.registration.model.standing import ENDED, IN_FORCE, Standing
from services.registration.model.states import OPEN, Action, State
from services.registration.policy import (
    closing_was_announced,
    closing_was_requested,
    decided_department_before_the_applicant_acts,
    department_in_charge,
    department_of_the_division,
    has_ended,
    has_revision_in_force,
    nothing_is_closing,
    own_unit,
    the_system,
)
from shared.identity.actor import Actor
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
    Step(State.DRAFT, Action.DISCARD, State.DISCARDED, own_unit),
    # A new application for a platform that is registered, or was.
    *(
        Step(source, action, State.DRAFT, own_unit, when)
        for source in State
        if source not in OPEN
        for action, when in ((Action.OPEN_CHANGE, has_revision_in_force), (Action.RENEW, has_ended))
    ),
)

WORKFLOW: Workflow[State, Action, Registration] = Workflow(STEPS, lambda registration: registration.state)

STANDING_STEPS = (
    Step(Standing.REGISTERED, Action.SUSPEND, Standing.SUSPENDED, department_in_charge),
    Step(Standing.SUSPENDED, Action.LIFT_SUSPENSION, Standing.REGISTERED, department_in_charge),
    Step(Standing.SUSPENDED, Action.END_SUSPENSION, Standing.REGISTERED, the_system),
    *(
        step
        for standing in sorted(IN_FORCE)
        for step in (
            Step(standing, Action.REQUEST_DEREGISTRATION, standing, own_unit, nothing_is_closing),
            Step(standing, Action.TAKE_BACK_REQUEST, standing, own_unit, closing_was_requested),
            Step(standing, Action.REFUSE_DEREGISTRATION, standing, department_in_charge, closing_was_requested),
            Step(standing, Action.ANNOUNCE_DEREGISTRATION, standing, department_in_charge, nothing_is_closing),
            Step(standing, Action.MAKE_STATEMENT, standing, own_unit, closing_was_announced),
            Step(standing, Action.CALL_OFF_DEREGISTRATION, standing, department_in_charge, closing_was_announced),
            Step(standing, Action.DEREGISTER, Standing.DEREGISTERED, department_in_charge, closing_was_requested),
            Step(standing, Action.DEREGISTER, Standing.DEREGISTERED, department_in_charge, closing_was_announced),
            Step(standing, Action.EXPIRE, Standing.EXPIRED, the_system),
        )
    ),
    *(Step(standing, Action.WATCH, standing, the_system) for standing in Standing),
)

STANDINGS: Workflow[Standing, Action, Registration] = Workflow(
    STANDING_STEPS, lambda registration: registration.standing
)

AFTER_APPROVAL = {
    Standing.NONE: Standing.REGISTERED,
    Standing.REGISTERED: Standing.REGISTERED,
    Standing.SUSPENDED: Standing.SUSPENDED,
    **dict.fromkeys(ENDED, Standing.REGISTERED),
}
"""Where an approved application leads: a change does not lift a suspension."""

step_for = WORKFLOW.step_for
standing_step_for = STANDINGS.step_for


def open_actions(registration: Registration, actor: Actor) -> tuple[Action, ...]:
    """Return what `actor` can do now, with the application and then with the registration."""
    return (*WORKFLOW.open_actions(registration, actor), *STANDINGS.open_actions(registration, actor))

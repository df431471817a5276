"""The states of a release as a table: what is not in it is forbidden."""

from __future__ import annotations

from services.statistics.model.releases import Release, ReleaseAction, ReleaseState
from services.statistics.policy import a_second_person, the_service, who_prepares
from shared.workflow import Step, Workflow

STEPS = (
    Step(ReleaseState.DRAFT, ReleaseAction.PASS, ReleaseState.PASSED, the_service),
    Step(ReleaseState.DRAFT, ReleaseAction.FAIL, ReleaseState.FAILED, the_service),
    Step(ReleaseState.PASSED, ReleaseAction.APPROVE, ReleaseState.APPROVED, a_second_person),
    Step(ReleaseState.PASSED, ReleaseAction.WITHDRAW, ReleaseState.WITHDRAWN, who_prepares),
)

WORKFLOW: Workflow[ReleaseState, ReleaseAction, Release] = Workflow(STEPS, lambda release: release.state)

step_for = WORKFLOW.step_for
open_actions = WORKFLOW.open_actions

"""The states of a release as a table: what is not in it is forbidden."""

from __future__ import annotations

from services.statistics.model.releases import Release, ReleaseAction, ReleaseState
from services.statistics.policy import a_second_person, the_service, who_prepares, who_schedules
from shared.workflow import Step, Workflow

STEPS = (
    Step(ReleaseState.DRAFT, ReleaseAction.PASS, ReleaseState.PASSED, the_service),
    Step(ReleaseState.DRAFT, ReleaseAction.FAIL, ReleaseState.FAILED, the_service),
    Step(ReleaseState.PASSED, ReleaseAction.APPROVE, ReleaseState.APPROVED, a_second_person),
    Step(ReleaseState.PASSED, ReleaseAction.WITHDRAW, ReleaseState.WITHDRAWN, who_prepares),
    Step(ReleaseState.APPROVED, ReleaseAction.SCHEDULE, ReleaseState.SCHEDULED, who_schedules),
    Step(ReleaseState.SCHEDULED, ReleaseAction.SCHEDULE, ReleaseState.SCHEDULED, who_schedules),
    Step(ReleaseState.SCHEDULED, ReleaseAction.PUBLISH, ReleaseState.PUBLISHED, the_service),
)

WORKFLOW: Workflow[ReleaseState, ReleaseAction, Release] = Workflow(STEPS, lambda release: release.state)

step_for = WORKFLOW.step_for
open_actions = WORKFLOW.open_actions

"""Assignments: to whom a filing that waits is given, and who of the department has how much."""

from __future__ import annotations

from services.filing.operations import assignments
from services.filing.policy import Permission
from services.filing.routes.context import ONE, Answer, deps
from services.filing.schemas.casework import AssignmentIn, AssignmentOut, Body, WorkloadOut, workload_body
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import changing_call, reading_call
from shared.web.preconditions import changing, etag

bp = Blueprint("assignments", __name__, description="审核分办")


@bp.get(f"{ONE}/assignment")
@needs(Permission.REVIEW)
@bp.response(200, AssignmentOut)
def read(filing_id: str) -> Body:
    """Read to whom a filing is assigned now."""
    return {"assignee_id": assignments.read_assignment(deps(), reading_call(), filing_id) or None}


@bp.put(f"{ONE}/assignment")
@needs(Permission.REVIEW)
@changing
@bp.arguments(AssignmentIn)
@bp.response(200, AssignmentOut)
def assign(data: dict[str, str | None], filing_id: str) -> Answer:
    """Give a filing that waits to somebody of the department, or take it back; the filing itself does not change."""
    filing = assignments.assign_filing(deps(), changing_call(), filing_id, data["assignee_id"] or "")
    assignee = assignments.assignee_of(deps(), filing) or None
    return {"assignee_id": assignee}, 200, {"ETag": etag(filing.version)}


@bp.get("/workload")
@needs(Permission.REVIEW)
@bp.response(200, WorkloadOut)
def workload() -> Body:
    """Show who of the reader's department has how much."""
    return workload_body(assignments.workload(deps(), reading_call()))

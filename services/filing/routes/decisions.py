"""The ministry's decisions to collect periods under an approval that has ended."""

from __future__ import annotations

from services.filing.operations import decisions
from services.filing.operations.decisions import Wanted
from services.filing.policy import Permission
from services.filing.routes.context import deps
from services.filing.schemas.incoming import DecisionIn
from services.filing.schemas.units import Body, DecisionOut, DecisionsOut, decision_body
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import creating_call
from shared.web.preconditions import creating

bp = Blueprint("decisions", __name__, url_prefix="/collection-decisions", description="批准文号期满后的填报决定")


@bp.post("")
@needs(Permission.DECIDE)
@creating
@bp.arguments(DecisionIn)
@bp.response(201, DecisionOut)
def decide(wanted: Wanted) -> tuple[Body, int]:
    """Record a decision."""
    return decision_body(decisions.decide_collection(deps(), creating_call(), wanted)), 201


@bp.get("")
@needs(Permission.READ_DECISIONS)
@bp.response(200, DecisionsOut)
def list_all() -> Body:
    """List all decisions, the newest first."""
    return {"items": [decision_body(each) for each in decisions.list_decisions(deps())]}

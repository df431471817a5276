"""Review: tick off, approve, return with reasons, undo, settle for good."""

from __future__ import annotations

from services.filing.operations import review
from services.filing.operations.review import Signed
from services.filing.policy import Permission
from services.filing.routes.context import ONE, Answer, answer, deps
from services.filing.schemas.incoming import ApprovalIn, EmptyIn, ReturnIn
from services.filing.schemas.outgoing import FilingOut
from services.filing.schemas.ticks import TicksIn, TicksOut
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import changing_call
from shared.web.preconditions import changing, etag

bp = Blueprint("reviews", __name__, url_prefix=ONE, description="审核")


@bp.put("/ticks")
@needs(Permission.REVIEW)
@changing
@bp.arguments(TicksIn)
@bp.response(200, TicksOut)
def tick(data: dict[str, list[str]], filing_id: str) -> Answer:
    """Keep which findings the reviewer has checked; the filing does not change."""
    filing, keys = review.tick_findings(deps(), changing_call(), filing_id, data["keys"])
    return {"keys": list(keys)}, 200, {"ETag": etag(filing.version)}


@bp.post("/approval")
@needs(Permission.REVIEW)
@changing
@bp.arguments(ApprovalIn)
@bp.response(200, FilingOut)
def approve(signed: Signed, filing_id: str) -> Answer:
    """Approve the version that was submitted last."""
    return answer(review.approve_filing(deps(), changing_call(), filing_id, signed))


@bp.post("/return")
@needs(Permission.REVIEW)
@changing
@bp.arguments(ReturnIn)
@bp.response(200, FilingOut)
def give_back(signed: Signed, filing_id: str) -> Answer:
    """Return for correction, of all or of the named fields."""
    return answer(review.return_filing(deps(), changing_call(), filing_id, signed))


@bp.post("/undo")
@needs(Permission.REVIEW)
@changing
@bp.arguments(EmptyIn)
@bp.response(200, FilingOut)
def undo(_: object, filing_id: str) -> Answer:
    """Take a decision back before the unit acts on it."""
    return answer(review.undo_decision(deps(), changing_call(), filing_id))


@bp.post("/finalisation")
@needs(Permission.SETTLE)
@changing
@bp.arguments(EmptyIn)
@bp.response(200, FilingOut)
def finalise(_: object, filing_id: str) -> Answer:
    """Settle the version in force for good, once its period has been closed."""
    return answer(review.finalise_filing(deps(), changing_call(), filing_id))

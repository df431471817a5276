"""Review: start, save, return, approve, reject, undo."""

from __future__ import annotations

from services.registration.operations import review
from services.registration.operations.review import Marks, Signed
from services.registration.policy import Permission
from services.registration.routes.context import Answer, answer, deps
from services.registration.schemas.incoming import ApprovalIn, EmptyIn, RefusalIn, ReviewIn, UndoIn
from services.registration.schemas.outgoing import RegistrationOut
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import changing_call
from shared.web.preconditions import changing

bp = Blueprint("reviews", __name__, url_prefix="/registrations/<string:registration_id>", description="审核")


@bp.post("/review")
@needs(Permission.REVIEW)
@changing
@bp.arguments(EmptyIn)
@bp.response(200, RegistrationOut)
def start(_: object, registration_id: str) -> Answer:
    """Take into review."""
    return answer(review.start_review(deps(), changing_call(), registration_id))


@bp.put("/review")
@needs(Permission.REVIEW)
@changing
@bp.arguments(ReviewIn)
@bp.response(200, RegistrationOut)
def save(marks: Marks, registration_id: str) -> Answer:
    """Save verdicts, facts and opinion."""
    return answer(review.save_review(deps(), changing_call(), registration_id, marks))


@bp.post("/return")
@needs(Permission.REVIEW)
@changing
@bp.arguments(RefusalIn)
@bp.response(200, RegistrationOut)
def give_back(signed: Signed, registration_id: str) -> Answer:
    """Return for correction."""
    return answer(review.return_registration(deps(), changing_call(), registration_id, signed))


@bp.post("/approval")
@needs(Permission.REVIEW)
@changing
@bp.arguments(ApprovalIn)
@bp.response(200, RegistrationOut)
def approve(signed: Signed, registration_id: str) -> Answer:
    """Approve."""
    return answer(review.approve_registration(deps(), changing_call(), registration_id, signed))


@bp.post("/rejection")
@needs(Permission.REVIEW)
@changing
@bp.arguments(RefusalIn)
@bp.response(200, RegistrationOut)
def reject(signed: Signed, registration_id: str) -> Answer:
    """Reject."""
    return answer(review.reject_registration(deps(), changing_call(), registration_id, signed))


@bp.post("/undo")
@needs(Permission.REVIEW)
@changing
@bp.arguments(UndoIn)
@bp.response(200, RegistrationOut)
def undo(data: dict[str, str], registration_id: str) -> Answer:
    """Take a return or rejection back."""
    return answer(review.undo_decision(deps(), changing_call(), registration_id, data["reason"]))

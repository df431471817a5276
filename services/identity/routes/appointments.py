"""Appointing people to offices, and the second person's word."""

from __future__ import annotations

from datetime import date

from services.identity.operations import appointments as operations
from services.identity.policy import Permission
from services.identity.routes.accounts import Answer, answer_of, appointment_of
from services.identity.routes.request import deps
from services.identity.schemas.accounts import NothingIn
from services.identity.schemas.appointments import AccountRowOut, NewGrantIn, ReasonIn, TermIn
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import changing_call, creating_call
from shared.web.preconditions import changing, creating

bp = Blueprint("appointments", __name__, description="任用与权限")


@bp.post("/appointments")
@needs(Permission.ACCOUNTS)
@creating
@bp.arguments(NewGrantIn)
@bp.response(201, AccountRowOut)
def appoint(data: dict[str, object]) -> Answer:
    """Give a person who has an account another grant; a powerful one waits for a second person."""
    wanted = appointment_of(data)
    return answer_of(operations.appoint(deps(), creating_call(), str(data["username"]), wanted), 201)


@bp.post("/accounts/<account_id>/grants/<grant_id>/confirmation")
@needs(Permission.ACCOUNTS)
@changing
@bp.arguments(NothingIn)
@bp.response(200, AccountRowOut)
def confirm(_: object, account_id: str, grant_id: str) -> Answer:
    """Bring a proposed grant into force, as a second person."""
    return answer_of(operations.confirm_grant(deps(), changing_call(), account_id, grant_id))


@bp.post("/accounts/<account_id>/grants/<grant_id>/refusal")
@needs(Permission.ACCOUNTS)
@changing
@bp.arguments(ReasonIn)
@bp.response(200, AccountRowOut)
def refuse(data: dict[str, str], account_id: str, grant_id: str) -> Answer:
    """Refuse a proposed grant with a reason, as a second person."""
    return answer_of(operations.refuse_grant(deps(), changing_call(), account_id, grant_id, data["reason"]))


@bp.post("/accounts/<account_id>/grants/<grant_id>/withdrawal")
@needs(Permission.ACCOUNTS)
@changing
@bp.arguments(NothingIn)
@bp.response(200, AccountRowOut)
def withdraw(_: object, account_id: str, grant_id: str) -> Answer:
    """Take one's own proposal back."""
    return answer_of(operations.withdraw_grant(deps(), changing_call(), account_id, grant_id))


@bp.post("/accounts/<account_id>/grants/<grant_id>/extension")
@needs(Permission.ACCOUNTS)
@changing
@bp.arguments(TermIn)
@bp.response(200, AccountRowOut)
def extend(data: dict[str, date | None], account_id: str, grant_id: str) -> Answer:
    """Set another last day."""
    return answer_of(operations.extend_grant(deps(), changing_call(), account_id, grant_id, data["valid_to"]))


@bp.post("/accounts/<account_id>/grants/<grant_id>/end")
@needs(Permission.ACCOUNTS)
@changing
@bp.arguments(ReasonIn)
@bp.response(200, AccountRowOut)
def end(data: dict[str, str], account_id: str, grant_id: str) -> Answer:
    """End a grant at once."""
    return answer_of(operations.end_grant(deps(), changing_call(), account_id, grant_id, data["reason"]))

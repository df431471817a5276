"""Putting a new principal in the place of one who is gone."""

from __future__ import annotations

from typing import TypedDict

from services.identity.model.invitations import Invited
from services.identity.operations import recoveries as operations
from services.identity.operations.recoveries import Recovery
from services.identity.policy import Permission
from services.identity.presenters import recovery_view
from services.identity.routes.request import deps
from services.identity.schemas.accounts import NothingIn
from services.identity.schemas.colleagues import RecoveryIn, RecoveryOut, RecoveryPageOut
from shared.web.auth import actor, needs
from shared.web.blueprint import Blueprint
from shared.web.calls import changing_call, creating_call, reading_call
from shared.web.paging import PageIn
from shared.web.preconditions import changing, creating, etag

bp = Blueprint("recoveries", __name__, description="单位负责人变更")

Answer = tuple[dict[str, object], int, dict[str, str]]


class _Page(TypedDict):
    cursor: str
    limit: int


@bp.get("/recoveries")
@needs(Permission.RECOVERIES)
@bp.arguments(PageIn, location="query")
@bp.response(200, RecoveryPageOut)
def list_all(page: _Page) -> dict[str, object]:
    """Return a page of the recoveries in one's division and those directly below, newest first."""
    found = operations.list_recoveries(deps(), reading_call(), page["cursor"], page["limit"])
    items = [recovery_view(each, actor(), deps().divisions) for each in found.items]
    return {"items": items, "next_cursor": found.next_cursor}


@bp.post("/recoveries")
@needs(Permission.RECOVERIES)
@creating
@bp.arguments(RecoveryIn)
@bp.response(201, RecoveryOut)
def propose(data: dict[str, str]) -> Answer:
    """Propose a new principal for a unit whose own is gone."""
    invited = Invited(data["email"], data["display_name"], reason=data["reason"])
    return _answer(operations.propose_recovery(deps(), creating_call(), data["credit_code"], invited), 201)


@bp.get("/recoveries/<invitation_id>")
@needs(Permission.RECOVERIES)
@bp.response(200, RecoveryOut)
def get(invitation_id: str) -> Answer:
    """Return a recovery."""
    return _answer(operations.get_recovery(deps(), reading_call(), invitation_id))


@bp.post("/recoveries/<invitation_id>/confirmation")
@needs(Permission.RECOVERIES)
@changing
@bp.arguments(NothingIn)
@bp.response(200, RecoveryOut)
def confirm(_: object, invitation_id: str) -> Answer:
    """Let the proposed person be asked, as a second reviewer."""
    return _answer(operations.confirm_recovery(deps(), changing_call(), invitation_id))


@bp.post("/recoveries/<invitation_id>/refusal")
@needs(Permission.RECOVERIES)
@changing
@bp.arguments(NothingIn)
@bp.response(200, RecoveryOut)
def refuse(_: object, invitation_id: str) -> Answer:
    """Refuse a proposed recovery, as a second reviewer."""
    return _answer(operations.refuse_recovery(deps(), changing_call(), invitation_id))


@bp.post("/recoveries/<invitation_id>/withdrawal")
@needs(Permission.RECOVERIES)
@changing
@bp.arguments(NothingIn)
@bp.response(200, RecoveryOut)
def take_back(_: object, invitation_id: str) -> Answer:
    """Take a recovery back."""
    return _answer(operations.withdraw_recovery(deps(), changing_call(), invitation_id))


def _answer(recovery: Recovery, status: int = 200) -> Answer:
    view = recovery_view(recovery, actor(), deps().divisions)
    return view, status, {"ETag": etag(recovery.invitation.version)}

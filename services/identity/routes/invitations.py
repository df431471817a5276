"""Answering an invitation: signed in, or with the mailed code."""

from __future__ import annotations

from services.identity.operations import invitations as operations
from services.identity.operations.invitations import Newcomer
from services.identity.policy import Permission
from services.identity.presenters import received_view, unit_view
from services.identity.routes.request import deps, visitor
from services.identity.schemas.accounts import NothingIn, UnitOut
from services.identity.schemas.colleagues import AnswerIn, CodeIn, EnrolledOut, EnrolmentIn, ReceivedListOut
from shared.web.auth import needs, public
from shared.web.blueprint import Blueprint
from shared.web.calls import creating_call, reading_call
from shared.web.preconditions import creating

bp = Blueprint("invitations", __name__, description="邀请")


@bp.get("/me/invitations")
@needs(Permission.ME)
@bp.response(200, ReceivedListOut)
def list_received() -> dict[str, object]:
    """Return the open invitations that were sent or offered to oneself."""
    return {"items": [received_view(each) for each in operations.list_received(deps(), reading_call())]}


@bp.post("/me/invitations/<invitation_id>/acceptance")
@needs(Permission.ME)
@creating
@bp.arguments(AnswerIn)
@bp.response(200, UnitOut)
def accept(data: dict[str, str], invitation_id: str) -> dict[str, str]:
    """Accept with one's own account, and return the unit."""
    return unit_view(operations.accept(deps(), creating_call(), invitation_id, data["code"]))


@bp.post("/me/invitations/<invitation_id>/declining")
@needs(Permission.ME)
@creating
@bp.arguments(NothingIn)
@bp.response(204)
def decline(_: object, invitation_id: str) -> None:
    """Decline what was sent or offered to oneself."""
    operations.decline(deps(), creating_call(), invitation_id)


@bp.post("/invitations/<invitation_id>/enrolment")
@public("the mailed code proves the right")
@bp.arguments(EnrolmentIn)
@bp.response(201, EnrolledOut)
def enrol(data: dict[str, str], invitation_id: str) -> dict[str, str]:
    """Accept with the mailed code: with a new account, or the address's own and its password."""
    newcomer = Newcomer(data["display_name"], data["phone"])
    account = operations.enrol(deps(), visitor(), invitation_id, data["code"], newcomer, data["password"])
    return {"username": account.person.username}


@bp.post("/invitations/<invitation_id>/declining")
@public("the mailed code proves the right")
@bp.arguments(CodeIn)
@bp.response(204)
def decline_by_code(data: dict[str, str], invitation_id: str) -> None:
    """Decline with the mailed code."""
    operations.decline_by_code(deps(), invitation_id, data["code"])

"""The people of a unit, their invitations, and the principal's place."""

from __future__ import annotations

from typing import TypedDict

from services.identity.model.invitations import Invitation, Invited
from services.identity.model.signups import UnitRole
from services.identity.operations import colleagues as operations
from services.identity.operations import unit_roles
from services.identity.operations.invitations import withdraw
from services.identity.policy import Permission
from services.identity.presenters import invitation_view, people_view
from services.identity.routes.request import deps
from services.identity.schemas.accounts import NothingIn
from services.identity.schemas.colleagues import (
    InvitationIn,
    InvitationOut,
    PeopleOut,
    TransferIn,
    UnitRoleIn,
    UnitRoleOut,
)
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import changing_call, creating_call, reading_call
from shared.web.preconditions import changing, creating, etag

bp = Blueprint("colleagues", __name__, description="同事与移交")

Answer = tuple[dict[str, object], int, dict[str, str]]


class _Transfer(TypedDict):
    account_id: str | None
    email: str | None
    display_name: str
    stays: bool


@bp.get("/colleagues")
@needs(Permission.COLLEAGUES)
@bp.response(200, PeopleOut)
def list_all() -> dict[str, object]:
    """Return who acts for one's unit, and who is asked to."""
    call = reading_call()
    people = operations.list_people(deps(), call)
    return people_view(people, deps().units.get(operations.unit_of(call)), call.actor)


@bp.post("/invitations")
@needs(Permission.COLLEAGUES)
@creating
@bp.arguments(InvitationIn)
@bp.response(201, InvitationOut)
def invite(data: dict[str, str]) -> Answer:
    """Ask a person by mail to act for one's unit."""
    return _answer(operations.invite(deps(), creating_call(), data["email"], data["display_name"]), 201)


@bp.post("/unit-roles")
@needs(Permission.COLLEAGUES)
@creating
@bp.arguments(UnitRoleIn)
@bp.response(201, UnitRoleOut)
def add_role(data: dict[str, UnitRole]) -> dict[str, object]:
    """Let one's unit be something more; its principal chooses that role at the next sign-in."""
    call = creating_call()
    account = unit_roles.add_role(deps(), call, data["role"])
    return {"roles": [grant.role.value for grant in operations.grants_for(account, operations.unit_of(call), deps())]}


@bp.post("/transfers")
@needs(Permission.COLLEAGUES)
@creating
@bp.arguments(TransferIn)
@bp.response(201, InvitationOut)
def offer(data: _Transfer) -> Answer:
    """Offer the principal's place to a colleague, or to somebody by mail."""
    invited = Invited(data["email"] or "", data["display_name"])
    offered = operations.offer_place(deps(), creating_call(), invited, data["account_id"], keeps_giver=data["stays"])
    return _answer(offered, 201)


@bp.post("/invitations/<invitation_id>/withdrawal")
@needs(Permission.COLLEAGUES)
@changing
@bp.arguments(NothingIn)
@bp.response(200, InvitationOut)
def take_back(_: object, invitation_id: str) -> Answer:
    """Take an invitation of one's unit back."""
    return _answer(withdraw(deps(), changing_call(), invitation_id))


@bp.post("/colleagues/<account_id>/end")
@needs(Permission.COLLEAGUES)
@changing
@bp.arguments(NothingIn)
@bp.response(204)
def end(_: object, account_id: str) -> None:
    """End a colleague's right to act for one's unit."""
    operations.end_colleague(deps(), changing_call(), account_id)


def _answer(invitation: Invitation, status: int = 200) -> Answer:
    return invitation_view(invitation), status, {"ETag": etag(invitation.version)}

"""One's own account."""

from __future__ import annotations

from services.identity.operations import own_sign_ins
from services.identity.operations.accounts import own_account
from services.identity.operations.passwords import change_password
from services.identity.operations.signing_in import check_right
from services.identity.policy import Permission
from services.identity.presenters import own_view, sign_in_view
from services.identity.routes.request import deps, sign_in_id, visitor
from services.identity.schemas.accounts import MeOut, PasswordIn
from services.identity.schemas.sign_ins import SignInListOut
from shared.web.auth import actor, needs
from shared.web.blueprint import Blueprint
from shared.web.calls import reading_call

bp = Blueprint("me", __name__, description="本人账户")


@bp.get("/me")
@needs(Permission.ME)
@bp.response(200, MeOut)
def get_me() -> dict[str, object]:
    """Return one's own account."""
    account, unit = own_account(deps(), reading_call())
    return own_view(account, actor(), unit, deps().divisions)


@bp.get("/me/sign-in")
@needs(Permission.ME)
@bp.response(204)
def check_sign_in() -> None:
    """Say that the token's sign-in goes on and its right is in force; 401 where it is over, within its five minutes."""
    check_right(deps(), sign_in_id(), actor())


@bp.get("/me/sessions")
@needs(Permission.ME)
@bp.response(200, SignInListOut)
def list_sign_ins() -> dict[str, object]:
    """Return where one is signed in."""
    found = own_sign_ins.list_own(deps(), actor().account_id)
    return {"items": [sign_in_view(each, sign_in_id()) for each in found]}


@bp.delete("/me/sessions/<sign_in_id>")
@needs(Permission.ME)
@bp.response(204)
def end_sign_in(sign_in_id: str) -> None:
    """End one of one's own sign-ins, with all sessions that came from it."""
    own_sign_ins.end_own(deps(), actor().account_id, sign_in_id)


@bp.delete("/me/sessions")
@needs(Permission.ME)
@bp.response(204)
def end_other_sign_ins() -> None:
    """End all of one's own sign-ins but this one."""
    own_sign_ins.end_others(deps(), actor().account_id, sign_in_id())


@bp.post("/password")
@needs(Permission.ME)
@bp.arguments(PasswordIn)
@bp.response(204)
def change(data: dict[str, str]) -> None:
    """Change one's own password; all sessions are over then."""
    change_password(deps(), reading_call(), visitor(), data["current_password"], data["new_password"])

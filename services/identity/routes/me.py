"""One's own account."""

from __future__ import annotations

from services.identity.operations.accounts import own_account
from services.identity.operations.passwords import change_password
from services.identity.policy import Permission
from services.identity.presenters import own_view
from services.identity.routes.request import deps, visitor
from services.identity.schemas.accounts import MeOut, PasswordIn
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


@bp.post("/password")
@needs(Permission.ME)
@bp.arguments(PasswordIn)
@bp.response(204)
def change(data: dict[str, str]) -> None:
    """Change one's own password; all sessions are over then."""
    change_password(deps(), reading_call(), visitor(), data["current_password"], data["new_password"])

"""Signing in and out."""

from __future__ import annotations

from services.identity.operations.passwords import change_first_password
from services.identity.operations.sessions import end_session, refresh_session, sign_in
from services.identity.presenters import SessionView, session_view
from services.identity.routes.request import deps, visitor
from services.identity.schemas.sessions import FirstPasswordIn, RefreshIn, SessionOut, SignInIn
from shared.web.auth import public
from shared.web.blueprint import Blueprint

bp = Blueprint("sessions", __name__, description="登录")


@bp.post("/sessions")
@public("who signs in has no token yet")
@bp.arguments(SignInIn)
@bp.response(201, SessionOut)
def begin(data: dict[str, str]) -> SessionView:
    """Sign in; where the password must be changed first, only a token for that is given."""
    return session_view(sign_in(deps(), visitor(), data["username"], data["password"]), deps().divisions)


@bp.post("/sessions/refresh")
@public("the refresh token proves the right")
@bp.arguments(RefreshIn)
@bp.response(201, SessionOut)
def refresh(data: dict[str, str]) -> SessionView:
    """Exchange the refresh token; each is good once."""
    return session_view(refresh_session(deps(), data["refresh_token"]), deps().divisions)


@bp.post("/sessions/end")
@public("the refresh token proves the right")
@bp.arguments(RefreshIn)
@bp.response(204)
def end(data: dict[str, str]) -> None:
    """Sign out."""
    end_session(deps(), data["refresh_token"])


@bp.post("/password/first")
@public("the token from sign-in proves the right")
@bp.arguments(FirstPasswordIn)
@bp.response(204)
def change_first(data: dict[str, str]) -> None:
    """Change a first or outworn password, then sign in again."""
    change_first_password(deps(), data["password_change_token"], data["new_password"])

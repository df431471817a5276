"""One's own account: where one is signed in, and the ways to password and second factor at the provider."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from services.portal.operations import visits
from services.portal.policy import EVERYBODY
from services.portal.presenters.account import account_view
from services.portal.routes import guard
from services.portal.routes.guard import deps, signed_in
from shared.errors import NotFound

bp = Blueprint("account", __name__)


@bp.get("/account")
@signed_in(EVERYBODY)
def show() -> str:
    """Show the account and the places where it is signed in."""
    token = guard.token()
    view = account_view(deps().identity.me(token), deps().identity.sessions(token), deps().provider.account_url())
    return render_template("account.html", view=view)


@bp.post("/account/role")
@signed_in(EVERYBODY)
def choose_role() -> Response:
    """Go on in another of one's roles, chosen at the provider."""
    session, address = visits.begin_sign_in(deps(), guard.session(), "", "select_account")
    guard.use(visits.Visit(session))
    return redirect(address, 303)


@bp.post("/account/sessions/<id:sign_in_id>/end")
@signed_in(EVERYBODY)
def end(sign_in_id: str) -> Response:
    """End one sign-in; one that is over already is ended."""
    try:
        deps().identity.end_session(guard.token(), sign_in_id)
    except NotFound:
        return redirect(url_for("account.show"), 303)
    return redirect(url_for("account.show", done="ended"), 303)


@bp.post("/account/sessions/end-others")
@signed_in(EVERYBODY)
def end_others() -> Response:
    """End all sign-ins but this one."""
    deps().identity.end_other_sessions(guard.token())
    return redirect(url_for("account.show", done="ended"), 303)

"""The first page of each role."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.policy import EVERYBODY, READERS_OF_MESSAGES, READERS_OF_QUEUES
from services.portal.presenters.home import home_view
from services.portal.routes import guard
from services.portal.routes.guard import deps, open_page, signed_in
from shared.identity.actor import Role

bp = Blueprint("home", __name__)

DIVISIONS_SHOWN = 20


@bp.get("/")
@open_page("the address people type; it only leads on")
def root() -> Response:
    """Lead to the first page, or to the sign-in."""
    return redirect(url_for("home.show" if guard.find_account() else "sign_in.show"))


@bp.get("/home")
@signed_in(EVERYBODY)
def show() -> str | Response:
    """Show what to do next."""
    account = guard.account()
    if account.role is Role.OPERATOR:
        cursor = request.args.get("cursor", "")
        rows, next_cursor = deps().registrations.list(guard.token(), cursor=cursor)
        view = home_view(rows, deps().registrations.notices(guard.token()))
        key = deps().secrets.new()
        return render_template("home.html", view=view, key=key, next_cursor=next_cursor)
    if account.role in READERS_OF_QUEUES:
        return redirect(url_for("reviews.queue"))
    if account.role in READERS_OF_MESSAGES:
        return redirect(url_for("messages.ledger"))
    return render_template("nothing_here.html")


@bp.get("/divisions")
@open_page("the list of divisions is public, and the sign-up needs it")
def divisions() -> dict[str, object]:
    """Find divisions by name or code, for the page's own script."""
    found = deps().divisions.search(request.args.get("q", "").strip()[:40], DIVISIONS_SHOWN)
    return {"items": [{"code": code, "name": name} for code, name in found]}

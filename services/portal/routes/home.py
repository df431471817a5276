"""The first page of each role."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.model.session import Account
from services.portal.operations.agenda import agenda_of
from services.portal.policy import (
    APPLICANTS,
    APPOINTERS,
    EVERYBODY,
    READERS_OF_MESSAGES,
    READERS_OF_QUEUES,
    files_itself,
)
from services.portal.presenters.home import home_view
from services.portal.presenters.notices import notice_views
from services.portal.presenters.queue import DeskView, desk_view
from services.portal.routes import guard
from services.portal.routes.guard import deps, open_page, signed_in
from services.portal.routes.tasks import agenda_values
from shared.clock import local_date
from shared.errors import Unavailable

bp = Blueprint("home", __name__)

DIVISIONS_SHOWN = 20
NEWS_SHOWN = 5


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
    if files_itself(account, _today()):
        agenda = agenda_of(deps(), guard.token(), account)
        return render_template("home.html", **agenda_values(agenda), **_registrations(account), **_news())
    if account.role in READERS_OF_QUEUES:
        return render_template("desk.html", desk=_desk(), files=False, **_news())
    if account.role in READERS_OF_MESSAGES:
        return redirect(url_for("messages.ledger"))
    return redirect(url_for("people.show" if account.role in APPOINTERS else "colleagues.show"))


def _registrations(account: Account) -> dict[str, object]:
    """Return the registrations of an operator; nobody else has any."""
    if account.role not in APPLICANTS:
        return {"view": None, "reviews": account.role in READERS_OF_QUEUES}
    rows, next_cursor = deps().registrations.list(guard.token(), cursor=request.args.get("cursor", ""))
    return {"view": home_view(rows, _today()), "key": deps().secrets.new(), "next_cursor": next_cursor}


def _desk() -> DeskView | None:
    """Return what the reviewer has before them; None while the service does not answer."""
    try:
        return desk_view(deps().queue.summary(guard.token()), deps().clock.now())
    except Unavailable:
        return None


def _today() -> date:
    return local_date(deps().clock.now())


def _news() -> dict[str, object]:
    """Return the newest notices; the page does without them while their service does not answer."""
    try:
        rows, _ = deps().notifications.list(guard.token(), limit=NEWS_SHOWN)
    except Unavailable:
        return {"notices": (), "links": {}, "is_silent": True}
    return {"notices": notice_views(rows), "links": {row["id"]: row["link"] for row in rows}, "is_silent": False}


@bp.get("/divisions")
@open_page("the list of divisions is public, and the sign-up needs it")
def divisions() -> dict[str, object]:
    """Find divisions by name or code, for the page's own script."""
    found = deps().divisions.search(request.args.get("q", "").strip()[:40], DIVISIONS_SHOWN)
    return {"items": [{"code": code, "name": name} for code, name in found]}

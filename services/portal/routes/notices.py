"""One's own inbox, and what one wants to be mailed."""

from __future__ import annotations

import re

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.operations import bell
from services.portal.policy import EVERYBODY
from services.portal.presenters.notices import CHOICES, notice_views, preferences_view
from services.portal.routes import guard
from services.portal.routes.guard import deps, posted_version, signed_in

bp = Blueprint("notices", __name__, url_prefix="/notices")

SHOWN = 20

_OURS = re.compile(r"/(?!/)[A-Za-z0-9/_.?=&%-]{0,300}(#[A-Za-z0-9_.-]{1,100})?")
"""A path of our own: nobody is led elsewhere by a form that was tampered with."""


@bp.get("")
@signed_in(EVERYBODY)
def show() -> str:
    """Show the notices, newest first."""
    cursor = request.args.get("cursor", "")
    token = guard.token()
    rows, next_cursor = deps().notifications.list(token, cursor, SHOWN)
    links = {row["id"]: row["link"] for row in rows}
    return render_template("notices.html", notices=notice_views(rows), links=links, next_cursor=next_cursor)


@bp.post("/<id:notice_id>/reading")
@signed_in(EVERYBODY)
def read(notice_id: str) -> Response:
    """Mark a notice as read, and go to what it is about."""
    deps().notifications.read(guard.token(), notice_id)
    bell.forget(deps(), guard.session().id)
    link = request.form.get("link", "")
    return redirect(link if _OURS.fullmatch(link) else url_for("notices.show"), 303)


@bp.post("/reading")
@signed_in(EVERYBODY)
def read_all() -> Response:
    """Mark all notices as read."""
    deps().notifications.read_all(guard.token())
    bell.forget(deps(), guard.session().id)
    return redirect(url_for("notices.show", done="read"), 303)


@bp.get("/preferences")
@signed_in(EVERYBODY)
def preferences() -> str:
    """Show what is mailed when."""
    view = preferences_view(deps().notifications.preferences(guard.token()))
    return render_template("notices/preferences.html", view=view, choices=CHOICES)


@bp.post("/preferences")
@signed_in(EVERYBODY)
def choose() -> Response:
    """Keep the choices."""
    chosen = {
        name.removeprefix("mail-"): value for name, value in request.form.items() if name.startswith("mail-") and value
    }
    if chosen:
        deps().notifications.set_preferences(guard.token(), posted_version(), chosen)
    return redirect(url_for("notices.preferences", done="chosen"), 303)

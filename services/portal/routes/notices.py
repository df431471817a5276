"""Notices of the operator's unit."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.policy import APPLICANTS
from services.portal.presenters.home import notice_views
from services.portal.routes import guard
from services.portal.routes.guard import deps, signed_in

bp = Blueprint("notices", __name__, url_prefix="/notices")


@bp.get("")
@signed_in(APPLICANTS)
def show() -> str:
    """Show all notices."""
    return render_template("notices.html", notices=notice_views(deps().registrations.notices(guard.token())))


@bp.post("/<id:notice_id>/reading")
@signed_in(APPLICANTS)
def read(notice_id: str) -> Response:
    """Mark a notice as read, and go to what it is about."""
    deps().registrations.read_notice(guard.token(), notice_id)
    registration_id = request.form.get("registration_id", "")
    if registration_id.isalnum():
        return redirect(url_for("registrations.show", registration_id=registration_id), 303)
    return redirect(url_for("notices.show"), 303)

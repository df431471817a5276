"""Departments put a new principal in the place of one who is gone: one proposes, another confirms."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.policy import DEPARTMENTS
from services.portal.presenters.people import INVITATION_STATES, Fault, faults, moment
from services.portal.routes import guard
from services.portal.routes.guard import deps, posted_version, signed_in
from shared.errors import Conflict, Invalid, NotAllowed, StaleVersion
from shared.ids import new_id

bp = Blueprint("recoveries", __name__, url_prefix="/recoveries")

Page = str | Response | tuple[str, int]
ACTS = {
    "confirm": ("confirmation", "confirmed"),
    "refuse": ("refusal", "refused"),
    "withdraw": ("withdrawal", "taken_back"),
}
FIELDS = ("credit_code", "email", "display_name", "reason")


@bp.get("")
@signed_in(DEPARTMENTS)
def show() -> str:
    """Show the recoveries of one's division and those below."""
    return _page()


@bp.post("")
@signed_in(DEPARTMENTS)
def propose() -> Page:
    """Propose a new principal for a unit."""
    body = {name: request.form.get(name, "").strip() for name in FIELDS}
    try:
        deps().people.create("/recoveries", guard.token(), body, request.form.get("key", ""))
    except Invalid as error:
        return _page(faults(error.problems)), 422
    except (Conflict, NotAllowed) as error:
        return _page(notice=error.message), 409
    return redirect(url_for("recoveries.show", done="recovering"), 303)


@bp.post("/<id:recovery_id>")
@signed_in(DEPARTMENTS)
def act(recovery_id: str) -> Page:
    """Take a step with a recovery."""
    path, done = ACTS.get(request.form.get("act", ""), ("withdrawal", "taken_back"))
    url = f"/recoveries/{recovery_id}/{path}"
    try:
        deps().people.change(url, guard.token(), {}, posted_version(), request.form.get("key", ""))
    except (Conflict, NotAllowed) as error:
        return _page(notice=error.message), 409
    except StaleVersion:
        return _page(notice="此件刚被他人办理，请核对下方最新内容。"), 412
    return redirect(url_for("recoveries.show", done=done), 303)


def _page(errors: Sequence[Fault] = (), notice: str = "") -> str:
    found = deps().people.read("/recoveries", guard.token(), {"limit": 50, "cursor": request.args.get("cursor", "")})
    return render_template(
        "people/recoveries.html",
        recoveries=found["items"],
        next_cursor=found["next_cursor"],
        states=INVITATION_STATES,
        errors=errors,
        typed=request.form,
        notice=notice,
        moment=moment,
        new_key=new_id,
    )

"""Pages about one registration, for the operator and the departments: its state and course, revisions, print."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from services.portal.model.materials import SLOTS
from services.portal.model.pointers import spot_of
from services.portal.operations.drafts import open_registration
from services.portal.policy import APPLICANTS, READERS_OF_REGISTRATIONS
from services.portal.presenters.registration import change_views, decision_view, form_parts, registration_view
from services.portal.presenters.standing import standing_view
from services.portal.presenters.threads import by_place, sheet_views, thread_views
from services.portal.presenters.words import moment
from services.portal.routes import guard
from services.portal.routes.guard import deps, posted_version, signed_in
from shared.errors import Malformed

bp = Blueprint("registrations", __name__, url_prefix="/registrations")

ONE = "/<id:registration_id>"
MENDING = "submit"
"""Open to whoever can change the application."""

SIMPLE_ACTIONS = {"withdrawal": ("withdraw", "withdrawn"), "resumption": ("resume", "resumed")}


@bp.post("")
@signed_in(APPLICANTS)
def create() -> AnyResponse:
    """Open a draft and go to its first step; the page's key makes a second click harmless."""
    registration = open_registration(deps(), guard.token(), request.form.get("key", ""))
    return redirect(url_for("drafts.show", registration_id=registration["id"], step=1), 303)


@bp.get(ONE)
@signed_in(READERS_OF_REGISTRATIONS)
def show(registration_id: str) -> str | AnyResponse:
    """Show a registration with its course; `at` leads an operator on to the part that is to be mended."""
    registration = deps().registrations.get(guard.token(), registration_id)
    at = request.args.get("at", "")
    if at and MENDING in registration["open_actions"]:
        spot = spot_of(at)
        step = url_for("drafts.show", registration_id=registration_id, step=spot.step)
        return redirect(f"{step}#{spot.anchor}" if spot.anchor else step, 303)
    revisions = [
        (row["no"], moment(row["submitted_at"]), row["decision"]["action_label"] if row["decision"] else "")
        for row in deps().registrations.revisions(guard.token(), registration_id)
    ]
    threads = thread_views(deps().casework.threads(guard.token(), registration_id), guard.account().id)
    return render_template(
        "registration.html",
        threads=threads,
        threads_by=by_place(threads),
        sheets=sheet_views(deps().casework.sheets(guard.token(), registration_id)),
        view=registration_view(registration),
        life=standing_view(registration),
        revisions=revisions,
    )


@bp.post(f"{ONE}/<any(withdrawal, resumption):act>")
@signed_in(APPLICANTS)
def take(registration_id: str, act: str) -> AnyResponse:
    """Withdraw, or take up again."""
    action, done = SIMPLE_ACTIONS[act]
    deps().registrations.act(guard.token(), registration_id, posted_version(), action, {})
    return redirect(url_for("registrations.show", registration_id=registration_id, done=done), 303)


@bp.get(f"{ONE}/print")
@signed_in(READERS_OF_REGISTRATIONS)
def print_form(registration_id: str) -> Response:
    """Give out the form as PDF."""
    streamed = deps().registrations.print(guard.token(), registration_id)
    return Response(streamed.chunks, headers=dict(streamed.headers))


@bp.get(f"{ONE}/revisions/<int:no>")
@signed_in(READERS_OF_REGISTRATIONS)
def revision(registration_id: str, no: int) -> str:
    """Show a revision as it was submitted, and what changed since another one."""
    shown = deps().registrations.revision(guard.token(), registration_id, no)
    against = _against(no)
    changes = deps().registrations.diff(guard.token(), registration_id, no, against) if against else ()
    registration = deps().registrations.get(guard.token(), registration_id)
    return render_template(
        "revision.html",
        view=registration_view(registration),
        no=no,
        against=against,
        submitted_at=moment(shown["submitted_at"]),
        parts=form_parts(shown["form"], deps().divisions.name_of(str(shown["form"].get("division") or ""))),
        materials=[(slot, shown["materials"][slot.key]) for slot in SLOTS if shown["materials"].get(slot.key)],
        shown_decision=decision_view(shown["review"]),
        changes=change_views(changes),
    )


def _against(no: int) -> int:
    """Return the revision to compare with: the one asked for, or the one before."""
    text = request.args.get("against", str(no - 1))
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise Malformed
    return int(text)

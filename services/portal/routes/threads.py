"""The page on which people talk about a registration, place by place."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.model.casework import ThreadAnswer
from services.portal.policy import DEPARTMENTS, READERS_OF_REGISTRATIONS
from services.portal.presenters.places import places_for
from services.portal.presenters.registration import registration_view
from services.portal.presenters.threads import VISIBILITIES, thread_views
from services.portal.routes import guard
from services.portal.routes.guard import deps, signed_in
from shared.errors import Invalid
from shared.identity.actor import Role

bp = Blueprint("threads", __name__, url_prefix="/registrations/<id:registration_id>/threads")

LONGEST = 2000
TALKERS = DEPARTMENTS | {Role.MINISTRY, Role.OPERATOR}
OPENERS = DEPARTMENTS | {Role.MINISTRY}


@bp.get("")
@signed_in(READERS_OF_REGISTRATIONS)
def show(registration_id: str) -> str:
    """Show all threads; those that are new count as read from now on."""
    return _page(registration_id, at=request.args.get("at", ""))


@bp.post("")
@signed_in(OPENERS)
def begin(registration_id: str) -> tuple[str, int] | Response:
    """Begin a thread; the page's key makes a second click harmless."""
    at, visibility, text = request.form.get("at", ""), request.form.get("visibility", ""), _text()
    try:
        opened = deps().casework.open_thread(
            guard.token(), registration_id, request.form.get("key", ""), visibility, at, text
        )
    except Invalid as error:
        return _page(registration_id, at=at, text=text, visibility=visibility, fault=_words(error)), 422
    return _to(registration_id, opened["id"])


@bp.post("/<id:thread_id>/messages")
@signed_in(TALKERS)
def answer(registration_id: str, thread_id: str) -> tuple[str, int] | Response:
    """Add a message."""
    text = _text()
    try:
        deps().casework.answer(guard.token(), registration_id, thread_id, request.form.get("key", ""), text)
    except Invalid as error:
        return _page(registration_id, answering=thread_id, text=text, fault=_words(error)), 422
    return _to(registration_id, thread_id)


@bp.post("/<id:thread_id>/<any(resolution, reopening):outcome>")
@signed_in(OPENERS)
def resolve(registration_id: str, thread_id: str, outcome: str) -> Response:
    """Close a thread, or open it again."""
    key = request.form.get("key", "")
    deps().casework.resolve(guard.token(), registration_id, thread_id, key, is_resolved=outcome == "resolution")
    return _to(registration_id, thread_id)


def _page(
    registration_id: str, *, at: str = "", text: str = "", visibility: str = "", answering: str = "", fault: str = ""
) -> str:
    registration = deps().registrations.get(guard.token(), registration_id)
    threads = deps().casework.threads(guard.token(), registration_id)
    account = guard.account()
    places = places_for(internal_too=account.role in OPENERS)
    view = registration_view(registration)
    page = render_template(
        "threads.html",
        view=view,
        threads=thread_views(threads, account.id),
        can_begin=account.role in OPENERS,
        may_tell=account.role in DEPARTMENTS,
        places=places,
        at=at if at in dict(places) else "",
        text=text,
        visibility=visibility,
        visibilities=tuple(VISIBILITIES.items()),
        answering=answering,
        fault=fault,
        new_key=deps().secrets.new,
    )
    _mark_read(registration_id, threads)
    return page


def _mark_read(registration_id: str, threads: list[ThreadAnswer]) -> None:
    for thread in threads:
        if thread["unread"]:
            last = len(thread["messages"])
            deps().casework.mark_read(guard.token(), registration_id, thread["id"], last)


def _text() -> str:
    return request.form.get("text", "").replace("\r\n", "\n").strip()


def _words(error: Invalid) -> str:
    return "".join(dict.fromkeys(problem.message for problem in error.problems)) or error.message


def _to(registration_id: str, thread_id: str) -> Response:
    return redirect(url_for("threads.show", registration_id=registration_id, _anchor=f"t-{thread_id}"), 303)

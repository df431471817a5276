"""The page on which people talk about a registration, place by place."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from services.portal.policy import DEPARTMENTS, READERS_OF_REGISTRATIONS
from services.portal.presenters.places import places_for
from services.portal.presenters.registration import registration_view
from services.portal.presenters.threads import VISIBILITIES, TalkPage
from services.portal.routes import guard
from services.portal.routes.guard import deps, signed_in
from services.portal.routes.talk import Typed, mark_all_read, talk_page, typed_text, words_of
from shared.errors import Invalid
from shared.identity.actor import Role

bp = Blueprint("threads", __name__, url_prefix="/registrations/<id:registration_id>/threads")

TALKERS = DEPARTMENTS | {Role.MINISTRY, Role.OPERATOR}
OPENERS = DEPARTMENTS | {Role.MINISTRY}


@bp.get("")
@signed_in(READERS_OF_REGISTRATIONS)
def show(registration_id: str) -> str:
    """Show all threads; those that are new count as read from now on."""
    return _page(registration_id, Typed(at=request.args.get("at", "")))


@bp.post("")
@signed_in(OPENERS)
def begin(registration_id: str) -> tuple[str, int] | Response:
    """Begin a thread; the page's key makes a second click harmless."""
    at, visibility, text = request.form.get("at", ""), request.form.get("visibility", ""), typed_text()
    try:
        opened = deps().casework.open_thread(
            guard.token(), registration_id, request.form.get("key", ""), visibility, at, text
        )
    except Invalid as error:
        return _page(registration_id, Typed(at, text, visibility, fault=words_of(error))), 422
    return _to(registration_id, opened["id"])


@bp.post("/<id:thread_id>/messages")
@signed_in(TALKERS)
def answer(registration_id: str, thread_id: str) -> tuple[str, int] | Response:
    """Add a message."""
    text = typed_text()
    try:
        deps().casework.answer(guard.token(), registration_id, thread_id, request.form.get("key", ""), text)
    except Invalid as error:
        return _page(registration_id, Typed(text=text, answering=thread_id, fault=words_of(error))), 422
    return _to(registration_id, thread_id)


@bp.post("/<id:thread_id>/<any(resolution, reopening):outcome>")
@signed_in(OPENERS)
def resolve(registration_id: str, thread_id: str, outcome: str) -> Response:
    """Close a thread, or open it again."""
    key = request.form.get("key", "")
    deps().casework.resolve(guard.token(), registration_id, thread_id, key, is_resolved=outcome == "resolution")
    return _to(registration_id, thread_id)


def _page(registration_id: str, typed: Typed) -> str:
    token, role = guard.token(), guard.account().role
    view = registration_view(deps().registrations.get(token, registration_id))
    threads = deps().casework.threads(token, registration_id)
    links = [(url_for("registrations.show", registration_id=view.id), "← 回到注册页面")]
    if "save_review" in view.actions:
        links.append((url_for("reviews.show", registration_id=view.id), "回到审核"))
    talk = TalkPage(
        view.name, view.operator, view.badge, tuple(links), url_for("threads.show", registration_id=registration_id)
    )
    begins = [each for each in VISIBILITIES.items() if each[0] == "internal" or role in DEPARTMENTS]
    places = places_for(internal_too=role in OPENERS)
    page = talk_page(talk, threads, places, begins if role in OPENERS else (), typed)
    mark_all_read(threads, lambda thread_id, no: deps().casework.mark_read(token, registration_id, thread_id, no))
    return page


def _to(registration_id: str, thread_id: str) -> Response:
    return redirect(url_for("threads.show", registration_id=registration_id, _anchor=f"t-{thread_id}"), 303)

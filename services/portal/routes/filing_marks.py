"""Marks for follow-up, and who of the department takes a filing on."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.policy import READERS_OF_QUEUES
from services.portal.presenters.review_casework import mark_views, workload_view
from services.portal.routes import guard
from services.portal.routes.filing_list import filter_of
from services.portal.routes.filing_talk import talk_about
from services.portal.routes.guard import deps, posted_version, signed_in
from services.portal.routes.talk import Typed, typed_text, words_of
from shared.errors import Invalid

bp = Blueprint("filing_marks", __name__, url_prefix="/filings")

STATES = {"open": "待核查", "done": "已核查"}


@bp.get("/marks")
@signed_in(READERS_OF_QUEUES)
def list_all() -> str:
    """List the marks of the department, those to be looked at unless asked otherwise."""
    chosen, state, cursor = filter_of({}), request.args.get("state", "open"), request.args.get("cursor", "")
    state = state if state in STATES else ""
    wanted = {**chosen.query, **({"state": state} if state else {})}
    marks, next_cursor = deps().filing_casework.all_marks(guard.token(), wanted, cursor)
    return render_template(
        "filed/marks.html",
        marks=mark_views(marks),
        filter=chosen,
        state=state,
        states=tuple(STATES.items()),
        next_cursor=next_cursor,
        is_first=not cursor,
        new_key=deps().secrets.new,
    )


@bp.post("/<id:filing_id>/marks")
@signed_in(READERS_OF_QUEUES)
def mark(filing_id: str) -> tuple[str, int] | Response:
    """Mark a value; the page's key makes a second click harmless."""
    at, note = request.form.get("at", ""), typed_text("note")
    try:
        deps().filing_casework.mark(guard.token(), filing_id, request.form.get("key", ""), at, note)
    except Invalid as error:
        return talk_about(filing_id, Typed(at=at, note=note, fault=words_of(error))), 422
    return redirect(url_for("filing_reviews.show", filing_id=filing_id, done="value_marked", _anchor="marks"), 303)


@bp.post("/<id:filing_id>/marks/<id:mark_id>/<any(settlement, reopening):turn>")
@signed_in(READERS_OF_QUEUES)
def settle(filing_id: str, mark_id: str, turn: str) -> Response:
    """Note that a mark is dealt with, or not after all; then go back to where that was said."""
    key, is_done = request.form.get("key", ""), turn == "settlement"
    deps().filing_casework.settle(guard.token(), filing_id, mark_id, key, is_done=is_done)
    if request.form.get("from") == "list":
        return redirect(url_for("filing_marks.list_all", state="open" if is_done else "done"), 303)
    return redirect(url_for("filing_reviews.show", filing_id=filing_id, _anchor="marks"), 303)


@bp.post("/<id:filing_id>/assignment")
@signed_in(READERS_OF_QUEUES)
def assign(filing_id: str) -> Response:
    """Give a filing that waits to somebody of the department, or take it back."""
    assignee = request.form.get("assignee", "")
    deps().filing_casework.assign(guard.token(), filing_id, posted_version(), assignee or None)
    done = "filing_assigned" if assignee else "filing_unassigned"
    return redirect(url_for("filing_reviews.show", filing_id=filing_id, done=done), 303)


@bp.get("/workload")
@signed_in(READERS_OF_QUEUES)
def workload() -> str:
    """Show who of the department has how much."""
    token = guard.token()
    return render_template(
        "filed/workload.html", load=workload_view(deps().filing_casework.workload(token), deps().reviewers.list(token))
    )

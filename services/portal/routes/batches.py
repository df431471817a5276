"""Decisions on many filings at once: what was chosen and the words, how far it is, what became of each."""

from __future__ import annotations

import re

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from services.portal.policy import READERS_OF_QUEUES
from services.portal.presenters.batches import TITLES, Typed, batch_view, item_views, missing, refused
from services.portal.presenters.fields import ErrorLink
from services.portal.routes import guard
from services.portal.routes.guard import deps, signed_in
from services.portal.routes.review_queue import narrowed
from shared.errors import Invalid, NotAllowed, NotFound

bp = Blueprint("batches", __name__, url_prefix="/filings/batches")

ROWS = 20
CHOSEN = re.compile(r"[0-9a-z-]{8,64}:[1-9][0-9]{0,8}")
KEY = re.compile(r"[A-Za-z0-9._:-]{8,128}")
OUTCOMES = {"done": "已办理", "refused": "未办理", "waiting": "尚未办理"}


@bp.get("")
@signed_in(READERS_OF_QUEUES)
def show_all() -> str:
    """Show the department's batches, the newest first."""
    cursor = request.args.get("cursor", "")
    found, next_cursor = deps().queue.batches(guard.token(), cursor, ROWS)
    rows = tuple(map(batch_view, found))
    return render_template("filed/batches.html", rows=rows, next_cursor=next_cursor, is_first=not cursor)


@bp.post("/new")
@signed_in(READERS_OF_QUEUES)
def prepare() -> str | tuple[str, int]:
    """Show what was ticked in the queue, and ask for the words of the decision."""
    typed = _typed()
    if typed.action not in TITLES:
        raise NotFound
    faults = () if typed.items or typed.is_all else (ErrorLink("chosen", "没有选中报表。请回到审核列表勾选。"),)
    page = _page(typed, faults)
    return (page, 422) if faults else page


@bp.post("")
@signed_in(READERS_OF_QUEUES)
def begin() -> AnyResponse | tuple[str, int]:
    """Begin the batch; what can't be sent is shown again with the reason, as it was typed."""
    typed = _typed()
    if typed.action not in TITLES:
        raise NotFound
    faults = missing(typed)
    if faults:
        return _page(typed, faults), 422
    key = request.form.get("key", "")
    try:
        batch = deps().queue.begin_batch(guard.token(), key if KEY.fullmatch(key) else deps().secrets.new(), typed.body)
    except (Invalid, NotAllowed) as error:
        return _page(typed, refused(error.problems, error.message)), 422 if isinstance(error, Invalid) else 403
    return redirect(url_for("batches.show", batch_id=batch["id"]), 303)


@bp.get("/<id:batch_id>")
@signed_in(READERS_OF_QUEUES)
def show(batch_id: str) -> Response:
    """Show how far a batch is and what became of each filing; the page loads itself again until all is done."""
    view = batch_view(deps().queue.batch(guard.token(), batch_id))
    outcome = request.args.get("outcome", "")
    outcome = outcome if outcome in OUTCOMES else ""
    after = request.args.get("after", "")
    found = deps().queue.items(guard.token(), batch_id, outcome, int(after) if after.isdecimal() else 0)
    page = render_template(
        "filed/batch.html",
        view=view,
        items=item_views(found["items"]),
        next_after=found["next_after"],
        outcome=outcome,
        outcomes=OUTCOMES,
    )
    answer = Response(page)
    if view.is_under_way:
        answer.headers["Refresh"] = "2"
    return answer


@bp.get("/<id:batch_id>/results.xlsx")
@signed_in(READERS_OF_QUEUES)
def results(batch_id: str) -> Response:
    """Give what became of the filings out as a workbook."""
    streamed = deps().queue.results(guard.token(), batch_id)
    return Response(streamed.chunks, headers=dict(streamed.headers))


def _typed() -> Typed:
    form = request.form
    items = tuple(dict.fromkeys(each for each in form.getlist("items") if CHOSEN.fullmatch(each)))
    return Typed(
        action=form.get("action", ""),
        items=items,
        is_all=form.get("scope") == "all",
        narrowed=narrowed(),
        as_of=form.get("as_of", "")[:40],
        count=form.get("count", "")[:20],
        text=form.get("text", "").replace("\r\n", "\n").strip(),
        signatory=form.get("signatory", guard.account().display_name).strip(),
        reason_code=form.get("reason_code", ""),
        with_queries=form.get("with_queries") == "true",
    )


def _page(typed: Typed, errors: tuple[ErrorLink, ...] = ()) -> str:
    key = request.form.get("key", "")
    return render_template(
        "filed/batch_new.html",
        typed=typed,
        kept=typed.narrowed,
        key=key if KEY.fullmatch(key) else deps().secrets.new(),
        errors=errors,
    )

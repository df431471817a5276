"""The department's queue of filings, and the page on which one is judged."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.model.filing import FilingAnswer
from services.portal.model.queue import WayAnswer
from services.portal.policy import CLOSERS, READERS_OF_QUEUES
from services.portal.presenters.fields import ErrorLink
from services.portal.presenters.filed import filed_view
from services.portal.presenters.filing_review import APPROVE, RETURN, Marks, missing, refused, review_view
from services.portal.presenters.outliers import OutliersView, outliers_view
from services.portal.presenters.printing import print_sections
from services.portal.presenters.sheet_of_form import anchor_of
from services.portal.presenters.survey import validity_view
from services.portal.routes import guard
from services.portal.routes.classification import classified
from services.portal.routes.errors import is_script
from services.portal.routes.filing_casework import beside_review
from services.portal.routes.filing_comparing import compared
from services.portal.routes.filing_reach import reach_of_correction
from services.portal.routes.filing_versions import filing_and_form, rows_of
from services.portal.routes.guard import deps, posted_version, signed_in
from services.portal.routes.review_queue import narrowed, queue_page
from services.portal.routes.review_queue import place as queue_place
from shared.errors import Conflict, Invalid, NotFound, StaleVersion, TooManyRequests

bp = Blueprint("filing_reviews", __name__, url_prefix="/filings")

ONE = "/<id:filing_id>"
MOST_POINTERS = 100

MEANWHILE = "此表刚在别处更新，下面是您刚填写的内容，尚未提交。请核对后再提交。"
CLOSED = "此表的状态已经改变，刚填写的审核意见没有提交。"
TICKED = "核对进度已保存。"
TOO_MANY = "指明的项目过多，请改为退回全表。"
DONE = {APPROVE: "filing_approved", RETURN: "filing_returned"}


@bp.get("/review")
@signed_in(READERS_OF_QUEUES)
def queue() -> str:
    """Show what waits for the department, or everything that was submitted in its area."""
    return queue_page()


@bp.get(f"{ONE}/review")
@signed_in(READERS_OF_QUEUES)
def show(filing_id: str) -> str | Response:
    """Show a filing to be judged: the form, what to look at, the evidence, and what is new; `at` leads on to a field."""
    if at := request.args.get("at", ""):
        address: dict[str, Any] = {**narrowed(), "filing_id": filing_id, "_anchor": anchor_of(at)}
        return redirect(url_for("filing_reviews.show", **address), 303)
    return _page(filing_id)


@bp.post(f"{ONE}/review")
@signed_in(READERS_OF_QUEUES)
def decide(filing_id: str) -> tuple[str, int] | Response:
    """Approve the filing, or return it with reasons; then go on to the next one that waits.

    What can't be sent is shown again with the reason, as it was typed.
    """
    go = request.form.get("go", "")
    if go not in DONE:
        raise NotFound
    marks = _marks()
    filing, _ = filing_and_form(filing_id)
    version = deps().filings.version(guard.token(), filing_id, filing["revision"])
    faults = missing(go, marks, version["noted"])
    if len(marks.pointers) > MOST_POINTERS:
        faults = (*faults, ErrorLink("reason", TOO_MANY))
    if faults:
        return _page(filing_id, marks, faults), 422
    way = _way(filing_id)
    signed = {"signatory": marks.signatory}
    body: dict[str, object] = {"opinion": marks.opinion, **signed}
    if go == RETURN:
        body = {"reason_code": marks.reason_code, "reason": marks.reason, "pointers": [*marks.pointers], **signed}
    try:
        _keep_ticks(filing, marks)
        deps().filings.act(guard.token(), filing_id, posted_version(), "approve" if go == APPROVE else "return", body)
    except StaleVersion:
        return _page(filing_id, marks, notice=MEANWHILE), 412
    except Invalid as error:
        return _page(filing_id, marks, refused(error.problems, error.message, go)), 422
    except Conflict as error:
        return _page(filing_id, marks, notice=error.message), 409
    following = way["after"] or way["before"]
    address: dict[str, Any] = {**narrowed(), "done": DONE[go], "decided": filing_id}
    if following is None:
        return redirect(url_for("filing_reviews.queue", **address), 303)
    address |= {"filing_id": following["filing_id"], "place": following["place"]}
    return redirect(url_for("filing_reviews.show", **address), 303)


@bp.post(f"{ONE}/review/ticks")
@signed_in(READERS_OF_QUEUES)
def tick(filing_id: str) -> tuple[str, int]:
    """Keep what was ticked off so far, as the page's script does at each tick and its button without scripts."""
    marks = _marks()
    try:
        deps().filings.tick(guard.token(), filing_id, posted_version(), marks.seen)
    except (StaleVersion, Conflict) as error:
        if is_script():
            raise
        notice = MEANWHILE if isinstance(error, StaleVersion) else error.message
        return _page(filing_id, marks, notice=notice), 412 if isinstance(error, StaleVersion) else 409
    return ("", 204) if is_script() else (_page(filing_id, marks, notice=TICKED), 200)


@bp.post(f"{ONE}/undo")
@signed_in(READERS_OF_QUEUES)
def undo(filing_id: str) -> Response:
    """Take a decision back before the unit acts on it."""
    deps().filings.act(guard.token(), filing_id, posted_version(), "undo", {})
    address: dict[str, Any] = {**narrowed(), "done": "filing_undone"}
    return redirect(url_for("filing_reviews.show", filing_id=filing_id, **address), 303)


@bp.post(f"{ONE}/finalisation")
@signed_in(CLOSERS)
def finalise(filing_id: str) -> Response | tuple[str, int]:
    """Settle a filing for good by itself, once its period has been closed."""
    try:
        deps().filings.act(guard.token(), filing_id, posted_version(), "finalise", {})
    except Conflict as error:
        return _page(filing_id, notice=error.message), 409
    address: dict[str, Any] = {**narrowed(), "done": "filing_settled"}
    return redirect(url_for("filing_reviews.show", filing_id=filing_id, **address), 303)


def _keep_ticks(filing: FilingAnswer, marks: Marks) -> None:
    """Keep what was ticked off with the decision itself, where it was not kept before."""
    if set(marks.seen) != set(filing["seen"]):
        deps().filings.tick(guard.token(), filing["id"], posted_version(), marks.seen)


def _page(filing_id: str, typed: Marks | None = None, errors: tuple[ErrorLink, ...] = (), notice: str = "") -> str:
    filing, form = filing_and_form(filing_id)
    token, no = guard.token(), filing["revision"]
    version = deps().filings.version(token, filing_id, no)
    view = review_view(filing, version, form, typed, guard.account().display_name)
    if typed and notice and not view.can_decide:
        notice = CLOSED
    edition = deps().survey.edition(filing["edition"])
    place = {"place": here} if (here := queue_place()) else {}
    return render_template(
        "filed/review.html",
        filed=filed_view(filing, form),
        view=view,
        rows=rows_of(filing, form, no, version["rows"]),
        sections=print_sections(form, version["rows"]),
        no=no,
        comparison=compared(filing, form, version),
        **beside_review(filing, form, can_decide=view.can_decide),
        record=classified(filing, version),
        validity=validity_view(edition, deps().filings.decisions(token), filing["period"]),
        way=_way(filing_id),
        outliers=_outliers(filing),
        reach=reach_of_correction(filing),
        kept=narrowed(),
        here={**narrowed(), **place},
        decided=request.args.get("decided", ""),
        errors=errors,
        notice=notice,
    )


def _marks() -> Marks:
    typed = request.form
    return Marks(
        opinion=_paragraph("opinion"),
        reason_code=typed.get("reason_code", ""),
        reason=_paragraph("reason"),
        signatory=typed.get("signatory", "").strip(),
        pointers=tuple(dict.fromkeys(typed.getlist("pointers"))),
        seen=tuple(dict.fromkeys(typed.getlist("seen"))),
    )


def _paragraph(name: str) -> str:
    return request.form.get(name, "").replace("\r\n", "\n").strip()


def _way(filing_id: str) -> WayAnswer:
    """Return what is before and after a filing in the queue, from the place at which it was opened."""
    wanted = {**narrowed(), "place": queue_place()}
    return deps().queue.way(guard.token(), filing_id, {name: value for name, value in wanted.items() if value})


def _outliers(filing: FilingAnswer) -> OutliersView | None:
    """Return what is unusual in a filing that waits; the page does without it where it is asked for too often."""
    if filing["state"] != "submitted":
        return None
    try:
        return outliers_view(deps().queue.outliers(guard.token(), filing["id"]))
    except TooManyRequests:
        return None

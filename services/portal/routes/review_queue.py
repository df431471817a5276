"""The department's queue of filings: narrowed, in an order, and with boxes to decide on many at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.model.filing_words import SUBMITTED_STATES
from services.portal.policy import READERS_OF_QUEUES
from services.portal.presenters.filed import filed_rows
from services.portal.presenters.queue import (
    INFLUENCE,
    LATE,
    NAMES,
    ORDERS,
    QUERIES,
    QueueRowView,
    explained,
    influential_rows,
    queue_rows,
    queue_view,
)
from services.portal.routes import guard
from services.portal.routes.filing_list import PERIOD, filter_of
from services.portal.routes.guard import deps, signed_in
from shared.errors import Invalid, NotFound
from shared.identity.actor import Role

bp = Blueprint("review_queue", __name__, url_prefix="/filings/review")

ROWS = 20
LONGEST_PLACE = 200
FLAGS = ("", "true", "false")


def queue_page() -> str:
    """Return the page of what waits for the department, or of everything that was submitted in its area."""
    return _everything() if request.args.get("scope") == "all" else _waiting()


@bp.post("/unit")
@signed_in(READERS_OF_QUEUES)
def find_unit() -> Response | tuple[str, int]:
    """Narrow the queue to a unit by its whole name or credit code, which stay out of the address."""
    text = request.form.get("text", "").strip()
    chosen = {name: value for name, value in narrowed().items() if name != "unit"}
    try:
        found = deps().queue.find_units(guard.token(), text) if text else ()
    except Invalid:
        found = ()
    if not found:
        return _waiting(chosen, searched=text), 404
    address: dict[str, Any] = {**chosen, "unit": found[0]["id"]}
    return redirect(url_for("filing_reviews.queue", scope="waiting", **address), 303)


def narrowed() -> dict[str, str]:
    """Return by what the page's address, or the form that was sent, narrows and orders the queue."""
    given = request.values
    checks = {
        "form": given.get("form", "") in dict(filter_of({}).forms),
        "period": bool(PERIOD.fullmatch(given.get("period", "").strip())),
        "division": given.get("division", "").isdecimal() and len(given.get("division", "")) == 6,
        "late": given.get("late") in LATE,
        "queries": given.get("queries") in QUERIES,
        "unit": 0 < len(given.get("unit", "")) <= 40,
        "mine": given.get("mine") == "true",
        "order": given.get("order") in ORDERS,
    }
    return {name: given.get(name, "").strip() for name in NAMES if checks[name]}


def place() -> str:
    """Return the place in the queue that the page's address carries, '' where it carries none."""
    found = request.args.get("place", "")
    return found if len(found) <= LONGEST_PLACE else ""


def _everything() -> str:
    chosen = filter_of(SUBMITTED_STATES)
    cursor = request.args.get("cursor", "")
    rows, next_cursor = deps().filings.list(guard.token(), chosen.query, cursor, ROWS)
    return render_template(
        "filed/everything.html",
        rows=filed_rows(rows),
        filter=chosen,
        kept={name: value for name, value in chosen.query.items() if name != "state"},
        next_cursor=next_cursor,
        is_first=not cursor,
    )


def _waiting(chosen: dict[str, str] | None = None, searched: str = "") -> str:
    chosen = narrowed() if chosen is None else chosen
    cursor, token = request.args.get("cursor", ""), guard.token()
    page = _page(token, chosen, cursor)
    view = queue_view(chosen, deps().queue.facets(token, chosen), _unit_name(chosen.get("unit", "")))
    account = guard.account()
    return render_template(
        "filed/queue.html",
        rows=page.rows,
        explained=page.explained,
        view=view,
        kept=chosen,
        count=page.count,
        is_more=page.is_more,
        as_of=page.as_of,
        next_cursor=page.next_cursor,
        is_first=not cursor,
        searched=searched,
        divisions=deps().divisions.below(account.division or "") if account.role is not Role.MINISTRY else (),
        late=LATE,
        queries=QUERIES,
    )


@dataclass(frozen=True)
class _Page:
    """A page of the queue; `explained` says what the first of it matter, where it is in that order."""

    rows: tuple[QueueRowView, ...]
    count: int
    is_more: bool
    as_of: str
    next_cursor: str = ""
    explained: str = ""


def _page(token: str, chosen: dict[str, str], cursor: str) -> _Page:
    now = deps().clock.now()
    if chosen.get("order") == INFLUENCE:
        found = deps().queue.by_influence(token, chosen)
        rows = influential_rows(found["items"], now)
        return _Page(rows, found["count"], found["is_more"], found["as_of"], explained=explained(found))
    page = deps().queue.page(token, chosen, cursor, ROWS)
    rows = queue_rows(page["items"], now)
    return _Page(rows, page["count"], page["is_more"], page["as_of"], page["next_cursor"])


def _unit_name(unit_id: str) -> str:
    if not unit_id:
        return ""
    try:
        basics = deps().filings.unit(guard.token(), unit_id)["basics"]
    except NotFound:
        return ""
    return next((each["value"] for each in basics if each["name"] == "name"), "")

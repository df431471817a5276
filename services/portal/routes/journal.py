"""The journal of what crosses the border: how its chains stand, its entries, the anchors, the container that proves it."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from services.portal.model.proof import CheckAnswer
from services.portal.policy import EXPORTERS_OF_JOURNAL, READERS_OF_JOURNAL
from services.portal.presenters import proof as views
from services.portal.presenters.words import moment
from services.portal.routes import guard
from services.portal.routes.filing_versions import passed_on
from services.portal.routes.guard import deps, signed_in
from shared.clock import local_date
from shared.errors import Invalid, Malformed

bp = Blueprint("journal", __name__, url_prefix="/journal")

Page = str | tuple[str, int]
NARROWED = ("partner", "route", "message_id", "since", "until")
WRONG_DAYS = "请填写先后有序、不超过 366 天的起止日期；报文编号为 32 位。"


@bp.get("")
@signed_in(READERS_OF_JOURNAL)
def show() -> Page:
    """Show how the chains stand, the last anchors, and the entries that are asked for."""
    return _page()


@bp.get("/check")
@signed_in(READERS_OF_JOURNAL)
def check() -> Page:
    """Have the chain of a partner followed over some days, and show how it ended."""
    wanted = _wanted()
    since, until = _days(wanted)
    try:
        checked = deps().proof.check(guard.token(), wanted["partner"], since, until)
    except (Invalid, Malformed):
        return _page(WRONG_DAYS)
    return _page(checked=checked)


@bp.get("/container")
@signed_in(EXPORTERS_OF_JOURNAL)
def container() -> Response | Page:
    """Give out the container of some days; that it was taken is recorded."""
    wanted = _wanted()
    since, until = _days(wanted)
    try:
        return passed_on(deps().proof.container(guard.token(), wanted["partner"], since, until))
    except (Invalid, Malformed):
        return _page(WRONG_DAYS)


def _page(fault: str = "", checked: CheckAnswer | None = None) -> Page:
    wanted = _wanted()
    since, until = _days(wanted)
    found = deps().proof.chains(guard.token())
    entries: tuple[views.EntryView, ...] = ()
    anchors: tuple[views.AnchorView, ...] = ()
    next_cursor = ""
    try:
        page = deps().proof.entries(guard.token(), wanted, request.args.get("cursor", ""))
        entries, next_cursor = views.entry_views(page["items"]), page["next_cursor"]
        anchors = views.anchor_views(deps().proof.anchors(guard.token(), since, until))
    except (Invalid, Malformed):
        fault = fault or WRONG_DAYS
    html = render_template(
        "exchange/journal.html",
        chains=[views.chain_view(chain) for chain in found["items"]],
        stuck_since=moment(found["stuck_since"]) if found["stuck_since"] else "",
        partners=views.PARTNERS,
        wanted=wanted,
        since=since,
        until=until,
        entries=entries,
        anchors=anchors,
        next_cursor=next_cursor,
        fault=fault,
        checked=views.check_badge(checked) if checked else None,
        may_export=guard.account().role in EXPORTERS_OF_JOURNAL,
    )
    return (html, 422) if fault else html


def _wanted() -> dict[str, str]:
    """Return what the list is narrowed to; without a partner it is the 名录库."""
    given = {name: request.args.get(name, "").strip() for name in NARROWED}
    wanted = {name: text for name, text in given.items() if text}
    return {**wanted, "partner": given["partner"] if given["partner"] in views.PARTNERS else "directory"}


def _days(wanted: dict[str, str]) -> tuple[str, str]:
    first, last = views.usual_days(local_date(deps().clock.now()))
    return wanted.get("since", first), wanted.get("until", last)

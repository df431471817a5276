"""Completeness (报送完整性): counts by division with bars, a trend, and who has not filed, to be urged or given out."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from services.portal.model.completeness import CompletenessAnswer, MissingPage, PointAnswer
from services.portal.policy import READERS_OF_QUEUES
from services.portal.presenters import completeness as views
from services.portal.routes import guard
from services.portal.routes.filing_versions import passed_on
from services.portal.routes.guard import deps, signed_in
from shared.clock import local_date
from shared.codes import divisions
from shared.errors import Invalid, Malformed, NotFound
from shared.identity.actor import COUNTRY

bp = Blueprint("completeness", __name__, url_prefix="/completeness")

NOT_FOUND = "没有这张报表，或这个行政区划不在您的范围内。"


@bp.get("")
@signed_in(READERS_OF_QUEUES)
def show() -> str | tuple[str, int]:
    """Show how complete a form of a period is in a division, by what is below it."""
    chosen, asked = _asked()
    answer: CompletenessAnswer | None = None
    points: list[PointAnswer] = []
    fault, status = "", 200
    try:
        answer = deps().completeness.show(guard.token(), asked)
        points = deps().completeness.trend(guard.token(), asked)
    except (Invalid, NotFound) as error:
        fault, status = _fault(error)
    rows = views.lines(answer) if answer else ()
    page = render_template(
        "completeness/page.html",
        chosen=chosen,
        asked=asked,
        answer=answer,
        rows=rows,
        total=views.total_line(answer) if answer else None,
        above=_above(asked["division"]),
        columns=views.columns(points),
        height=views.chart_height(rows),
        shape=views,
        fault=fault,
    )
    return (page, status) if fault else page


@bp.get("/missing")
@signed_in(READERS_OF_QUEUES)
def missing() -> str | tuple[str, int]:
    """Show who has not filed, with whom to call; ticked ones can be urged."""
    chosen, asked = _asked()
    asked |= _narrowed()
    found: MissingPage = {"items": [], "next_cursor": ""}
    fault, status = "", 200
    try:
        found = deps().completeness.missing(guard.token(), asked, request.args.get("cursor", ""))
    except (Invalid, NotFound, Malformed) as error:
        fault, status = _fault(error)
    page = render_template(
        "completeness/missing.html",
        chosen=chosen,
        asked=asked,
        rows=views.missing_views(found["items"]),
        next_cursor=found["next_cursor"],
        place=_name(asked["division"]),
        standings=views.STANDINGS,
        fault=fault,
    )
    return (page, status) if fault else page


@bp.get("/missing/export")
@signed_in(READERS_OF_QUEUES)
def export_missing() -> Response:
    """Give out who has not filed as a workbook."""
    _, asked = _asked()
    return passed_on(deps().completeness.export_missing(guard.token(), asked | _narrowed()))


def _asked() -> tuple[views.Choices, dict[str, str]]:
    """Return what can be chosen, and what the filing service is asked."""
    form, period, division = (request.args.get(name, "").strip() for name in ("form", "period", "division"))
    today = local_date(deps().clock.now())
    chosen = views.choices(deps().survey.editions(), form, period, today)
    own = guard.account().division or COUNTRY
    return chosen, {"form": chosen.form, "period": chosen.period, "division": division or own}


def _narrowed() -> dict[str, str]:
    standing = request.args.get("standing", "")
    is_overdue = request.args.get("overdue", "") == "true"
    return {**({"standing": standing} if standing else {}), **({"overdue": "true"} if is_overdue else {})}


def _above(division: str) -> tuple[tuple[str, str], ...]:
    """Return the divisions from the reader's own down to the one above, by code with their names."""
    own = guard.account().division or COUNTRY
    today = local_date(deps().clock.now())
    if divisions.find(division, today) is None:
        return ()
    path = divisions.path(division, today)
    above = path[1 : path.index(own) + 1] if own in path else ()
    return tuple((code, _name(code)) for code in reversed(above))


def _name(division: str) -> str:
    found = divisions.find_current(division)
    return found.name if found else division


def _fault(error: Invalid | NotFound | Malformed) -> tuple[str, int]:
    if isinstance(error, NotFound):
        return NOT_FOUND, 404
    said = "".join(dict.fromkeys(problem.message for problem in error.problems))
    return said or error.message, 422

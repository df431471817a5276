"""Published statistics as pages for everybody: the releases, what explains one, its tables with charts.

Nobody signs in for them and they hold no session: every reader gets the same bytes, which browsers and caches may keep.
"""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from services.portal.model.publications import BULLETIN, FORMATS, PublicationAnswer, ReleasedAnswer
from services.portal.presenters.bulletins import told_of
from services.portal.presenters.comparing import comparable, note_on
from services.portal.presenters.publications import list_view, released_view, year_before
from services.portal.presenters.table_sheets import WAN, YI, sheet_of
from services.portal.presenters.tables import Grid, grid_of
from services.portal.routes.guard import address, deps, open_page
from shared.errors import NotFound

bp = Blueprint("publications", __name__, url_prefix="/statistics")

everybody = open_page("what the ministry has published is for everybody", uses_session=False)

PAGE_SECONDS = 60
"""So old may a page be that says which version is the latest: as statistics itself says of its answers."""

IN_YI = frozenset({BULLETIN, "yearbook"})
"""Kinds of releases that the ministry publishes in 亿元."""


@bp.get("")
@everybody
def show() -> Response:
    """Show the releases of a year."""
    view = list_view(deps().publications.all(address()), request.args.get("year", ""))
    return _kept(render_template("statistics/publications.html", view=view))


@bp.get("/<id:release_id>")
@everybody
def read(release_id: str) -> Response:
    """Show what explains a release, its versions and its tables."""
    answer = deps().publications.release(release_id, address())
    view = released_view(answer, deps().publications.all(address()))
    told = told_of(_tables(answer)) if answer["kind"] == BULLETIN else ()
    return _kept(render_template("statistics/publication.html", view=view, formats=FORMATS, told=told))


@bp.get("/<id:release_id>/<id:code>")
@everybody
def table(release_id: str, code: str) -> Response:
    """Show a table with a chart, and growth where the year before is published too."""
    publications = deps().publications.all(address())
    answer = deps().publications.release(release_id, address())
    found = deps().publications.table(release_id, code, address())
    unit = YI if answer["kind"] in IN_YI else WAN
    grid = grid_of(found)
    sheet = sheet_of(grid, request.args, _before(answer, grid), unit)
    page = render_template(
        "statistics/published_table.html",
        view=released_view(answer, publications),
        described=next(each for each in answer["tables"] if each["code"] == code),
        sheet=sheet,
        note=note_on(grid, answer["period"]) if sheet.has_growth else "",
        formats=FORMATS,
    )
    return _kept(page)


def _tables(answer: ReleasedAnswer) -> list[Grid]:
    return [grid_of(deps().publications.table(answer["id"], each["code"], address())) for each in answer["tables"]]


def _before(answer: PublicationAnswer, now: Grid) -> Grid | None:
    """Return the same table of the year before as this one is compared with it, None where it is not published."""
    earlier = year_before(answer, deps().publications.all(address()))
    if earlier is None:
        return None
    try:
        found = deps().publications.table(earlier["id"], now.code, address())
    except NotFound:
        return None  # a table that was not made then
    return comparable(grid_of(found), now, answer["period"])


def _kept(page: str) -> Response:
    """Return a page that may be kept for a moment, nothing of it to a reader who has the same already."""
    response = make_response(page)
    response.headers["Cache-Control"] = f"public, max-age={PAGE_SECONDS}"
    response.add_etag()
    response.make_conditional(request)
    return response

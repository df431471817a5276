"""Dashboards (统计看板): trend, structure, ranking and what review moved, for one's own division and those below."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from services.portal.model.dashboards import DashboardAnswer
from services.portal.policy import DEPARTMENTS, READERS_OF_DASHBOARDS
from services.portal.presenters.dashboards import choices, dashboard_view
from services.portal.routes import guard
from services.portal.routes.filing_versions import passed_on
from services.portal.routes.guard import deps, signed_in
from shared.clock import local_date
from shared.errors import Invalid, NotFound
from shared.identity.actor import COUNTRY
from shared.web.problems import status_of

bp = Blueprint("dashboards", __name__, url_prefix="/dashboard")

NOT_FOUND = "没有这个行政区划，或它不在您的范围内。"


@bp.get("")
@signed_in(READERS_OF_DASHBOARDS)
def show() -> str | tuple[str, int]:
    """Show the dashboard of one's own division, or of one below it, for a month."""
    today, own = local_date(deps().clock.now()), _own()
    chosen = choices(request.args, own, today)
    answer: DashboardAnswer | None = None
    fault, status = "", 200
    try:
        answer = deps().dashboards.show(guard.token(), chosen.division, chosen.period)
    except (Invalid, NotFound) as error:
        fault = NOT_FOUND if isinstance(error, NotFound) else "；".join(each.message for each in error.problems)
        status = status_of(error)
    page = render_template(
        "statistics/dashboard.html",
        chosen=choices(request.args, own, today, answer),
        view=dashboard_view(answer, chosen.measure) if answer else None,
        fault=fault,
    )
    return (page, status) if fault else page


@bp.get("/<id:division>/<id:period>/<id:panel>.<any('csv', 'workbook'):file_kind>")
@signed_in(READERS_OF_DASHBOARDS)
def panel_file(division: str, period: str, panel: str, file_kind: str) -> Response:
    """Give a panel out as a file."""
    return passed_on(deps().dashboards.panel_file(guard.token(), division, period, panel, file_kind))


def _own() -> str:
    account = guard.account()
    return (account.division or COUNTRY) if account.role in DEPARTMENTS else COUNTRY

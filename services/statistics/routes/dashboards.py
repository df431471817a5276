"""Dashboards: what a department sees of its division for a month, and each panel of it as a file."""

from __future__ import annotations

from flask import Response

from services.statistics.operations import dashboards
from services.statistics.policy import Permission
from services.statistics.routes.context import deps
from services.statistics.schemas.dashboards import (
    DashboardIn,
    DashboardOut,
    dashboard_body,
    panel_file,
)
from services.statistics.schemas.outgoing import Body
from services.statistics.schemas.table_files import TableFile
from shared.tabulation.texts import csv_blocks
from shared.tabulation.workbook import workbook_of
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import reading_call
from shared.web.files import attachment
from shared.web.openapi import BINARY

bp = Blueprint("dashboards", __name__, url_prefix="/dashboards", description="统计看板")

CSV = "text/csv"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/<string:division>")
@needs(Permission.READ_DASHBOARD)
@bp.arguments(DashboardIn, location="query")
@bp.response(200, DashboardOut)
def show(query: dict[str, str], division: str) -> Body:
    """Show a division for a month: trend, structure, ranking, growth and what review moved; small cells are masked."""
    shown = dashboards.show_dashboard(deps(), reading_call(), division, query["period"])
    return dashboard_body(shown, deps().panels, deps().tables)


@bp.get("/<string:division>/panels/<string:key>/csv")
@needs(Permission.READ_DASHBOARD)
@bp.arguments(DashboardIn, location="query")
@bp.response(200, BINARY, content_type=CSV)
def as_csv(query: dict[str, str], division: str, key: str) -> Response:
    """Download a panel as CSV, a number a line."""
    made = _file(division, query["period"], key)
    return attachment(csv_blocks(made.tables[0], made.nature), f"{key}-{division}-{made.period}.csv", CSV)


@bp.get("/<string:division>/panels/<string:key>/workbook")
@needs(Permission.READ_DASHBOARD)
@bp.arguments(DashboardIn, location="query")
@bp.response(200, BINARY, content_type=WORKBOOK)
def workbook(query: dict[str, str], division: str, key: str) -> Response:
    """Download a panel as a workbook."""
    made = _file(division, query["period"], key)
    return attachment(workbook_of(made), f"{key}-{division}-{made.period}.xlsx", WORKBOOK)


def _file(division: str, period: str, key: str) -> TableFile:
    return panel_file(*dashboards.show_panel(deps(), reading_call(), division, period, key), deps().tables)

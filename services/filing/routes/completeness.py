"""Completeness: counts by division, a trend, who has not filed, and that list as a workbook."""

from __future__ import annotations

from flask import Response, stream_with_context

from services.filing.operations import completeness, missing
from services.filing.operations.completeness import Question
from services.filing.policy import Permission
from services.filing.routes.context import XLSX, deps
from services.filing.schemas.completeness import (
    MISSING_COLUMNS,
    Body,
    CompletenessIn,
    CompletenessOut,
    MissingIn,
    MissingPageOut,
    TrendIn,
    TrendOut,
    WantedMissingIn,
    missing_body,
    missing_row,
    narrowed_of,
    overview_body,
    trend_body,
)
from services.filing.workbooks.export import export
from shared.clock import local_date
from shared.web.auth import actor, needs
from shared.web.blueprint import Blueprint
from shared.web.calls import reading_call
from shared.web.files import attachment
from shared.web.limits import costly
from shared.web.openapi import BINARY

bp = Blueprint("completeness", __name__, url_prefix="/completeness", description="报送完整性")


@bp.get("")
@needs(Permission.REVIEW)
@bp.arguments(CompletenessIn, location="query")
@bp.response(200, CompletenessOut)
def show(query: dict[str, object]) -> Body:
    """Count what is expected, filed, in time and approved in a division of one's area, by what is below it."""
    return overview_body(completeness.overview_of(deps(), reading_call(), _question(query)))


@bp.get("/trend")
@needs(Permission.REVIEW)
@bp.arguments(TrendIn, location="query")
@bp.response(200, TrendOut)
def trend(query: dict[str, object]) -> Body:
    """Count a division of one's area over some periods up to the one named."""
    points = completeness.trend_of(deps(), reading_call(), _question(query), int(str(query["count"])))
    return trend_body(points, local_date(deps().clock.now()))


@bp.get("/missing")
@needs(Permission.REVIEW)
@bp.arguments(MissingIn, location="query")
@bp.response(200, MissingPageOut)
def list_missing(query: dict[str, object]) -> Body:
    """List who has not filed in a division of one's area, with whom to call."""
    question, cursor, limit = _question(query), str(query["cursor"]), int(str(query["limit"]))
    page = missing.list_missing(deps(), reading_call(), question, narrowed_of(query), cursor, limit)
    return {"items": [missing_body(each, question) for each in page.items], "next_cursor": page.next_cursor}


@bp.get("/missing/export")
@needs(Permission.REVIEW)
@costly
@bp.arguments(WantedMissingIn, location="query")
@bp.response(200, BINARY, content_type=XLSX)
def export_missing(query: dict[str, object]) -> Response:
    """Give out who has not filed in a division of one's area as a workbook."""
    question = _question(query)
    found = missing.export_missing(deps(), reading_call(), question, narrowed_of(query))
    rows = (missing_row(each, question) for each in found)
    return attachment(stream_with_context(export(MISSING_COLUMNS, rows)), "missing.xlsx", XLSX)


def _question(query: dict[str, object]) -> Question:
    form, period, division = (str(query[name]) for name in ("form", "period", "division"))
    return completeness.question_of(deps(), actor(), form, period, division)

"""Tables as they would be now: which there are, and a draft of one in one's sight."""

from __future__ import annotations

from typing import cast

from flask import Response

from services.statistics.model.drafts import Basis, Draft
from services.statistics.operations import drafting
from services.statistics.policy import Permission
from services.statistics.routes.context import deps
from services.statistics.schemas.incoming import DraftIn
from services.statistics.schemas.outgoing import Body, DraftOut, TablesOut, draft_body, table_body
from services.statistics.schemas.table_files import draft_file
from shared.contracts.filing import Layer
from shared.tabulation.texts import csv_blocks
from shared.tabulation.workbook import workbook_of
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import reading_call
from shared.web.files import attachment
from shared.web.openapi import BINARY

bp = Blueprint("tables", __name__, url_prefix="/tables", description="统计表")

CSV = "text/csv"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("")
@needs(Permission.LIST)
@bp.response(200, TablesOut)
def list_all() -> Body:
    """List the tables in their order, with the measures and levels of each."""
    return {"items": [table_body(each, deps().tables) for each in drafting.list_tables(deps(), reading_call())]}


@bp.get("/<string:key>/draft")
@needs(Permission.READ_DRAFT)
@bp.arguments(DraftIn, location="query")
@bp.response(200, DraftOut)
def draw(query: dict[str, object], key: str) -> Body:
    """Draw a table up, from the facts as they are now or frozen; it is not published, and small cells are not hidden."""
    return draft_body(_drawn(key, query), deps().tables)


@bp.get("/<string:key>/draft/csv")
@needs(Permission.READ_DRAFT)
@bp.arguments(DraftIn, location="query")
@bp.response(200, BINARY, content_type=CSV)
def as_csv(query: dict[str, object], key: str) -> Response:
    """Download the same as CSV, a number a line; each says that it is not published."""
    made = draft_file(_drawn(key, query), deps().tables)
    return attachment(csv_blocks(made.tables[0], made.nature), f"{key}-{made.period}-draft.csv", CSV)


@bp.get("/<string:key>/draft/workbook")
@needs(Permission.READ_DRAFT)
@bp.arguments(DraftIn, location="query")
@bp.response(200, BINARY, content_type=WORKBOOK)
def workbook(query: dict[str, object], key: str) -> Response:
    """Download the same as a workbook."""
    made = draft_file(_drawn(key, query), deps().tables)
    return attachment(workbook_of(made), f"{key}-{made.period}-draft.xlsx", WORKBOOK)


def _drawn(key: str, query: dict[str, object]) -> Draft:
    layer, is_frozen = cast(Layer, query["layer"]), query["basis"] is Basis.FROZEN
    return drafting.draw_table(deps(), reading_call(), key, str(query["period"]), layer, is_frozen=is_frozen)

"""Rows of long lists: read by pages, add, replace, take out, assemble."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.filing.operations import rows
from services.filing.policy import Permission
from services.filing.routes.context import ONE, Answer, answer, deps
from services.filing.schemas.incoming import EmptyIn, RowIn, RowPageIn, RowsIn
from services.filing.schemas.outgoing import Body, FilingOut, RowPageOut
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import changing_call, reading_call
from shared.web.preconditions import changing

bp = Blueprint("rows", __name__, url_prefix=ONE, description="明细行")


@bp.get("/rows")
@needs(Permission.READ)
@bp.arguments(RowPageIn, location="query")
@bp.response(200, RowPageOut)
def list_page(query: dict[str, int], filing_id: str) -> Body:
    """Read rows of the working copy or of a version."""
    call = reading_call()
    page = rows.list_rows(deps(), call, filing_id, query["version"], query["first"], query["limit"])
    return {"first": page.first, "count": page.count, "rows": [dict(each) for each in page.rows]}


@bp.post("/rows")
@needs(Permission.FILE)
@changing
@bp.arguments(RowsIn)
@bp.response(200, FilingOut)
def add(data: dict[str, Sequence[Mapping[str, object]]], filing_id: str) -> Answer:
    """Put rows behind those that are there."""
    return answer(rows.add_rows(deps(), changing_call(), filing_id, data["rows"]))


@bp.put("/rows/<int:number>")
@needs(Permission.FILE)
@changing
@bp.arguments(RowIn)
@bp.response(200, FilingOut)
def put(data: dict[str, Mapping[str, object] | None], filing_id: str, number: int) -> Answer:
    """Put another row in the place of one, or take it out."""
    return answer(rows.replace_row(deps(), changing_call(), filing_id, number, data["row"]))


@bp.post("/assembly")
@needs(Permission.FILE)
@changing
@bp.arguments(EmptyIn)
@bp.response(200, FilingOut)
def assemble(_: object, filing_id: str) -> Answer:
    """Take the rows of all approved filings of the city's units (汇总)."""
    return answer(rows.assemble_rows(deps(), changing_call(), filing_id))

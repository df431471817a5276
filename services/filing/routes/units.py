"""Units: register oneself, read one's own, read, list and give out those of one's area."""

from __future__ import annotations

from typing import cast

from flask import Response, stream_with_context

from services.filing.model.units import UnitType
from services.filing.operations import exporting, units
from services.filing.policy import Permission
from services.filing.routes.context import XLSX, deps
from services.filing.schemas.incoming import UnitIn, UnitsIn, UnitTypeIn
from services.filing.schemas.units import UNIT_COLUMNS, Body, UnitOut, UnitsOut, unit_body, unit_row
from services.filing.workbooks.export import export
from shared.web.auth import actor, needs
from shared.web.blueprint import Blueprint
from shared.web.calls import creating_call, reading_call
from shared.web.files import attachment
from shared.web.limits import costly
from shared.web.openapi import BINARY
from shared.web.preconditions import creating

bp = Blueprint("units", __name__, description="统计单位")


@bp.post("/units")
@needs(Permission.UNIT)
@creating
@bp.arguments(UnitIn)
@bp.response(201, UnitOut)
def register(data: dict[str, str]) -> tuple[Body, int]:
    """Register one's own unit; one that is known is returned as it is."""
    division = data.pop("division")
    return unit_body(units.register_unit(deps(), creating_call(), division, data)), 201


@bp.get("/units/mine")
@needs(Permission.UNIT)
@bp.response(200, UnitOut)
def mine() -> Body:
    """Read one's own unit."""
    return unit_body(units.own_unit(deps(), actor()))


@bp.get("/units")
@needs(Permission.REVIEW)
@bp.arguments(UnitsIn, location="query")
@bp.response(200, UnitsOut)
def list_all(query: dict[str, object]) -> Body:
    """List the units of one's area, last changed first."""
    kind = cast("UnitType | None", query["type"])
    page = units.list_units(deps(), reading_call(), kind, str(query["cursor"]), int(str(query["limit"])))
    return {"items": [unit_body(each) for each in page.items], "next_cursor": page.next_cursor}


@bp.get("/units/export")
@needs(Permission.REVIEW)
@costly
@bp.arguments(UnitTypeIn, location="query")
@bp.response(200, BINARY, content_type=XLSX)
def export_list(query: dict[str, UnitType | None]) -> Response:
    """Give out the units of one's area as a workbook."""
    rows = map(unit_row, exporting.all_units(deps(), reading_call(), query["type"]))
    return attachment(stream_with_context(export(UNIT_COLUMNS, rows)), "units.xlsx", XLSX)


@bp.get("/units/<string:unit_id>")
@needs(Permission.READ)
@bp.response(200, UnitOut)
def read(unit_id: str) -> Body:
    """Read a unit of one's area."""
    return unit_body(units.read_unit(deps(), reading_call(), unit_id))

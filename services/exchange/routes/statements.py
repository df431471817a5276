"""Statements (对账单): the list, the sheet of a day with its lines and differences, the workbook, our signature."""

from __future__ import annotations

from typing import cast

from flask import Response

from services.exchange.model.partners import PARTNER_TITLES, Partner
from services.exchange.operations import statements
from services.exchange.packaging.listing import listing
from services.exchange.policy import Permission
from services.exchange.reconciling.lines import Standing
from services.exchange.routes.messages import deps
from services.exchange.schemas.statements import (
    HEADS,
    Body,
    DifferencesOut,
    SignatureIn,
    StatementLinesIn,
    StatementLinesOut,
    StatementOut,
    StatementsIn,
    StatementsOut,
    difference_body,
    line_body,
    row_body,
    sheet_rows,
    statement_body,
)
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import changing_call, reading_call
from shared.web.files import attachment
from shared.web.limits import costly
from shared.web.openapi import BINARY
from shared.web.preconditions import changing, etag

bp = Blueprint("statements", __name__, url_prefix="/statements", description="对账单")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Answer = tuple[Body, int, dict[str, str]]


@bp.get("")
@needs(Permission.STATEMENTS)
@bp.arguments(StatementsIn, location="query")
@bp.response(200, StatementsOut)
def list_all(query: dict[str, object]) -> Body:
    """List the statements, the newest day first, of all partners or of one."""
    partner = cast("Partner | None", query["partner"])
    found, following = statements.list_newest(deps(), partner, str(query["cursor"]), int(str(query["limit"])))
    return {"items": [row_body(each) for each in found], "next_cursor": following}


@bp.get("/<string:statement_id>")
@needs(Permission.STATEMENTS)
@bp.response(200, StatementOut)
def read(statement_id: str) -> Answer:
    """Read the sheet of a day, with what the partner says of it."""
    return _answer(statements.read(deps(), reading_call(), statement_id))


@bp.get("/<string:statement_id>/lines")
@needs(Permission.STATEMENTS)
@bp.arguments(StatementLinesIn, location="query")
@bp.response(200, StatementLinesOut)
def list_lines(query: dict[str, object], statement_id: str) -> Body:
    """List the messages of a statement, all of them or those that stand in one way."""
    standing = cast("Standing | None", query["standing"])
    page = (str(query["cursor"]), int(str(query["limit"])))
    found, following = statements.list_lines(deps(), statement_id, standing, *page)
    now = deps().clock.now()
    return {"items": [line_body(each, now) for each in found], "next_cursor": following}


@bp.get("/<string:statement_id>/differences")
@needs(Permission.STATEMENTS)
@bp.response(200, DifferencesOut)
def list_differences(statement_id: str) -> Body:
    """List where the two sides differ, line by line."""
    return {"items": [difference_body(each) for each in statements.list_differences(deps(), statement_id)]}


@bp.get("/<string:statement_id>/workbook")
@needs(Permission.STATEMENTS)
@costly
@bp.response(200, BINARY, content_type=XLSX)
def export(statement_id: str) -> Response:
    """Give out all lines of a statement with their differences as a workbook; that it was taken is recorded."""
    statement, lines, named = statements.export(deps(), reading_call(), statement_id)
    title = f"对账单 {PARTNER_TITLES[statement.partner]} {statement.day}（摘要 {statement.digest}）"
    pieces = listing(title, HEADS, sheet_rows(lines, named))
    return attachment(pieces, f"statement-{statement.id}.xlsx", XLSX)


@bp.post("/<string:statement_id>/sign-off")
@needs(Permission.SIGN_STATEMENT)
@changing
@bp.arguments(SignatureIn)
@bp.response(200, StatementOut)
def sign(data: dict[str, str], statement_id: str) -> Answer:
    """Sign a statement on our side; it is signed once."""
    call = changing_call()
    signed = statements.sign(deps(), call, statement_id, data["name"], data["remark"])
    return _answer(statements.view_of(call, signed))


def _answer(view: statements.StatementView) -> Answer:
    return statement_body(view), 200, {"ETag": etag(view.statement.version)}

"""Closing periods for good: preview, close, see how far it is, read the snapshot and what was left out, look at it again."""

from __future__ import annotations

from typing import cast

from services.filing.operations import closings
from services.filing.operations.closings import Wish
from services.filing.policy import Permission
from services.filing.ports.closings import Narrowed
from services.filing.routes.context import deps
from services.filing.schemas.closings import (
    Body,
    ClosingIn,
    ClosingOut,
    ClosingsOut,
    LeftOutIn,
    LeftOutsOut,
    NotApprovedIn,
    PreviewIn,
    PreviewOut,
    RowsOfSnapshotIn,
    SnapshotOut,
    closing_body,
    left_out_bodies,
    preview_body,
    row_body,
)
from services.filing.schemas.incoming import EmptyIn
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import creating_call, reading_call
from shared.web.limits import costly
from shared.web.preconditions import creating

bp = Blueprint("closings", __name__, url_prefix="/closings", description="最终审定")

ONE_CLOSING = "/<string:closing_id>"


@bp.get("")
@needs(Permission.SETTLE)
@bp.response(200, ClosingsOut)
def list_all() -> Body:
    """List all closings, the latest period first."""
    return {"items": [closing_body(each) for each in closings.list_closings(deps())]}


@bp.get("/preview")
@needs(Permission.SETTLE)
@costly
@bp.arguments(PreviewIn, location="query")
@bp.response(200, PreviewOut)
def preview(query: dict[str, str]) -> Body:
    """Say what closing a period would settle and leave out, and from which day it may be closed."""
    return preview_body(closings.preview_closing(deps(), reading_call(), query["period"]))


@bp.get("/preview/filings")
@needs(Permission.SETTLE)
@bp.arguments(NotApprovedIn, location="query")
@bp.response(200, LeftOutsOut)
def not_approved(query: dict[str, object]) -> Body:
    """List the filings of a period that are not approved, which closing it would leave out."""
    limit = int(str(query["limit"]))
    found = closings.list_not_approved(
        deps(), reading_call(), str(query["period"]), cast(Narrowed, query["narrowed"]), str(query["after"]), limit
    )
    after = found[-1].filing_id if len(found) == limit else ""
    return {"items": left_out_bodies(found, closings.names_of(deps(), found)), "after": after}


@bp.post("")
@needs(Permission.SETTLE)
@creating
@costly
@bp.arguments(ClosingIn)
@bp.response(201, ClosingOut)
def close(wish: Wish) -> tuple[Body, int]:
    """Close a period; what is approved is then settled one by one. It can't be taken back."""
    return closing_body(closings.close_period(deps(), creating_call(), wish)), 201


@bp.get(ONE_CLOSING)
@needs(Permission.SETTLE)
@bp.response(200, ClosingOut)
def read(closing_id: str) -> Body:
    """Read a closing with how far it is."""
    return closing_body(closings.read_closing(deps(), closing_id))


@bp.get(f"{ONE_CLOSING}/rows")
@needs(Permission.SETTLE)
@bp.arguments(RowsOfSnapshotIn, location="query")
@bp.response(200, SnapshotOut)
def rows(query: dict[str, int], closing_id: str) -> Body:
    """List the rows of a snapshot in their order."""
    found = closings.list_rows(deps(), reading_call(), closing_id, query["after"], query["limit"])
    return {
        "items": [row_body(each) for each in found],
        "after": found[-1].no if len(found) == query["limit"] else None,
    }


@bp.get(f"{ONE_CLOSING}/left-out")
@needs(Permission.SETTLE)
@bp.arguments(LeftOutIn, location="query")
@bp.response(200, LeftOutsOut)
def left_out(query: dict[str, object], closing_id: str) -> Body:
    """List what a closing left out."""
    limit = int(str(query["limit"]))
    found = closings.list_left_out(deps(), reading_call(), closing_id, str(query["after"]), limit)
    after = found[-1].filing_id if len(found) == limit else ""
    return {"items": left_out_bodies(found, closings.names_of(deps(), found)), "after": after}


@bp.post(f"{ONE_CLOSING}/verification")
@needs(Permission.SETTLE)
@creating
@bp.arguments(EmptyIn)
@bp.response(201, ClosingOut)
def verify(_: object, closing_id: str) -> tuple[Body, int]:
    """Have the snapshot looked at again: its digest made anew, each row held against its filing."""
    return closing_body(closings.verify_closing(deps(), creating_call(), closing_id)), 201

"""Marks for follow-up: list, make, settle; and the list of all marks of a department."""

from __future__ import annotations

from typing import cast

from services.filing.operations import marks
from services.filing.policy import Permission
from services.filing.ports.casework import WantedMarks
from services.filing.routes.context import ONE, deps
from services.filing.schemas.casework import (
    Body,
    FilingMarksOut,
    MarkIn,
    MarkOut,
    MarksIn,
    MarksOut,
    mark_body,
)
from services.filing.schemas.incoming import EmptyIn
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import creating_call, reading_call
from shared.web.preconditions import creating

bp = Blueprint("marks", __name__, description="后续核查标记")

OF_FILING = f"{ONE}/marks"


@bp.get(OF_FILING)
@needs(Permission.REVIEW)
@bp.response(200, FilingMarksOut)
def list_of_filing(filing_id: str) -> Body:
    """List the marks of the reader's department on a filing."""
    return {"items": [mark_body(each) for each in marks.list_marks(deps(), reading_call(), filing_id)]}


@bp.post(OF_FILING)
@needs(Permission.REVIEW)
@creating
@bp.arguments(MarkIn)
@bp.response(201, MarkOut)
def make(data: dict[str, str], filing_id: str) -> tuple[Body, int]:
    """Mark a value of the last version for the reader's department."""
    made = marks.mark_value(deps(), creating_call(), filing_id, data["pointer"], data["note"])
    return mark_body(made), 201


@bp.post(f"{OF_FILING}/<string:mark_id>/settlement")
@needs(Permission.REVIEW)
@creating
@bp.arguments(EmptyIn)
@bp.response(200, MarkOut)
def settle(_: object, filing_id: str, mark_id: str) -> Body:
    """Note that a mark is dealt with."""
    return mark_body(marks.settle_mark(deps(), creating_call(), filing_id, mark_id, is_done=True))


@bp.post(f"{OF_FILING}/<string:mark_id>/reopening")
@needs(Permission.REVIEW)
@creating
@bp.arguments(EmptyIn)
@bp.response(200, MarkOut)
def reopen(_: object, filing_id: str, mark_id: str) -> Body:
    """Note that a mark is not dealt with after all."""
    return mark_body(marks.settle_mark(deps(), creating_call(), filing_id, mark_id, is_done=False))


@bp.get("/marks")
@needs(Permission.REVIEW)
@bp.arguments(MarksIn, location="query")
@bp.response(200, MarksOut)
def list_all(query: dict[str, object]) -> Body:
    """List all marks of the reader's department, the newest first."""
    wanted = cast(WantedMarks, query["wanted"])
    page = marks.list_all_marks(deps(), reading_call(), wanted, str(query["cursor"]), int(str(query["limit"])))
    return {"items": [mark_body(each) for each in page.items], "next_cursor": page.next_cursor}

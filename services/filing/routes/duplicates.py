"""Alarms of likely duplicates: list, read, settle."""

from __future__ import annotations

from typing import cast

from services.filing.ledger.alarms import AlarmState
from services.filing.operations import duplicates
from services.filing.operations.duplicates import AlarmView, Decided
from services.filing.policy import Permission
from services.filing.routes.context import Answer, deps
from services.filing.schemas.duplicates import (
    Body,
    DuplicateOut,
    DuplicatesIn,
    DuplicatesOut,
    SettlementIn,
    duplicate_body,
)
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import changing_call, reading_call
from shared.web.preconditions import changing, etag

bp = Blueprint("duplicates", __name__, url_prefix="/duplicates", description="疑似重复")
ONE_DUPLICATE = "/<string:duplicate_id>"


@bp.get("")
@needs(Permission.REVIEW)
@bp.arguments(DuplicatesIn, location="query")
@bp.response(200, DuplicatesOut)
def list_all(query: dict[str, object]) -> Body:
    """List the alarms that the reader sees, the last opened first."""
    state, cursor, limit = cast("AlarmState | None", query["state"]), str(query["cursor"]), int(str(query["limit"]))
    page = duplicates.list_duplicates(deps(), reading_call(), state, cursor, limit)
    return {"items": [duplicate_body(each) for each in page.items], "next_cursor": page.next_cursor}


@bp.get(ONE_DUPLICATE)
@needs(Permission.REVIEW)
@bp.response(200, DuplicateOut)
def read(duplicate_id: str) -> Answer:
    """Read an alarm with what the sides filed that the reader sees."""
    return _answer(duplicates.read_duplicate(deps(), reading_call(), duplicate_id))


@bp.post(f"{ONE_DUPLICATE}/settlement")
@needs(Permission.DECIDE)
@changing
@bp.arguments(SettlementIn)
@bp.response(200, DuplicateOut)
def settle(decided: Decided, duplicate_id: str) -> Answer:
    """Decide whether it is a duplicate, and which filings stand."""
    return _answer(duplicates.settle_duplicate(deps(), changing_call(), duplicate_id, decided))


def _answer(view: AlarmView) -> Answer:
    """Return an alarm; its version is for the ministry alone, since it changes with sides that others don't see."""
    return duplicate_body(view), 200, {"ETag": etag(view.alarm.version)} if view.is_in_full else {}

"""Decisions on many filings at once: begin one, see how far it is, what became of each item, and take the results away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from flask import Response, stream_with_context

from services.filing.operations import batches
from services.filing.operations.batches import ItemView, Wish
from services.filing.operations.instruments import instrument_for
from services.filing.operations.reading import units_of
from services.filing.policy import Permission
from services.filing.routes.context import XLSX, deps
from services.filing.schemas.batches import (
    COLUMNS,
    BatchesIn,
    BatchesOut,
    BatchIn,
    BatchOut,
    Body,
    ItemsIn,
    ItemsOut,
    batch_body,
    item_body,
    item_line,
)
from services.filing.workbooks.export import export
from shared.batches.model import Outcome
from shared.calls import Call
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import creating_call, reading_call
from shared.web.files import attachment
from shared.web.limits import costly
from shared.web.openapi import BINARY
from shared.web.preconditions import creating

bp = Blueprint("batches", __name__, url_prefix="/review-batches", description="批量审核")

ONE_BATCH = "/<string:batch_id>"
PAGE = 100


@bp.post("")
@needs(Permission.REVIEW)
@creating
@costly
@bp.arguments(BatchIn)
@bp.response(201, BatchOut)
def begin(wish: Wish) -> tuple[Body, int]:
    """Approve or return many filings; they are worked off one by one, and each gets a result."""
    return batch_body(batches.begin_batch(deps(), creating_call(), wish)), 201


@bp.get("")
@needs(Permission.REVIEW)
@bp.arguments(BatchesIn, location="query")
@bp.response(200, BatchesOut)
def list_all(query: dict[str, object]) -> Body:
    """List the batches of the reader's department, the newest first."""
    page = batches.list_batches(deps(), reading_call(), str(query["cursor"]), int(str(query["limit"])))
    return {"items": [batch_body(each) for each in page.items], "next_cursor": page.next_cursor}


@bp.get(ONE_BATCH)
@needs(Permission.REVIEW)
@bp.response(200, BatchOut)
def read(batch_id: str) -> Body:
    """Tell how far a batch is."""
    return batch_body(batches.read_batch(deps(), reading_call(), batch_id))


@bp.get(f"{ONE_BATCH}/items")
@needs(Permission.REVIEW)
@bp.arguments(ItemsIn, location="query")
@bp.response(200, ItemsOut)
def items(query: dict[str, object], batch_id: str) -> Body:
    """List what became of the items, by their number."""
    limit, after = int(str(query["limit"])), int(str(query["after"]))
    outcome = cast("Outcome | None", query["outcome"])
    found = batches.list_items(deps(), reading_call(), batch_id, outcome, after, limit + 1)
    is_more = len(found) > limit
    return {"items": _bodies(found[:limit]), "next_after": found[limit - 1].item.no if is_more else None}


@bp.get(f"{ONE_BATCH}/export")
@needs(Permission.REVIEW)
@costly
@bp.response(200, BINARY, content_type=XLSX)
def export_items(batch_id: str) -> Response:
    """Give out what became of the items as a workbook."""
    call = reading_call()
    batches.read_batch(deps(), call, batch_id)
    rows = (item_line(each) for each in _all(call, batch_id))
    return attachment(stream_with_context(export(COLUMNS, rows)), "review-results.xlsx", XLSX)


def _all(call: Call, batch_id: str) -> Iterator[Body]:
    after = 0
    while found := batches.list_items(deps(), call, batch_id, None, after, PAGE):
        yield from _bodies(found)
        after = found[-1].item.no


def _bodies(found: Sequence[ItemView]) -> list[Body]:
    units = units_of(deps(), [each.filing for each in found if each.filing])
    return [
        item_body(
            each.item,
            each.filing,
            instrument_for(deps(), each.filing).form if each.filing else None,
            units.get(each.filing.unit_id) if each.filing else None,
        )
        for each in found
    ]

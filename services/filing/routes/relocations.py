"""Units that follow changes to the divisions: see them, and say where one belongs."""

from __future__ import annotations

from typing import cast

from services.filing.model.relocations import RelocationState
from services.filing.operations import relocating
from services.filing.policy import Permission
from services.filing.routes.context import deps
from services.filing.schemas.relocations import (
    Body,
    PlacementIn,
    RelocationOut,
    RelocationsIn,
    RelocationsOut,
    relocation_body,
)
from shared.web.auth import actor, needs
from shared.web.blueprint import Blueprint
from shared.web.calls import changing_call, reading_call
from shared.web.preconditions import changing, etag

bp = Blueprint("relocations", __name__, url_prefix="/relocations", description="区划调整")


@bp.get("")
@needs(Permission.REVIEW)
@bp.arguments(RelocationsIn, location="query")
@bp.response(200, RelocationsOut)
def list_all(query: dict[str, object]) -> Body:
    """List the units of one's area that follow a change, or are to be placed, the newest first."""
    state = cast("RelocationState | None", query["state"])
    page = relocating.list_relocations(deps(), reading_call(), state, str(query["cursor"]), int(str(query["limit"])))
    views = relocating.views_of(deps(), actor(), page.items)
    return {"items": [relocation_body(each) for each in views], "next_cursor": page.next_cursor}


@bp.post("/<string:relocation_id>/placement")
@needs(Permission.REVIEW)
@changing
@bp.arguments(PlacementIn)
@bp.response(200, RelocationOut)
def place(data: dict[str, str], relocation_id: str) -> tuple[Body, int, dict[str, str]]:
    """Say in which division a unit belongs; it and its filings in flight go there."""
    placed = relocating.place_unit(deps(), changing_call(), relocation_id, data["division"])
    (view,) = relocating.views_of(deps(), actor(), (placed,))
    return relocation_body(view), 200, {"ETag": etag(placed.version)}

"""Tables as they would be now: which there are, and a draft of one in one's sight."""

from __future__ import annotations

from typing import cast

from services.statistics.model.drafts import Basis
from services.statistics.operations import drafting
from services.statistics.policy import Permission
from services.statistics.routes.context import deps
from services.statistics.schemas.incoming import DraftIn
from services.statistics.schemas.outgoing import Body, DraftOut, TablesOut, draft_body, table_body
from shared.contracts.filing import Layer
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import reading_call

bp = Blueprint("tables", __name__, url_prefix="/tables", description="统计表")


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
    layer = cast(Layer, query["layer"])
    draft = drafting.draw_table(
        deps(), reading_call(), key, str(query["period"]), layer, is_frozen=query["basis"] is Basis.FROZEN
    )
    return draft_body(draft, deps().tables)

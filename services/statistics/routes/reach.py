"""How far a correction reaches into what is released."""

from __future__ import annotations

from services.statistics.operations.reach import reach_of
from services.statistics.policy import Permission
from services.statistics.routes.context import deps
from services.statistics.schemas.reach import Body, CorrectedIn, ReachOut, corrected_of, reach_body
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import reading_call
from shared.web.limits import costly

bp = Blueprint("corrections", __name__, url_prefix="/corrections", description="更正与已发布的资料")


@bp.post("/reach")
@needs(Permission.READ_REACH)
@costly
@bp.arguments(CorrectedIn)
@bp.response(200, ReachOut)
def reach(data: dict[str, object]) -> Body:
    """Tell which released cells the facts of a filing stand in, and how a correction changes them."""
    return reach_body(reach_of(deps(), reading_call(), corrected_of(data)))

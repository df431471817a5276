"""How far the facts are: counts by kind and month."""

from __future__ import annotations

from services.statistics.operations import facts
from services.statistics.policy import Permission
from services.statistics.routes.context import deps
from services.statistics.schemas.outgoing import Body, PartitionsOut, partition_body
from shared.web.auth import needs
from shared.web.blueprint import Blueprint

bp = Blueprint("facts", __name__, url_prefix="/facts", description="统计事实库")


@bp.get("")
@needs(Permission.LIST)
@bp.response(200, PartitionsOut)
def list_all() -> Body:
    """List the partitions: how many lines each holds, and how many filings it is behind."""
    return {"items": [partition_body(each) for each in facts.list_partitions(deps())]}

"""The quality checks of the directory's offices: the last run, and what each check found."""

from __future__ import annotations

from services.exchange.model.quality import Check
from services.exchange.operations import quality
from services.exchange.policy import Permission
from services.exchange.routes.messages import deps
from services.exchange.schemas.outgoing import Body
from services.exchange.schemas.quality import FoundRowsOut, QualityOut, found_body, quality_body
from shared.clock import local_date
from shared.errors import NotFound
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import reading_call
from shared.web.paging import PageIn

bp = Blueprint("quality", __name__, url_prefix="/quality", description="名录质量检查")


@bp.get("")
@needs(Permission.QUALITY)
@bp.response(200, QualityOut)
def last() -> Body:
    """Read what the last run of the checks found, in numbers."""
    return quality_body(quality.last_report(deps()))


@bp.get("/<string:check_name>")
@needs(Permission.QUALITY)
@bp.arguments(PageIn, location="query")
@bp.response(200, FoundRowsOut)
def found(query: dict[str, object], check_name: str) -> Body:
    """List the units that a check found, those that share a value together."""
    if check_name not in {each.value for each in Check}:
        raise NotFound
    check = Check(check_name)
    page = quality.list_found(deps(), reading_call(), check, str(query["cursor"]), int(str(query["limit"])))
    return found_body(check, page, local_date(deps().clock.now()))

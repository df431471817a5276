"""The people of one's own department, so that work can be given to one of them."""

from __future__ import annotations

from services.identity.operations.reviewers import list_reviewers
from services.identity.policy import Permission
from services.identity.routes.request import deps
from services.identity.schemas.reviewers import ReviewersOut
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import reading_call
from shared.web.paging import PageIn

bp = Blueprint("reviewers", __name__, description="本部门审核人员")


@bp.get("/reviewers")
@needs(Permission.REVIEWERS)
@bp.arguments(PageIn, location="query")
@bp.response(200, ReviewersOut)
def list_all(query: dict[str, object]) -> dict[str, object]:
    """Return a page of the people who review for one's own department; names alone, no addresses."""
    found = list_reviewers(deps(), reading_call(), str(query["cursor"]), int(str(query["limit"])))
    items = [{"account_id": each.id, "display_name": each.person.display_name} for each in found.items]
    return {"items": items, "next_cursor": found.next_cursor}

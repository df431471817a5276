"""The applicant's notices."""

from __future__ import annotations

from services.registration.operations import reading
from services.registration.policy import Permission
from services.registration.routes.context import deps
from services.registration.schemas.incoming import EmptyIn
from services.registration.schemas.outgoing import Body, NoticesOut, notice_body
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import reading_call
from shared.web.paging import PageIn

bp = Blueprint("notices", __name__, url_prefix="/notices", description="消息")


@bp.get("")
@needs(Permission.NOTICES)
@bp.arguments(PageIn, location="query")
@bp.response(200, NoticesOut)
def list_all(query: dict[str, object]) -> Body:
    """List the notices, newest first."""
    page = reading.list_notices(deps(), reading_call(), str(query["cursor"]), int(str(query["limit"])))
    return {"items": [notice_body(notice) for notice in page.items], "next_cursor": page.next_cursor}


@bp.post("/<string:notice_id>/reading")
@needs(Permission.NOTICES)
@bp.arguments(EmptyIn)
@bp.response(204)
def mark_read(_: object, notice_id: str) -> None:
    """Note that a notice was read."""
    reading.mark_notice_read(deps(), reading_call(), notice_id)

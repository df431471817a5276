"""One's own inbox."""

from __future__ import annotations

from services.notification.operations import inbox
from services.notification.policy import Permission
from services.notification.routes.context import deps
from services.notification.schemas.incoming import EmptyIn
from services.notification.schemas.outgoing import Body, NoticesOut, UnreadOut, notice_body
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import reading_call
from shared.web.paging import PageIn

bp = Blueprint("notices", __name__, url_prefix="/notices", description="站内消息")


@bp.get("")
@needs(Permission.INBOX)
@bp.arguments(PageIn, location="query")
@bp.response(200, NoticesOut)
def list_all(query: dict[str, object]) -> Body:
    """List one's notices, newest first."""
    page = inbox.list_notices(deps(), reading_call(), str(query["cursor"]), int(str(query["limit"])))
    occasions = deps().occasions
    return {"items": [notice_body(notice, occasions) for notice in page.items], "next_cursor": page.next_cursor}


@bp.get("/unread")
@needs(Permission.INBOX)
@bp.response(200, UnreadOut)
def count_unread() -> Body:
    """Count one's unread notices."""
    return {"unread": inbox.count_unread(deps(), reading_call())}


@bp.post("/reading")
@needs(Permission.INBOX)
@bp.arguments(EmptyIn)
@bp.response(200, UnreadOut)
def mark_all_read(_: object) -> Body:
    """Note that all of one's notices were read."""
    inbox.mark_all_read(deps(), reading_call())
    return {"unread": inbox.count_unread(deps(), reading_call())}


@bp.post("/<string:notice_id>/reading")
@needs(Permission.INBOX)
@bp.arguments(EmptyIn)
@bp.response(204)
def mark_read(_: object, notice_id: str) -> None:
    """Note that a notice was read."""
    inbox.mark_read(deps(), reading_call(), notice_id)

"""What became of mails, for those who keep the system running: no address, no text."""

from __future__ import annotations

from services.notification.model.mails import MailState
from services.notification.policy import Permission
from services.notification.routes.context import deps
from services.notification.schemas.incoming import MailsIn
from services.notification.schemas.outgoing import Body, MailsOut, mail_body
from shared.web.auth import needs
from shared.web.blueprint import Blueprint

bp = Blueprint("mails", __name__, url_prefix="/mails", description="邮件发送情况")


@bp.get("")
@needs(Permission.MAILS)
@bp.arguments(MailsIn, location="query")
@bp.response(200, MailsOut)
def list_all(query: dict[str, object]) -> Body:
    """List mails, newest first; those in state `uncertain` want a person."""
    state = query["state"]
    page = deps().mails.list_of(
        state if isinstance(state, MailState) else None, str(query["cursor"]), int(str(query["limit"]))
    )
    return {"items": [mail_body(mail) for mail in page.items], "next_cursor": page.next_cursor}

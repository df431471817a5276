"""The ledger: list, read, send again."""

from __future__ import annotations

from typing import cast

from flask import current_app

from services.exchange.model.messages import State
from services.exchange.operations import reading, sending
from services.exchange.policy import Permission
from services.exchange.ports.deps import Deps
from services.exchange.schemas.incoming import ListIn, ResendingIn
from services.exchange.schemas.outgoing import Body, MessageOut, RowsOut, message_body, row_body
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import changing_call, reading_call
from shared.web.preconditions import changing, etag

bp = Blueprint("messages", __name__, url_prefix="/messages", description="交换台账")

Answer = tuple[Body, int, dict[str, str]]


def deps() -> Deps:
    """Return what the operations use."""
    return cast(Deps, current_app.extensions["deps"])


@bp.get("")
@needs(Permission.LIST)
@bp.arguments(ListIn, location="query")
@bp.response(200, RowsOut)
def list_all(query: dict[str, object]) -> Body:
    """List the messages, newest first."""
    state = query["state"]
    page = reading.list_messages(
        deps(), state if isinstance(state, State) else None, str(query["cursor"]), int(str(query["limit"]))
    )
    return {"items": [row_body(message) for message in page.items], "next_cursor": page.next_cursor}


@bp.get("/<string:message_id>")
@needs(Permission.READ)
@bp.response(200, MessageOut)
def read(message_id: str) -> Answer:
    """Read one in full; the unit's record is for the 名录库 desk only."""
    return _answer(reading.read_message(deps(), reading_call(), message_id))


@bp.post("/<string:message_id>/resending")
@needs(Permission.RESEND)
@changing
@bp.arguments(ResendingIn)
@bp.response(200, MessageOut)
def resend(data: dict[str, str], message_id: str) -> Answer:
    """Send a refused or unanswered message again."""
    call = changing_call()
    message = sending.resend_by_hand(deps(), call, message_id, data["reason"])
    return _answer(reading.view_of(deps(), call, message))


def _answer(view: reading.View) -> Answer:
    return message_body(view), 200, {"ETag": etag(view.message.version)}

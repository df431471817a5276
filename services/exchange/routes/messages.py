"""The ledger: list, read, send again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import cast

from flask import current_app

from services.exchange.model.messages import State
from services.exchange.model.partners import Partner, RouteName
from services.exchange.operations import reading, sending
from services.exchange.policy import Permission
from services.exchange.ports.deps import Deps
from services.exchange.ports.messages import Wanted
from services.exchange.schemas.incoming import ListIn, ResendingIn, UnitIn
from services.exchange.schemas.outgoing import (
    Body,
    ContentOut,
    MarkOut,
    MessageOut,
    RowsOut,
    content_body,
    message_body,
    row_body,
)
from shared.clock import SHANGHAI
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
    """List the messages, newest first, of a unit, a period, a partner, a route, a state, some days."""
    page = reading.list_messages(deps(), wanted_of(query), str(query["cursor"]), int(str(query["limit"])))
    return {"items": [row_body(message) for message in page.items], "next_cursor": page.next_cursor}


@bp.get("/<string:message_id>")
@needs(Permission.READ)
@bp.response(200, MessageOut)
def read(message_id: str) -> Answer:
    """Read one, without its content."""
    return _answer(reading.read_message(deps(), reading_call(), message_id))


@bp.post("/units")
@needs(Permission.LIST)
@bp.arguments(UnitIn)
@bp.response(200, MarkOut)
def mark(data: dict[str, str]) -> Body:
    """Say by what the messages on a unit are found; whether there are any is not said."""
    return {"unit": reading.mark_of(deps(), data["text"])}


@bp.get("/<string:message_id>/body")
@needs(Permission.BODY)
@bp.response(200, ContentOut)
def read_body(message_id: str) -> Body:
    """Read what a message says; that it was looked at is recorded."""
    return content_body(*reading.read_body(deps(), reading_call(), message_id))


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


def wanted_of(query: Mapping[str, object]) -> Wanted:
    """Return what a query of the ledger asks for; days are those of Shanghai."""
    begins, ends = cast("date | None", query["begins"]), cast("date | None", query["ends"])
    return Wanted(
        message_id=str(query["message_id"]),
        mark=str(query["unit"]),
        period=str(query["period"]),
        partner=cast("Partner | None", query["partner"]),
        route=cast("RouteName | None", query["route"]),
        state=cast("State | None", query["state"]),
        begins=datetime.combine(begins, time(), SHANGHAI) if begins else None,
        ends=datetime.combine(ends + timedelta(days=1), time(), SHANGHAI) if ends else None,
    )


def _answer(view: reading.View) -> Answer:
    return message_body(view), 200, {"ETag": etag(view.message.version)}

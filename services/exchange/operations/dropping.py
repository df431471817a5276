"""Laying messages down as files for the partners that take them so."""

from __future__ import annotations

from datetime import datetime

import structlog

from services.exchange.model.messages import Message
from services.exchange.operations.rounds import AT_ONCE, each
from services.exchange.operations.sending import confirmed, open_routes
from services.exchange.ports.deps import Deps
from services.exchange.ports.transport import Drop
from shared.calls import Call
from shared.errors import Unavailable

log = structlog.get_logger()


def lay_down(deps: Deps, drop: Drop, correlation_id: str) -> int:
    """Lay down the messages that are on their way on routes of files; return how many there were.

    Actor: the exchange. From: pending. To: sent. Events: none. On a route that is held nothing is laid down. One that was laid down before its worker died is laid
    down again under the same name, the same bytes.
    """

    def lay(message: Message, call: Call, at: datetime) -> None:
        try:
            drop.lay_down(message, deps.messages.parcel_of(message))
        except Unavailable:  # the folder of one partner holds up nobody else
            log.warning("file_not_laid_down", message_id=message.id, partner=message.partner.value)
            return
        deps.messages.save(confirmed(message, call, at), call)

    return each(deps, correlation_id, deps.messages.list_to_lay_down(open_routes(deps), AT_ONCE), lay)

"""One round of a periodic job over the ledger: message by message, none holding up the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import structlog

from services.exchange.model.messages import Message
from services.exchange.policy import EXCHANGE
from services.exchange.ports.deps import Deps
from shared.calls import Call
from shared.crypto.errors import CryptoError
from shared.errors import StaleVersion

log = structlog.get_logger()

AT_ONCE = 200
"""Messages that one round of a periodic job takes up."""


def each(
    deps: Deps, correlation_id: str, messages: Iterable[Message], work: Callable[[Message, Call, datetime], None]
) -> int:
    """Do `work` with each message; one that changed meanwhile, or whose seal is broken, does not hold up the others."""
    call = Call(EXCHANGE, correlation_id)
    count = 0
    for message in messages:
        count += 1
        try:
            work(message, call, deps.clock.now())
        except StaleVersion:
            log.info("message_changed", message_id=message.id)
        except CryptoError as error:
            log.error("message_unreadable", message_id=message.id, error=type(error).__name__)
    return count

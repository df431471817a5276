"""Messages on their way out, and what can become of them."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from shared.messaging.envelope import CONTENT_TYPE


class Outcome(StrEnum):
    """What became of a published message."""

    CONFIRMED = "confirmed"
    UNROUTABLE = "unroutable"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """Neither yes nor no: the connection went, or nothing came in time. Publish again with the same id."""


@dataclass(frozen=True)
class Outgoing:
    """A message on its way out; it is persistent and mandatory."""

    exchange: str
    routing_key: str
    body: bytes
    message_id: str
    headers: Mapping[str, object] = field(default_factory=dict)
    content_type: str = CONTENT_TYPE


class Batch:
    """Messages that are settled together; written by the connection's thread, awaited by the publisher's."""

    def __init__(self, messages: Sequence[Outgoing]) -> None:
        self.messages = messages
        self.outcomes = [Outcome.UNKNOWN] * len(messages)
        self.open = len(messages)
        self.done = threading.Event()

    def settle(self, index: int, outcome: Outcome) -> None:
        """Note the outcome of one message."""
        self.outcomes[index] = outcome
        self.open -= 1
        if self.open == 0:
            self.done.set()

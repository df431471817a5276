"""The ledger of messages and the border, as the operations see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from services.exchange.model.messages import Message, Secret, State
from shared.calls import Call
from shared.contracts.notification import Notice
from shared.paging import Page


@dataclass(frozen=True)
class Outgoing:
    """An event to leave with a change; `is_for_directory` sends it over the border instead of to our services."""

    type: str
    data: Mapping[str, object]
    is_for_directory: bool = False


@dataclass(frozen=True)
class Patience:
    """How long a receipt is waited for, and how often a message is sent by the exchange itself."""

    wait: timedelta
    attempts: int


class Messages(Protocol):
    """The ledger. Every write is one atomic step with its history and its events."""

    def get(self, message_id: str) -> Message:
        """Return the message. Raises `NotFound`."""
        ...

    def find(self, message_id: str) -> Message | None:
        """Return the message, or None."""
        ...

    def secret_of(self, message: Message) -> Secret:
        """Return the confidential part. Raises `NotFound` where there is none."""
        ...

    def add(self, message: Message, call: Call, secret: Secret | None, events: Sequence[Outgoing] = ()) -> Message:
        """Store a new message."""
        ...

    def save(
        self, message: Message, call: Call, secret: Secret | None = None, events: Sequence[Outgoing] = ()
    ) -> Message:
        """Store the next version with its last history entry; the confidential part stays where none is given.

        Raises `StaleVersion`.
        """
        ...

    def last_sequence(self, unit_id: str) -> int:
        """Return the number of the unit's last message, 0 where it has none."""
        ...

    def find_in_sequence(self, unit_id: str, sequence: int) -> Message | None:
        """Return the unit's message with this number."""
        ...

    def list_confirmed(self, limit: int) -> Sequence[Message]:
        """Return pending messages that the broker has by now."""
        ...

    def list_waiting(self, limit: int) -> Sequence[Message]:
        """Return pending messages that were never queued, the oldest first."""
        ...

    def list_overdue(self, sent_before: datetime, limit: int) -> Sequence[Message]:
        """Return messages that were sent before that moment and have no receipt, the oldest first."""
        ...

    def list_newest(self, state: State | None, cursor: str, limit: int) -> Page[Message]:
        """Return a page of messages, newest first. Raises `Malformed` for a foreign cursor."""
        ...


class Border(Protocol):
    """Opens and seals what comes and goes."""

    def open_record(self, token: str, type: str) -> Mapping[str, object]:
        """Return the unit's record that registration or filing sealed for us. Raises `Unreadable`."""
        ...

    def seal(self, content: bytes, type: str) -> str:
        """Return the content signed by us, readable by the directory only."""
        ...

    def seal_notice(self, notice: Notice) -> Mapping[str, object]:
        """Return the data of a notice, its values readable by the notification service only."""
        ...

    def open_receipt(self, token: str, type: str) -> bytes:
        """Return the content of a receipt that the directory signed for us. Raises `Unreadable`."""
        ...

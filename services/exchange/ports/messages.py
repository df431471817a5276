"""The ledger of messages and the border, as the operations see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from services.exchange.model.messages import Message, Secret, State
from services.exchange.model.partners import Partner, RouteName
from shared.calls import Call
from shared.contracts.notification import Notice
from shared.paging import Page


@dataclass(frozen=True)
class Outgoing:
    """An event to leave with a change; `partner` sends it over the border instead of to our services."""

    type: str
    data: Mapping[str, object]
    partner: Partner | None = None


@dataclass(frozen=True)
class Patience:
    """How long a receipt is waited for, and how often a message is sent by the exchange itself.

    After `gap` an announcement of the 名录库 that never came is asked for.
    """

    wait: timedelta
    attempts: int
    gap: timedelta = timedelta(minutes=10)


@dataclass(frozen=True)
class Wanted:
    """What is looked for in the ledger; what is empty does not narrow it.

    `mark` is that of a unit's credit code, name or id (`Messages.mark_of`); made from `begins`, before `ends`.
    """

    message_id: str = ""
    mark: str = ""
    period: str = ""
    partner: Partner | None = None
    route: RouteName | None = None
    state: State | None = None
    begins: datetime | None = None
    ends: datetime | None = None


@dataclass(frozen=True)
class Load:
    """What is on a route: `waiting` is not sent or not taken by the transport yet, the oldest of it `waiting_since`.

    `troubled` of a while are refused or not answered; `unanswered` and `refused` are all that stand so.
    """

    waiting: int = 0
    waiting_since: datetime | None = None
    sent: int = 0
    unanswered: int = 0
    refused: int = 0
    troubled: int = 0
    last_sent_at: datetime | None = None
    last_answer_at: datetime | None = None


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

    def last_sequence(self, route: RouteName, party: str) -> int:
        """Return the number of the party's last message on the route, 0 where it has none."""
        ...

    def save_each(self, messages: Sequence[Message]) -> None:
        """Store the next versions of those that nobody else has changed, with their last history entries; no events."""
        ...

    def find_last(self, route: RouteName, party: str) -> Message | None:
        """Return the party's last message on the route that has a number."""
        ...

    def find_in_sequence(self, route: RouteName, party: str, sequence: int) -> Message | None:
        """Return the party's message with this number."""
        ...

    def list_confirmed(self, limit: int) -> Sequence[Message]:
        """Return pending messages that the transport has by now."""
        ...

    def list_to_lay_down(self, routes: Sequence[RouteName], limit: int) -> Sequence[Message]:
        """Return pending messages that are on their way on routes of files, the oldest first."""
        ...

    def parcel_of(self, message: Message) -> str:
        """Return the sealed text that was entered in the journal for this attempt, to be laid down as a file.

        Raises `NotFound` where there is none.
        """
        ...

    def list_waiting(self, route: RouteName, after: tuple[datetime, str] | None, limit: int) -> Sequence[Message]:
        """Return messages that wait on a route, the oldest first, those behind the one that `after` names."""
        ...

    def list_overdue(self, routes: Sequence[RouteName], sent_before: datetime, limit: int) -> Sequence[Message]:
        """Return messages on these routes that were sent before that moment and have no receipt, the oldest first."""
        ...

    def mark_of(self, text: str) -> str:
        """Return the mark of a whole credit code, name or id of a unit: a keyed hash, in hex."""
        ...

    def load(self, route: RouteName, troubled_since: datetime) -> Load:
        """Return what is on a route."""
        ...

    def newest_on(self, route: RouteName) -> Message | None:
        """Return the newest message on a route."""
        ...

    def list_answered(
        self, route: RouteName, before: datetime, after: tuple[datetime, str] | None, limit: int
    ) -> Sequence[Message]:
        """Return messages that were answered before a moment and whose body is there, the oldest answer first.

        Those behind the answer and the id that `after` names.
        """
        ...

    def remove_body(self, message: Message, call: Call) -> Message:
        """Store the next version with its last history entry, and remove what the message says. Raises `StaleVersion`."""
        ...

    def list_newest(self, wanted: Wanted, cursor: str, limit: int) -> Page[Message]:
        """Return a page of the messages that are wanted, newest first. Raises `Malformed` for a foreign cursor."""
        ...


class Border(Protocol):
    """Opens and seals what comes and goes."""

    def open_record(self, token: str, type: str) -> Mapping[str, object]:
        """Return the unit's record that registration or filing sealed for us. Raises `Unreadable`."""
        ...

    def seal(self, content: bytes, type: str, partner: Partner) -> str:
        """Return the content signed by us, readable by the partner only."""
        ...

    def seal_notice(self, notice: Notice) -> Mapping[str, object]:
        """Return the data of a notice, its values readable by the notification service only."""
        ...

    def seal_record(self, record: Mapping[str, object], type: str) -> Mapping[str, str]:
        """Return the record of a unit that files, readable by filing only, and who reads it."""
        ...

    def open_receipt(self, token: str, type: str, partner: Partner) -> bytes:
        """Return the content of a receipt that the partner signed for us. Raises `Unreadable`."""
        ...

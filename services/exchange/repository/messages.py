"""The ledger in MongoDB: one document per message, changed in one atomic write with its outbox and history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.exchange.model.messages import Message, Secret, State
from services.exchange.model.partners import ROUTES, Partner, RouteName, Transport
from services.exchange.ports.messages import Outgoing
from services.exchange.repository.records import COLLECTION, Records
from shared.calls import Call
from shared.crypto.errors import CryptoError
from shared.errors import Conflict
from shared.ids import new_id
from shared.messaging.topology import BORDER, DIRECTORY_INBOX
from shared.mongo.aggregates import Aggregates, Duplicate, Event
from shared.mongo.client import Document
from shared.mongo.filling import fill_in
from shared.mongo.indexes import AGGREGATE_INDEXES
from shared.mongo.pages import Newest
from shared.paging import Page

_NEWEST = Newest("created_at")

INDEXES = (
    *AGGREGATE_INDEXES,
    IndexModel(_NEWEST.sort, name="newest"),
    IndexModel([("state", 1), *_NEWEST.sort], name="of_state"),
    IndexModel([("state", 1), ("sent_at", 1)], name="overdue"),
    IndexModel(
        [("party", 1), ("route", 1), ("sequence", 1)],
        name="sequence_of_party",
        unique=True,
        # Not yet those of the time when there was no party: they are filled in after the indexes are made.
        partialFilterExpression={"party": {"$exists": True}, "sequence": {"$exists": True}},
    ),
)

FORMER_INDEX = "sequence_of_unit"
"""Kept a unit's sequence when there were only messages on units; it would refuse those that are on none."""

INBOXES: Mapping[Partner, str] = {Partner.DIRECTORY: DIRECTORY_INBOX}
"""Under which key the border takes what is for a partner; what is for another is laid down as files."""

_BY_BROKER = [route.name.value for route in ROUTES.values() if route.transport is Transport.AMQP]


@dataclass(frozen=True)
class MongoMessages:
    """The messages of one database."""

    database: Database[Document]
    records: Records
    session: ClientSession | None = None

    def within(self, session: ClientSession) -> MongoMessages:
        """Return the same messages, read and written within a transaction."""
        return MongoMessages(self.database, self.records, session)

    def get(self, message_id: str) -> Message:
        """Return the message. Raises `NotFound`."""
        return self.records.message(self._aggregates.get(message_id))

    def find(self, message_id: str) -> Message | None:
        """Return the message, or None."""
        return self._one({"_id": message_id})

    def secret_of(self, message: Message) -> Secret:
        """Return the confidential part. Raises `NotFound` where there is none, `SealBroken`."""
        return self.records.secret(self._aggregates.get(message.id))

    def add(self, message: Message, call: Call, secret: Secret | None, events: Sequence[Outgoing] = ()) -> Message:
        """Store a new message. Raises `Conflict` where its id or its place in the party's sequence is taken."""
        fields = self.records.fields(message)
        if secret is not None:
            fields |= self.records.sealed(message, secret, 1)
        try:
            self._aggregates.insert(message.id, fields, message.history[-1], _events(message, call, events))
        except Duplicate:
            raise Conflict from None
        return message

    def save(
        self, message: Message, call: Call, secret: Secret | None = None, events: Sequence[Outgoing] = ()
    ) -> Message:
        """Store the next version with its last history entry; the confidential part stays where none is given.

        Raises `StaleVersion`, `Conflict` where the place in the party's sequence is taken.
        """
        fields = self.records.fields(message)
        if secret is not None:
            fields |= self.records.sealed(message, secret, message.version + 1)
        try:
            document = self._aggregates.save(
                message.id, message.version, fields, (), message.history[-1], _events(message, call, events)
            )
        except Duplicate:
            raise Conflict from None
        return self.records.message(document)

    def last_sequence(self, route: RouteName, party: str) -> int:
        """Return the number of the party's last message on the route, 0 where it has none."""
        query = {"party": party, "route": route.value, "sequence": {"$exists": True}}
        last = next(self._aggregates.find(query, sort=[("sequence", DESCENDING)], limit=1), None)
        return int(last["sequence"]) if last else 0

    def find_in_sequence(self, route: RouteName, party: str, sequence: int) -> Message | None:
        """Return the party's message with this number."""
        return self._one({"party": party, "route": route.value, "sequence": sequence})

    def list_confirmed(self, limit: int) -> Sequence[Message]:
        """Return pending messages that the broker has by now: the relay has taken them out of their outbox."""
        by_broker = {"route": {"$in": _BY_BROKER}, "outbox.exchange": {"$ne": BORDER}}
        query = {"state": State.PENDING.value, "attempts": {"$gt": 0}, **by_broker}
        return self._oldest(query, "created_at", limit)

    def list_to_lay_down(self, limit: int) -> Sequence[Message]:
        """Return pending messages that are on their way on routes of files, the oldest first."""
        by_files = {"route": {"$nin": _BY_BROKER}}
        query = {"state": State.PENDING.value, "attempts": {"$gt": 0}, **by_files}
        return self._oldest(query, "created_at", limit)

    def list_waiting(self, limit: int) -> Sequence[Message]:
        """Return pending messages that were never queued, the oldest first."""
        return self._oldest({"state": State.PENDING.value, "attempts": 0}, "created_at", limit)

    def list_overdue(self, sent_before: datetime, limit: int) -> Sequence[Message]:
        """Return messages that were sent before that moment and have no receipt, the oldest first."""
        return self._oldest({"state": State.SENT.value, "sent_at": {"$lt": sent_before}}, "sent_at", limit)

    def list_newest(self, state: State | None, cursor: str, limit: int) -> Page[Message]:
        """Return a page of messages, newest first. Raises `Malformed` for a foreign cursor."""
        query: dict[str, Any] = {} if state is None else {"state": state.value}
        query |= _NEWEST.after(cursor)
        found = self._aggregates.find(query, sort=_NEWEST.sort, limit=limit + 1, projection={"sealed": 0})
        rows, following = _NEWEST.page(found, limit)
        return Page(tuple(self.records.message(row) for row in rows), following)

    def fill_in(self) -> int:
        """Give messages of former times the fields that came to be since, and return how many; twice does no harm."""
        rows = self.database[COLLECTION]
        if FORMER_INDEX in rows.index_information():
            rows.drop_index(FORMER_INDEX)
        return fill_in(rows, "party", self.records.filled_in, CryptoError)

    @property
    def _aggregates(self) -> Aggregates:
        return Aggregates(self.database[COLLECTION], self.session)

    def _one(self, query: dict[str, Any]) -> Message | None:
        document = self._aggregates.find_one(query)
        return None if document is None else self.records.message(document)

    def _oldest(self, query: dict[str, Any], by: str, limit: int) -> Sequence[Message]:
        rows = self._aggregates.find(query, sort=[(by, ASCENDING)], limit=limit, projection={"sealed": 0})
        return tuple(self.records.message(row) for row in rows)


def _events(message: Message, call: Call, events: Sequence[Outgoing]) -> list[Event]:
    return [
        Event(
            id=new_id(),
            type=outgoing.type,
            time=message.updated_at,
            subject=message.id if outgoing.partner else message.registration_id or message.filing_id or message.id,
            data=outgoing.data,
            correlation_id=call.correlation_id,
            exchange=BORDER if outgoing.partner else "",
            routing_key=INBOXES[outgoing.partner] if outgoing.partner else "",
        )
        for outgoing in events
    ]

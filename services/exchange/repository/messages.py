"""The ledger in MongoDB: one document per message, changed in one atomic write with its outbox and history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.exchange.journal.entries import Crossing, digest_of
from services.exchange.model.messages import ANSWERED, Message, Secret, State
from services.exchange.model.partners import ROUTES, Direction, Partner, RouteName, Transport, Transports
from services.exchange.ports.messages import Load, Outgoing, Wanted
from services.exchange.repository.crossings import FIELD, PARCEL, WAITING_INDEX, Crossings
from services.exchange.repository.records import COLLECTION, Records
from shared.calls import Call
from shared.crypto.errors import CryptoError
from shared.errors import Conflict, NotFound
from shared.ids import new_id
from shared.messaging.topology import BORDER, DIRECTORY_INBOX
from shared.mongo.aggregates import Aggregates, Duplicate, Event
from shared.mongo.client import Document, unavailable_when_down
from shared.mongo.filling import fill_in
from shared.mongo.indexes import AGGREGATE_INDEXES
from shared.mongo.pages import Newest
from shared.paging import Page

_NEWEST = Newest("created_at")

INDEXES = (
    *AGGREGATE_INDEXES,
    WAITING_INDEX,
    IndexModel(_NEWEST.sort, name="newest"),
    IndexModel([("state", 1), *_NEWEST.sort], name="of_state"),
    IndexModel([("marks", 1), *_NEWEST.sort], name="of_unit"),
    IndexModel([("period", 1), *_NEWEST.sort], name="of_period"),
    IndexModel([("route", 1), *_NEWEST.sort], name="of_route"),
    IndexModel([("route", 1), ("state", 1), *_NEWEST.sort], name="of_route_and_state"),
    IndexModel([("route", 1), ("state", 1), ("updated_at", 1)], name="load"),
    IndexModel([("route", 1), ("sent_at", -1)], name="last_sent"),
    IndexModel([("route", 1), ("answered_at", -1)], name="last_answer"),
    IndexModel([("route", 1), ("body_removed_at", 1), ("answered_at", 1), ("_id", 1)], name="answered"),
    IndexModel([("state", 1), ("sent_at", 1)], name="overdue"),
    IndexModel([("route", 1), ("created_at", 1), ("_id", 1)], name="waiting", partialFilterExpression={"waits": True}),
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


@dataclass(frozen=True)
class MongoMessages:
    """The messages of one database."""

    database: Database[Document]
    records: Records
    transports: Transports
    session: ClientSession | None = None
    added: dict[str, Secret] = field(default_factory=dict, compare=False, repr=False)
    """What was added within the transaction, or one before it that was undone, and need not be read again."""

    def within(self, session: ClientSession) -> MongoMessages:
        """Return the same messages, read and written within a transaction."""
        return MongoMessages(self.database, self.records, self.transports, session)

    def get(self, message_id: str) -> Message:
        """Return the message. Raises `NotFound`."""
        return self.records.message(self._aggregates.get(message_id))

    def find(self, message_id: str) -> Message | None:
        """Return the message, or None."""
        return self._one({"_id": message_id})

    def secret_of(self, message: Message) -> Secret:
        """Return the confidential part. Raises `NotFound` where there is none, `SealBroken`."""
        added = self.added.get(message.id)
        if added is not None and digest_of(added.content) == message.digest:
            return added
        return self.records.secret(self._aggregates.get(message.id))

    def add(self, message: Message, call: Call, secret: Secret | None, events: Sequence[Outgoing] = ()) -> Message:
        """Store a new message. Raises `Conflict` where its id or its place in the party's sequence is taken."""
        told, crossings = self._parted(message, call, events)
        fields = self.records.fields(message) | ({FIELD: crossings} if crossings else {})
        if secret is not None:
            fields |= self.records.sealed(message, secret, 1)
        try:
            self._aggregates.insert(message.id, fields, message.history[-1], told)
        except Duplicate:
            raise Conflict from None
        if self.session is not None and secret is not None:
            self.added[message.id] = secret
        return message

    def save(
        self, message: Message, call: Call, secret: Secret | None = None, events: Sequence[Outgoing] = ()
    ) -> Message:
        """Store the next version with its last history entry; the confidential part stays where none is given.

        Raises `StaleVersion`, `Conflict` where the place in the party's sequence is taken.
        """
        told, crossings = self._parted(message, call, events)
        fields = self.records.fields(message) | ({PARCEL: None} if crossings else {})
        if secret is not None:
            fields |= self.records.sealed(message, secret, message.version + 1)
        act = message.history[-1]
        try:
            document = self._aggregates.save(
                message.id, message.version, fields, (), act, told, appended={FIELD: crossings}
            )
        except Duplicate:
            raise Conflict from None
        self.added.pop(message.id, None)
        return self.records.message(document)

    def save_each(self, messages: Sequence[Message]) -> None:
        """Store the next versions of those that nobody else has changed, with their last history entries; no events."""
        self._aggregates.save_each(
            [(each.id, each.version, self.records.fields(each), each.history[-1]) for each in messages]
        )

    def last_sequence(self, route: RouteName, party: str) -> int:
        """Return the number of the party's last message on the route, 0 where it has none."""
        last = self._last(route, party, {"sequence": 1})
        return int(last["sequence"]) if last else 0

    def find_last(self, route: RouteName, party: str) -> Message | None:
        """Return the party's last message on the route that has a number."""
        last = self._last(route, party, {"sealed": 0})
        return self.records.message(last) if last else None

    def find_in_sequence(self, route: RouteName, party: str, sequence: int) -> Message | None:
        """Return the party's message with this number."""
        return self._one({"party": party, "route": route.value, "sequence": sequence})

    def list_confirmed(self, limit: int) -> Sequence[Message]:
        """Return pending messages that the broker has by now: entered, and taken out of their outbox by the relay."""
        by_broker = {PARCEL: None, "outbox.exchange": {"$ne": BORDER}, f"{FIELD}.id": {"$exists": False}}
        query = {"state": State.PENDING.value, "waits": False, **by_broker}
        return self._oldest(query, "created_at", limit)

    def list_to_lay_down(self, routes: Sequence[RouteName], limit: int) -> Sequence[Message]:
        """Return pending messages on these routes that are entered and wait to be laid down, the oldest first."""
        by_files = {"route": {"$in": [route.value for route in routes]}, PARCEL: {"$ne": None}}
        query = {"state": State.PENDING.value, "waits": False, **by_files}
        return self._oldest(query, "created_at", limit)

    def parcel_of(self, message: Message) -> str:
        """Return the sealed text that was entered for this attempt. Raises `NotFound` where there is none."""
        parcel = self._aggregates.get(message.id).get(PARCEL)
        if parcel is None:
            raise NotFound
        return str(parcel["data"]["sealed"])

    def list_waiting(self, route: RouteName, after: tuple[datetime, str] | None, limit: int) -> Sequence[Message]:
        """Return messages that wait on a route, the oldest first, those behind the one that `after` names."""
        query: Document = {"waits": True, "route": route.value}
        return self._oldest(query | _behind("created_at", after, {}), "created_at", limit)

    def list_overdue(self, routes: Sequence[RouteName], sent_before: datetime, limit: int) -> Sequence[Message]:
        """Return messages on these routes that were sent before that moment and have no receipt, the oldest first."""
        sent = {"state": State.SENT.value, "sent_at": {"$lt": sent_before}}
        return self._oldest({**sent, "route": {"$in": [route.value for route in routes]}}, "sent_at", limit)

    def mark_of(self, text: str) -> str:
        """Return the mark of a whole credit code, name or id of a unit: a keyed hash, in hex."""
        return self.records.mark(text).hex()

    def load(self, route: RouteName, troubled_since: datetime) -> Load:
        """Return what is on a route; each figure is counted by an index."""
        on = {"route": route.value}
        states = {each: {**on, "state": each.value} for each in State}
        troubled = [
            states[each] | {"updated_at": {"$gte": troubled_since}} for each in (State.REFUSED, State.UNANSWERED)
        ]
        oldest = self._first(states[State.PENDING], "updated_at", ASCENDING)
        with unavailable_when_down():
            count = self.database[COLLECTION].count_documents
            return Load(
                waiting=count(states[State.PENDING]),
                waiting_since=oldest,
                sent=count(states[State.SENT]),
                unanswered=count(states[State.UNANSWERED]),
                refused=count(states[State.REFUSED]),
                troubled=sum(map(count, troubled)),
                last_sent_at=self._first(on, "sent_at", DESCENDING),
                last_answer_at=self._first(on, "answered_at", DESCENDING),
            )

    def newest_on(self, route: RouteName) -> Message | None:
        """Return the newest message on a route."""
        found = self.list_newest(Wanted(route=route), "", 1).items
        return found[0] if found else None

    def list_answered(
        self, route: RouteName, before: datetime, after: tuple[datetime, str] | None, limit: int
    ) -> Sequence[Message]:
        """Return messages that were answered before a moment and whose body is there, the oldest answer first."""
        query: Document = {
            "route": route.value,
            "state": {"$in": [state.value for state in ANSWERED]},
            "answered_at": {"$lt": before},
            "body_removed_at": None,
        }
        return self._oldest(query | _behind("answered_at", after, {"$lt": before}), "answered_at", limit)

    def remove_body(self, message: Message, call: Call) -> Message:
        """Store the next version with its last history entry, and remove what the message says. Raises `StaleVersion`."""
        fields, gone = self.records.fields(message) | {PARCEL: None}, ("sealed", "sealed_at")
        return self.records.message(
            self._aggregates.save(message.id, message.version, fields, gone, message.history[-1])
        )

    def _last(self, route: RouteName, party: str, projection: Mapping[str, int]) -> Document | None:
        query = {"party": party, "route": route.value, "sequence": {"$exists": True}}
        order = [("sequence", DESCENDING)]
        return next(self._aggregates.find(query, sort=order, limit=1, projection=projection), None)

    def _first(self, query: Mapping[str, Any], moment: str, order: int) -> datetime | None:
        found = next(
            self._aggregates.find(
                {**query, moment: {"$ne": None}}, sort=[(moment, order)], limit=1, projection={moment: 1}
            ),
            None,
        )
        return found[moment] if found else None

    def list_newest(self, wanted: Wanted, cursor: str, limit: int) -> Page[Message]:
        """Return a page of the messages that are wanted, newest first. Raises `Malformed` for a foreign cursor."""
        query = self.query_of(wanted)
        if after := _NEWEST.after(cursor):
            query = {"$and": [query, after]} if query else after
        found = self._aggregates.find(query, sort=_NEWEST.sort, limit=limit + 1, projection={"sealed": 0})
        rows, following = _NEWEST.page(found, limit)
        return Page(tuple(self.records.message(row) for row in rows), following)

    def query_of(self, wanted: Wanted) -> dict[str, Any]:
        """Return the query for what is wanted of the ledger."""
        routes = [wanted.route] if wanted.route else [*ROUTES] if wanted.partner else []
        if wanted.partner is not None:
            routes = [name for name in routes if ROUTES[name].partner is wanted.partner]
        made = {"$gte": wanted.begins, "$lt": wanted.ends}
        within = {name: moment for name, moment in made.items() if moment is not None}
        query: dict[str, Any] = {
            "_id": wanted.message_id,
            "marks": bytes.fromhex(wanted.mark),
            "period": wanted.period,
            "route": {"$in": [name.value for name in routes]} if wanted.partner or wanted.route else "",
            "state": wanted.state.value if wanted.state else "",
            "created_at": within,
        }
        return {name: value for name, value in query.items() if value}

    def fill_in(self) -> int:
        """Give messages of former times the fields that came to be since, and return how many; twice does no harm."""
        rows = self.database[COLLECTION]
        if FORMER_INDEX in rows.index_information():
            rows.drop_index(FORMER_INDEX)
        return fill_in(rows, "party", self.records.filled_in, CryptoError)

    def _parted(self, message: Message, call: Call, events: Sequence[Outgoing]) -> tuple[list[Event], list[Document]]:
        """Return what is told at once, and what crosses the border as soon as it is entered in the journal."""
        told, crossings = [], []
        for outgoing in events:
            event = self._event(message, call, outgoing)
            if outgoing.partner is None:
                told.append(event)
            else:
                is_parcel = self.transports.of(message.partner) is Transport.FILE
                crossings.append(self.crossings.leaving(_crossing(message, event), event, is_parcel=is_parcel))
        return told, crossings

    def _event(self, message: Message, call: Call, outgoing: Outgoing) -> Event:
        is_by_broker = outgoing.partner is not None and self.transports.of(outgoing.partner) is Transport.AMQP
        return Event(
            id=new_id(),
            type=outgoing.type,
            time=message.updated_at,
            subject=message.id if outgoing.partner else message.registration_id or message.filing_id or message.id,
            data=outgoing.data,
            correlation_id=call.correlation_id,
            exchange=BORDER if is_by_broker else "",
            routing_key=INBOXES[outgoing.partner] if outgoing.partner and is_by_broker else "",
        )

    @property
    def crossings(self) -> Crossings:
        """What makes the crossings of these messages."""
        return Crossings(self.database.name, self.records.sealer)

    @property
    def _aggregates(self) -> Aggregates:
        return Aggregates(self.database[COLLECTION], self.session)

    def _one(self, query: dict[str, Any]) -> Message | None:
        document = self._aggregates.find_one(query)
        return None if document is None else self.records.message(document)

    def _oldest(self, query: dict[str, Any], by: str, limit: int) -> Sequence[Message]:
        order = [(by, ASCENDING), ("_id", ASCENDING)]
        rows = self._aggregates.find(query, sort=order, limit=limit, projection={"sealed": 0})
        return tuple(self.records.message(row) for row in rows)


def _behind(moment: str, after: tuple[datetime, str] | None, within: Document) -> Document:
    """Return what narrows a query, of which `within` bounds the moment already, to the rows behind a row."""
    if after is None:
        return {}
    at, id = after
    return {moment: {"$gte": at, **within}, "$or": [{moment: {"$gt": at}}, {moment: at, "_id": {"$gt": id}}]}


def _crossing(message: Message, event: Event) -> Crossing:
    sealed = str(event.data["sealed"])
    return Crossing(
        event=event.id,
        partner=message.partner.value,
        direction=Direction.OUT.value,
        route=message.route.value,
        message_id=message.id,
        type=event.type,
        attempt=message.attempts,
        content=message.digest,
        token=digest_of(sealed.encode()),
        size=len(sealed),
    )

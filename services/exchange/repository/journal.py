"""The journal in MongoDB: entries that are only ever inserted, a head per chain, the anchors of the days."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel, InsertOne, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.exchange.journal.anchors import SignedAnchor, Standing, anchor_of, end_of
from services.exchange.journal.chains import Head, head_of, linked
from services.exchange.journal.entries import Entry, moment_text
from services.exchange.model.partners import Partner
from services.exchange.ports.journal import Arrival, Chain, Checked, Noted, Search
from services.exchange.repository.crossings import (
    ALONE,
    ENTRIES,
    FIELD,
    PARCEL,
    WAITING_INDEX,
    Crossings,
    crossing_of,
)
from shared import failpoints
from shared.ids import new_id
from shared.mongo.aggregates import Event, event_entry
from shared.mongo.client import Document, unavailable_when_down
from shared.mongo.indexes import OUTBOX_INDEX
from shared.mongo.transactions import in_transaction
from shared.paging import decode_cursor, encode_cursor

CHAINS, ANCHORS = "chains", "anchors"

INDEXES: Mapping[str, Sequence[IndexModel]] = {
    ENTRIES: (
        IndexModel([("partner", 1), ("number", 1)], name="chain", unique=True),
        IndexModel([("partner", 1), ("at", 1), ("number", 1)], name="of_day"),
        IndexModel([("partner", 1), ("route", 1), ("number", 1)], name="of_route"),
        IndexModel([("message_id", 1), ("number", 1)], name="of_message"),
        IndexModel([("event", 1)], name="of_event"),
        IndexModel(
            [("partner", 1), ("number", 1)],
            name="proofs",
            partialFilterExpression={"sealed": {"$exists": True}},
        ),
    ),
    ALONE: (WAITING_INDEX,),
    CHAINS: (OUTBOX_INDEX,),
    ANCHORS: (),
}

TELLER = "journal"
"""The document among the chains whose outbox tells our services of the journal itself."""


class _Headless(Exception):
    """A chain has no head yet."""


@dataclass(frozen=True)
class MongoJournal:
    """`ports.Journal`; `collections` are those whose documents hold crossings."""

    database: Database[Document]
    crossings: Crossings
    collections: tuple[str, ...]
    session: ClientSession | None = None

    def within(self, session: ClientSession) -> MongoJournal:
        """Return the same journal, noted in within a transaction."""
        return MongoJournal(self.database, self.crossings, self.collections, session)

    def note(self, arrival: Arrival, at: datetime) -> None:
        """Have something entered that came and changed nothing; the same again adds nothing."""
        crossing = arrival.crossing
        known = {"event": crossing.event, "token": crossing.token}
        if self._rows(ENTRIES).find_one(known, {"_id": 1}, session=self.session) is not None:
            return
        document = self.crossings.arriving(arrival, at)
        place = {"_id": f"{crossing.partner}/{crossing.event}"}
        self._rows(ALONE).update_one(place, {"$setOnInsert": {FIELD: [document]}}, upsert=True, session=self.session)

    def link(self, at: datetime, limit: int) -> int:
        """Enter what waits, release what is on its way out, and return how much that was: all of it or nothing."""

        def link() -> int:
            return in_transaction(self.database.client, lambda session: self._link(session, moment_text(at), limit))

        try:
            return link()
        except _Headless:
            self._prepare()
            return link()

    def oldest_waiting(self) -> datetime | None:
        """Return since when the oldest waits that is not entered yet."""
        with unavailable_when_down():
            waiting = [found for name in self.collections if (found := self._oldest(name)) is not None]
        return min(waiting, default=None)

    def chains(self) -> tuple[Chain, ...]:
        """Return the chains of all partners."""
        with unavailable_when_down():
            rows = {row["_id"]: row for row in self._rows(CHAINS).find({"_id": {"$in": _PARTNERS}})}
        return tuple(_chain(partner, rows.get(partner.value)) for partner in Partner)

    def list_newest(self, search: Search, cursor: str, limit: int) -> tuple[Sequence[Noted], str]:
        """Return a page of entries, newest first, and the cursor of the next. Raises `Malformed`."""
        query: Document = {"partner": search.partner.value}
        query |= {"route": search.route.value} if search.route else {}
        query |= {"message_id": search.message_id} if search.message_id else {}
        first, last = self._span(search)
        behind = decode_cursor(cursor, 1)
        if behind is not None:
            last = min(last, int(behind[0]) - 1 if behind[0].isdecimal() else 0) if last else int(behind[0]) - 1
        numbers = ({"$gt": first} if first else {}) | ({"$lte": last} if last is not None else {})
        query |= {"number": numbers} if numbers else {}
        with unavailable_when_down():
            rows = list(self._rows(ENTRIES).find(query, sort=[("number", DESCENDING)], limit=limit + 1))
        following = encode_cursor(str(rows[limit - 1]["number"])) if len(rows) > limit else ""
        return tuple(_noted(row) for row in rows[:limit]), following

    def follow(self, partner: Partner, first: int, last: int) -> Iterator[Noted]:
        """Yield the entries from one number to another, in their order."""
        query = {"partner": partner.value, "number": {"$gte": first, "$lte": last}}
        with unavailable_when_down():
            for row in self._rows(ENTRIES).find(query, {"sealed": 0}, sort=[("number", ASCENDING)]):
                yield _noted(row)

    def proofs(self, partner: Partner, first: int, last: int) -> Iterator[tuple[int, str]]:
        """Yield the number of each entry that has a proof with it, empty where that can't be opened any more."""
        query = {"partner": partner.value, "number": {"$gte": first, "$lte": last}, "sealed": {"$exists": True}}
        fields = {"number": 1, "event": 1, "sealed": 1}
        with unavailable_when_down():
            for row in self._rows(ENTRIES).find(query, fields, sort=[("number", ASCENDING)]):
                yield row["number"], self.crossings.proof(row)

    def head_before(self, partner: Partner, moment: datetime) -> Head:
        """Return where a chain stood before a moment."""
        with unavailable_when_down():
            return self._head_before(partner.value, moment, None)

    def close_day(
        self, day: date, make: Callable[[SignedAnchor | None, Sequence[Standing]], SignedAnchor]
    ) -> SignedAnchor:
        """Keep the anchor of a day that is over, made of the one before and of where the chains stood; once."""
        self._prepare()

        def close(session: ClientSession) -> SignedAnchor:
            known = self._rows(ANCHORS).find_one({"_id": day.isoformat()}, session=session)
            if known is not None:
                return _signed(known)
            # What is entered from now on is of the days after, however slow somebody's clock is.
            floor = {"$max": {"floor": moment_text(end_of(day))}}
            self._rows(CHAINS).update_many({"_id": {"$in": _PARTNERS}}, floor, session=session)
            heads = [(name, self._head_before(name, end_of(day), session)) for name in _PARTNERS]
            last = self._rows(ANCHORS).find_one({}, sort=[("_id", DESCENDING)], session=session)
            anchor = make(
                _signed(last) if last else None, [Standing(name, head.number, head.hash) for name, head in heads]
            )
            self._rows(ANCHORS).insert_one(
                {"_id": day.isoformat(), "token": anchor.token, **_anchor_row(anchor)}, session=session
            )
            return anchor

        return in_transaction(self.database.client, close)

    def anchors(self, since: date | None = None, until: date | None = None) -> tuple[SignedAnchor, ...]:
        """Return the anchors of days, in their order."""
        days = ({"$gte": since.isoformat()} if since else {}) | ({"$lte": until.isoformat()} if until else {})
        with unavailable_when_down():
            rows = self._rows(ANCHORS).find({"_id": days} if days else {}, sort=[("_id", ASCENDING)])
            return tuple(_signed(row) for row in rows)

    def anchor_before(self, day: date | None = None) -> SignedAnchor | None:
        """Return the last anchor before a day, or the very last."""
        query = {"_id": {"$lt": day.isoformat()}} if day else {}
        with unavailable_when_down():
            row = self._rows(ANCHORS).find_one(query, sort=[("_id", DESCENDING)])
        return None if row is None else _signed(row)

    def note_checked(self, partner: Partner, checked: Checked) -> None:
        """Keep how far a chain was followed."""
        with unavailable_when_down():
            self._rows(CHAINS).update_one({"_id": partner.value}, {"$set": {"checked": asdict(checked)}})

    def tell(self, type: str, data: Mapping[str, object], at: datetime) -> None:
        """Send an event of the journal's own to our services."""
        event = Event(id=new_id(), type=type, time=at, subject=TELLER, data=data)
        with unavailable_when_down():
            self._rows(CHAINS).update_one({"_id": TELLER}, {"$push": {"outbox": event_entry(event)}}, upsert=True)

    def _link(self, session: ClientSession, at: str, limit: int) -> int:
        waiting = sorted(self._waiting(session, limit), key=lambda each: str(each[2]["id"]))[:limit]
        if not waiting:
            return 0
        rows: list[Document] = []
        for partner in sorted({str(document["crossing"]["partner"]) for _, _, document in waiting}):
            mine = [document for _, _, document in waiting if document["crossing"]["partner"] == partner]
            rows += self._entered(session, partner, mine, at)
        self._rows(ENTRIES).bulk_write([InsertOne(row) for row in rows], session=session)
        failpoints.hit("journal.entered_not_released")
        for name in self.collections:
            changes = _releases((id, document) for collection, id, document in waiting if collection == name)
            if changes:
                self._rows(name).bulk_write(changes, ordered=False, session=session)
        if alone := [id for name, id, _ in waiting if name == ALONE]:
            self._rows(ALONE).delete_many({"_id": {"$in": alone}}, session=session)
        return len(waiting)

    def _waiting(self, session: ClientSession, limit: int) -> Iterator[tuple[str, str, Document]]:
        """Yield collection, document and crossing of what waits, the oldest of each collection first."""
        for name in self.collections:
            found = self._rows(name).find(
                {f"{FIELD}.id": {"$exists": True}}, {FIELD: 1}, sort=[(f"{FIELD}.id", 1)], limit=limit, session=session
            )
            for row in found:
                for document in row[FIELD]:
                    yield name, row["_id"], document

    def _entered(self, session: ClientSession, partner: str, waiting: Sequence[Document], at: str) -> list[Document]:
        """Move the head of a chain behind what waits, and return the rows of the entries."""
        chain: Document | None = self._rows(CHAINS).find_one({"_id": partner}, session=session)
        if chain is None:
            raise _Headless
        head = _head(chain)
        crossings = [crossing_of(document) for document in waiting]
        entries = list(linked(head, crossings, max(at, chain.get("floor", ""))))
        new = head_of(entries[-1])
        self._rows(CHAINS).update_one({"_id": partner}, {"$set": asdict(new)}, session=session)
        return [_row(entry, document) for entry, document in zip(entries, waiting, strict=True)]

    def _prepare(self) -> None:
        """Make sure that each chain has its head: a transaction takes its turn at an existing one."""
        with unavailable_when_down():
            if self._rows(CHAINS).count_documents({"_id": {"$in": _PARTNERS}}) == len(_PARTNERS):
                return
            for name in _PARTNERS:
                try:
                    self._rows(CHAINS).update_one({"_id": name}, {"$setOnInsert": asdict(Head())}, upsert=True)
                except DuplicateKeyError:  # another worker was faster
                    continue

    def _head_before(self, partner: str, moment: datetime, session: ClientSession | None) -> Head:
        query = {"partner": partner, "at": {"$lt": moment_text(moment)}}
        order = [("at", DESCENDING), ("number", DESCENDING)]
        row = self._rows(ENTRIES).find_one(query, {"number": 1, "hash": 1, "at": 1}, sort=order, session=session)
        return _head(row or {})

    def _span(self, search: Search) -> tuple[int, int | None]:
        """Return the number before the first day of a search, and that of the end of its last."""
        first = (
            self.head_before(search.partner, end_of(date.fromordinal(search.since.toordinal() - 1))).number
            if search.since
            else 0
        )
        return first, self.head_before(search.partner, end_of(search.until)).number if search.until else None

    def _oldest(self, name: str) -> datetime | None:
        row = self._rows(name).find_one(
            {f"{FIELD}.id": {"$exists": True}}, {f"{FIELD}.at": 1}, sort=[(f"{FIELD}.id", 1)]
        )
        return None if row is None else min(each["at"] for each in row[FIELD])

    def _rows(self, name: str) -> Any:  # Any: pymongo's collection of untyped documents
        return self.database[name]


_PARTNERS = [partner.value for partner in Partner]


def _releases(waiting: Iterable[tuple[str, Document]]) -> list[UpdateOne]:
    """Return the changes that take crossings out of their documents and put what leaves into the outboxes."""
    of: dict[str, list[Document]] = {}
    for id, document in waiting:
        of.setdefault(id, []).append(document)
    changes = []
    for id, documents in of.items():
        change: Document = {"$pull": {FIELD: {"id": {"$in": [each["id"] for each in documents]}}}}
        leaving = [each for each in documents if "event" in each]
        if by_broker := [each["event"] for each in leaving if not each["is_parcel"]]:
            change["$push"] = {"outbox": {"$each": by_broker}}
        if parcels := [each["event"] for each in leaving if each["is_parcel"]]:
            change["$set"] = {PARCEL: parcels[-1]}
        changes.append(UpdateOne({"_id": id}, change))
    return changes


def _row(entry: Entry, document: Mapping[str, Any]) -> Document:
    row = {"_id": f"{entry.partner}/{entry.number}", **asdict(entry), "hash": entry.hash}
    return row | ({"sealed": document["sealed"]} if "sealed" in document else {})


def _noted(row: Mapping[str, Any]) -> Noted:
    return Entry(**{name: row[name] for name in Entry.__dataclass_fields__}), row["hash"]


def _head(row: Mapping[str, Any]) -> Head:
    return Head(row["number"], row["hash"], row["at"]) if "number" in row else Head()


def _chain(partner: Partner, row: Mapping[str, Any] | None) -> Chain:
    checked = (row or {}).get("checked")
    return Chain(partner, _head(row or {}), Checked(**checked) if checked else None)


def _signed(row: Mapping[str, Any]) -> SignedAnchor:
    return SignedAnchor(anchor_of(row["payload"]), row["token"])


def _anchor_row(anchor: SignedAnchor) -> Document:
    return {"payload": anchor.anchor.payload}

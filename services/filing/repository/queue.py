"""The queue of a department in MongoDB: pages in each order, what is beside a place, and counts that have a bound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog
from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database

from services.filing.model.filings import Filing
from services.filing.model.ranks import Order
from services.filing.ports.queue import Beside, Chosen, Facets, QueueFilter, Standing
from services.filing.repository.queueing import LONGEST, RANKS, WAITS, value_of
from services.filing.repository.records import COLLECTION, Records
from shared.crypto.errors import CryptoError, KeyDestroyed
from shared.errors import Malformed
from shared.mongo.client import Document, unavailable_when_down
from shared.paging import Page, decode_cursor, encode_cursor, read_moment

log = structlog.get_logger()

UNITS = "units"
MOST_UNITS = 50

Sort = list[tuple[str, int]]

MOST_PERIODS = 24
"""So many periods are counted, the newest ones."""


@dataclass(frozen=True)
class _Place:
    """Where something stands in an order: its rank where the order has one, since when it waits, and its id."""

    rank: int | None
    waiting_since: datetime
    id: str

    @property
    def cursor(self) -> str:
        """The place as a cursor."""
        rank = "" if self.rank is None else str(self.rank)
        return encode_cursor(rank, self.waiting_since.isoformat(), self.id)


@dataclass(frozen=True)
class MongoQueue:
    """The queues of one database."""

    database: Database[Document]
    records: Records

    def page(self, division: str, wanted: QueueFilter, order: Order, cursor: str, limit: int) -> Page[Standing]:
        """Return a page of the queue. Raises `Malformed`. What can't be read is left out, and the page is shorter by it."""
        place = _read(order, cursor) if cursor else None
        rows = self._rows(division, wanted, order, place, limit + 1, is_after=True)
        following = _place(rows[limit - 1], order).cursor if len(rows) > limit else ""
        return Page(tuple(self._standing(rows[:limit], order)), following)

    def units_named(self, text: str) -> tuple[str, ...]:
        """Return the ids of the units whose whole name or credit code this is, by keyed hashes."""
        hashes = [
            {"name": self.records.index.of("unit_name", text)},
            {"codes": self.records.index.of("unit_code", text)},
        ]
        with unavailable_when_down():
            found = self.database[UNITS].find({"$or": hashes}, {"_id": 1}, limit=MOST_UNITS)
            return tuple(str(row["_id"]) for row in found)

    def place_of(self, filing: Filing, order: Order) -> str:
        """Return the place that a filing has, or would have, in an order."""
        since = filing.waiting_since or filing.submitted_at or filing.created_at
        ranks: Mapping[str, int] = {
            "severity": filing.ranks.severity,
            "days_late": filing.ranks.days_late,
            "change": filing.ranks.change,
        }
        return _Place(ranks[RANKS[order]] if order in RANKS else None, since, filing.id).cursor

    def beside(self, division: str, wanted: QueueFilter, order: Order, place: str, *, is_after: bool) -> Beside:
        """Return the filing next to a place, whether one stands there or not. Raises `Malformed`."""
        rows = self._rows(division, wanted, order, _read(order, place), 1, is_after=is_after)
        return Beside(rows[0]["_id"], _place(rows[0], order).cursor) if rows else Beside()

    def count(self, division: str, wanted: QueueFilter, most: int, since_before: datetime | None = None) -> int:
        """Return how many wait, at most `most`; those that came before a moment where one is named."""
        query = queue_query(division, wanted)
        if since_before is not None:
            query["waiting_since"] = {"$lt": since_before}
        return self._count(query, most)

    def count_large(self, division: str, wanted: QueueFilter, least: int, most: int) -> int:
        """Return how many change by at least a band, at most `most`."""
        return self._count({**queue_query(division, wanted), "change": {"$gte": least}}, most)

    def number_of(self, division: str, wanted: QueueFilter, order: Order, place: str, most: int) -> int:
        """Return how many stand before a place, at most `most`. Raises `Malformed`."""
        counted = 0
        for query, _ in _parts(queue_query(division, wanted), order, _read(order, place), is_after=False):
            if counted < most:
                counted += self._count(query, most - counted)
        return counted

    def facets(self, division: str, wanted: QueueFilter, forms: Sequence[str], most: int) -> Facets:
        """Return how many of each form and period wait under all else that the filter says, in one round trip and a look."""
        with unavailable_when_down():
            found = self.database[COLLECTION].distinct("period", {"waits_for": division})
        periods = sorted(map(str, found), reverse=True)[:MOST_PERIODS]
        asked = [(("form", form), queue_query(division, replace(wanted, form=form))) for form in forms]
        asked += [(("period", each), queue_query(division, replace(wanted, period=each))) for each in periods]
        counts = self._counts([query for _, query in asked], most)
        named = {name: count for (name, _), count in zip(asked, counts, strict=True) if count}
        return Facets(
            {value: count for (kind, value), count in named.items() if kind == "form"},
            {value: count for (kind, value), count in named.items() if kind == "period"},
        )

    def alike(self, filing: Filing, division: str, limit: int) -> Iterator[Filing]:
        """Yield what other units in a division filed of the same form and period, by id, at most `limit`.

        What was returned or withdrawn, and never came into force, is not among them.
        """
        query = {
            "path": division,
            "form": filing.form,
            "period": filing.period,
            "unit": {"$ne": filing.unit_id},
            "$or": [{"in_force": {"$gt": 0}}, WAITS],
        }
        with unavailable_when_down():
            for row in self.database[COLLECTION].find(query, sort=[("_id", ASCENDING)], limit=limit):
                yield from self._readable(row)

    def chosen(self, division: str, wanted: QueueFilter, limit: int) -> tuple[Chosen, ...]:
        """Return what waits, the longest first, at most `limit`."""
        shown = {"v": 1, "waiting_since": 1}
        with unavailable_when_down():
            rows = self.database[COLLECTION].find(queue_query(division, wanted), shown, sort=LONGEST, limit=limit)
            return tuple(Chosen(row["_id"], row["v"], row["waiting_since"]) for row in rows)

    def _rows(
        self, division: str, wanted: QueueFilter, order: Order, place: _Place | None, limit: int, *, is_after: bool
    ) -> list[Document]:
        rows: list[Document] = []
        with unavailable_when_down():
            for query, sort in _parts(queue_query(division, wanted), order, place, is_after=is_after):
                if len(rows) < limit:
                    rows += self.database[COLLECTION].find(query, sort=sort, limit=limit - len(rows))
        return rows

    def _count(self, query: Document, most: int) -> int:
        with unavailable_when_down():
            return self.database[COLLECTION].count_documents(query, limit=most)

    def _counts(self, queries: Sequence[Document], most: int) -> list[int]:
        """Return the count of each query, all of them in one round trip."""
        if not queries:
            return []
        first, *others = (_counting(number, query, most) for number, query in enumerate(queries))
        unions = [{"$unionWith": {"coll": COLLECTION, "pipeline": each}} for each in others]
        with unavailable_when_down():
            found = {row["number"]: row["count"] for row in self.database[COLLECTION].aggregate([*first, *unions])}
        return [found.get(number, 0) for number in range(len(queries))]

    def _standing(self, rows: Sequence[Document], order: Order) -> Iterator[Standing]:
        for row in rows:
            for filing in self._readable(row):
                yield Standing(filing, _place(row, order).cursor)

    def _readable(self, row: Document) -> Iterator[Filing]:
        try:
            yield self.records.filing(row)
        except KeyDestroyed:
            return
        except CryptoError as error:
            log.error("filing_unreadable", filing_id=row["_id"], error=type(error).__name__)


def queue_query(division: str, wanted: QueueFilter) -> Document:
    """Return the query of what waits for a department under a filter."""
    below = wanted.division if wanted.division != division else ""
    query: Document = {
        "queue": value_of(division, below, wanted.form, wanted.period),
        "late": {"$in": [False, True]} if wanted.is_late is None else wanted.is_late,
        "doubted": {"$in": [False, True]} if wanted.has_queries is None else wanted.has_queries,
    }
    if wanted.units is not None:
        query["unit"] = {"$in": list(wanted.units)}
    if wanted.filings is not None:
        query["_id"] = {"$in": list(wanted.filings)}
    return query


def _parts(query: Document, order: Order, place: _Place | None, *, is_after: bool) -> Iterator[tuple[Document, Sort]]:
    """Yield what gives the rows on one side of a place, the nearest first: as long waiting, then of its rank, then beyond.

    Each is found and counted in the index alone, and asked for in the order of the fields that it leaves open, since the
    index merges its runs only where no field of the order is fixed.
    """
    turn = 1 if is_after else -1
    longest = [(name, way * turn) for name, way in LONGEST]
    ranked = [(RANKS[order], DESCENDING * turn), *longest] if order in RANKS else longest
    if place is None:
        yield query, ranked
        return
    onward = "$gt" if is_after else "$lt"
    same = query if place.rank is None else {**query, RANKS[order]: place.rank}
    yield {"$and": [{**same, "waiting_since": place.waiting_since}, {"_id": {onward: place.id}}]}, longest[1:]
    yield {**same, "waiting_since": {onward: place.waiting_since}}, longest
    if place.rank is not None:
        yield {**query, RANKS[order]: {"$lt" if is_after else "$gt": place.rank}}, ranked


def _counting(number: int, query: Document, most: int) -> list[dict[str, Any]]:
    return [{"$match": query}, {"$limit": most}, {"$count": "count"}, {"$set": {"number": number}}]


def _place(row: Document, order: Order) -> _Place:
    return _Place(row[RANKS[order]] if order in RANKS else None, row["waiting_since"], row["_id"])


def _read(order: Order, cursor: str) -> _Place:
    rank, since, id = decode_cursor(cursor, 3) or ("", "", "")
    if (order in RANKS) is not (rank.isascii() and rank.isdecimal() and len(rank) < 8):
        raise Malformed("分页游标无效。", code="bad_cursor")
    return _Place(int(rank) if rank else None, read_moment(since), id)

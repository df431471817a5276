"""Rates in MongoDB: one document per currency, day and source, in clear, with every value it was ever given.

The id begins with the day, so that its order is that of the days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bson.decimal128 import Decimal128
from pymongo import ASCENDING, DESCENDING, IndexModel, InsertOne, ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import BulkWriteError

from services.filing.model.rates import PublishedRate, Quote, Quoting, Revision, by_key
from services.filing.rates.keeping import RateKey, WantedRates
from shared.errors import Malformed, StaleVersion
from shared.mongo.client import Document, unavailable_when_down
from shared.mongo.transactions import in_transaction
from shared.paging import Page, decode_cursor, encode_cursor

COLLECTION = "rates"
INDEXES = (IndexModel([("currency", ASCENDING), ("_id", DESCENDING)], name="of_currency"),)

DUPLICATE = 11000
_BEHIND = "~"
"""Sorts behind every letter of an id."""


@dataclass(frozen=True)
class MongoRates:
    """The rates of one database."""

    database: Database[Document]
    session: ClientSession | None = None

    def within(self, session: ClientSession) -> MongoRates:
        """Return the same rates, read and written within a transaction."""
        return MongoRates(self.database, session)

    def list_between(self, currencies: Iterable[str], first: date, last: date) -> Sequence[PublishedRate]:
        """Return the rates of some currencies, from all sources, of the days from `first` to `last`."""
        query = {"currency": {"$in": sorted(set(currencies))}, "_id": _days(first, last)}
        return self._find(query, [("currency", ASCENDING), ("_id", DESCENDING)])

    def find_all(self, keys: Iterable[RateKey]) -> Mapping[RateKey, PublishedRate]:
        """Return the known ones of these rates."""
        return by_key(self._find({"_id": {"$in": [_id(key) for key in keys]}}, None))

    def put(self, rates: Sequence[PublishedRate]) -> None:
        """Store rates at their next versions, all or none. Raises `StaleVersion` where one was changed meanwhile."""
        if not rates:
            return
        if self.session is not None:
            self._write(rates, self.session)
            return
        with unavailable_when_down():
            in_transaction(self.database.client, lambda session: self._write(rates, session))

    def list_wanted(self, wanted: WantedRates, cursor: str, limit: int) -> Page[PublishedRate]:
        """Return a page of rates, the latest day first. Raises `Malformed` for a foreign cursor."""
        bounds = _days(wanted.first, wanted.last)
        last = decode_cursor(cursor, 1)
        if last is not None:
            _refuse_foreign(last[0])
            bounds = {**bounds, "$lt": min(last[0], bounds.get("$lt", last[0]))}
        query = {**({"currency": wanted.currency} if wanted.currency else {}), **({"_id": bounds} if bounds else {})}
        found = self._find(query, [("_id", DESCENDING)], limit + 1)
        shown = tuple(found[:limit])
        return Page(shown, encode_cursor(_id(shown[-1].key)) if len(found) > limit else "")

    def _find(
        self, query: Mapping[str, Any], order: Sequence[tuple[str, int]] | None, limit: int = 0
    ) -> Sequence[PublishedRate]:
        rows = self.database[COLLECTION]
        if self.session is not None:
            return [_rate(each) for each in rows.find(query, sort=order, limit=limit, session=self.session)]
        with unavailable_when_down():
            return [_rate(each) for each in rows.find(query, sort=order, limit=limit)]

    def _write(self, rates: Sequence[PublishedRate], session: ClientSession) -> None:
        steps = [
            ReplaceOne({"_id": _id(each.key), "v": each.version}, _document(each))
            if each.version
            else InsertOne(_document(each))
            for each in rates
        ]
        try:
            done = self.database[COLLECTION].bulk_write(steps, session=session)
        except BulkWriteError as error:
            if any(each.get("code") == DUPLICATE for each in error.details.get("writeErrors", ())):
                raise StaleVersion from None
            raise
        if done.matched_count != sum(each.version > 0 for each in rates):
            raise StaleVersion


def _id(key: RateKey) -> str:
    currency, day, source = key
    return f"{day.isoformat()}.{currency}.{source}"


def _days(first: date | None, last: date | None) -> dict[str, str]:
    """Return the bounds of the ids of some days."""
    below = {"$gte": first.isoformat()} if first else {}
    above = {"$lt": f"{last.isoformat()}{_BEHIND}"} if last else {}
    return {**below, **above}


def _refuse_foreign(last: str) -> None:
    try:
        date.fromisoformat(last[:10])
    except ValueError:
        raise Malformed("分页游标无效。", code="bad_cursor") from None


def _document(rate: PublishedRate) -> Document:
    """Return the document of a rate as it is stored at its next version."""
    return {
        "_id": _id(rate.key),
        "v": rate.version + 1,
        "currency": rate.currency,
        "day": rate.day.isoformat(),
        "source": rate.source,
        "revisions": [
            {
                "no": each.no,
                "value": Decimal128(each.quote.value),
                "quoting": each.quote.quoting.value,
                "units": each.quote.units,
                "published_at": each.published_at,
                "taken_at": each.taken_at,
                "taken_by": each.taken_by,
            }
            for each in rate.revisions
        ],
    }


def _rate(document: Document) -> PublishedRate:
    return PublishedRate(
        currency=document["currency"],
        day=date.fromisoformat(document["day"]),
        source=document["source"],
        revisions=tuple(
            Revision(
                no=each["no"],
                quote=Quote(each["value"].to_decimal(), Quoting(each["quoting"]), each["units"]),
                published_at=each["published_at"],
                taken_at=each["taken_at"],
                taken_by=each["taken_by"],
            )
            for each in document["revisions"]
        ),
        version=document["v"],
    )

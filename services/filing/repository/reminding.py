"""What units and departments were told, in MongoDB: one document for each, with its outbox. Nothing in it is sealed.

In clear stay ids, forms, periods and days, which stand in clear of filings too; what a notice says is sealed for its reader.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from pymongo import ASCENDING, IndexModel, InsertOne, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import BulkWriteError

from services.filing.model.states import WITH_DEPARTMENT, State
from services.filing.ports.reminding import Filed, Lying
from services.filing.reminding.owed import FormKey, OpenNotice, Record, Told
from services.filing.repository.records import COLLECTION as FILINGS
from shared.clock import SHANGHAI
from shared.errors import StaleVersion
from shared.history import HistoryEntry
from shared.messaging.events import EventMaker, Outgoing
from shared.mongo.aggregates import Aggregates, Duplicate, event_entry
from shared.mongo.client import Document, unavailable_when_down
from shared.mongo.indexes import AGGREGATE_INDEXES

RECORDS, DEPARTMENTS = "reminders", "department_digests"

INDEXES = {RECORDS: AGGREGATE_INDEXES, DEPARTMENTS: AGGREGATE_INDEXES}

LYING = IndexModel([("state", ASCENDING), ("reviewer", ASCENDING), ("waiting_since", ASCENDING)], name="lying")
STATES = IndexModel(
    [(each, ASCENDING) for each in ("unit", "form", "period", "state", "in_force", "item")], name="states_of_unit"
)
FILING_INDEXES = (LYING, STATES)
"""What this module asks of the filings is answered by their indexes alone."""

_DUPLICATE_KEY = 11000
_FILED = frozenset({State.SUBMITTED.value, State.APPROVED.value, State.FINAL.value})


class MongoReminders:
    """The records of one database; `ports.reminding.Records`."""

    def __init__(self, database: Database[Document], events: EventMaker, session: ClientSession | None = None) -> None:
        self._database = database
        self._aggregates = Aggregates(database[RECORDS], session)
        self._events = events

    def within(self, session: ClientSession) -> MongoReminders:
        """Return the same records, read and written within a transaction."""
        return MongoReminders(self._database, self._events, session)

    def find_all(self, unit_ids: Collection[str]) -> Mapping[str, Record]:
        """Return the records of these units, by id; an empty one for a unit that was never told anything."""
        found = self._aggregates.find({"_id": {"$in": sorted(unit_ids)}}, projection={"history": 0, "outbox": 0})
        return {each: Record(each) for each in unit_ids} | {row["_id"]: _record(row) for row in found}

    def save_all(self, told: Sequence[tuple[Record, Outgoing]], at: datetime, correlation_id: str) -> int:
        """Store many records with what they tell, but none that was changed meanwhile; return how many were stored."""
        writes = [self._write(record, outgoing, at, correlation_id) for record, outgoing in told]
        return _written(self._database, RECORDS, writes)

    def save(
        self, record: Record, act: HistoryEntry, events: Sequence[Outgoing], at: datetime, correlation_id: str
    ) -> Record:
        """Store the next version of one. Raises `StaleVersion`."""
        made = [self._events.event(each, record.unit_id, at, correlation_id) for each in events]
        if record.version:
            self._aggregates.save(
                record.unit_id, record.version, _fields(record), (), act=act, events=made, returned={"_id": 1}
            )
        else:
            try:
                self._aggregates.insert(record.unit_id, _fields(record), act, made)
            except Duplicate:
                raise StaleVersion from None
        return replace(record, version=record.version + 1)

    def _write(
        self, record: Record, outgoing: Outgoing, at: datetime, correlation_id: str
    ) -> InsertOne[Document] | UpdateOne:
        entry = event_entry(self._events.event(outgoing, record.unit_id, at, correlation_id))
        if not record.version:
            new: Document = {"_id": record.unit_id, "v": 1, **_fields(record), "outbox": [entry], "history": []}
            return InsertOne(new)
        change = {"$set": _fields(record), "$inc": {"v": 1}, "$push": {"outbox": entry}}
        return UpdateOne({"_id": record.unit_id, "v": record.version}, change)


class MongoToldDepartments:
    """The digests of one database; `ports.reminding.ToldDepartments`."""

    def __init__(self, database: Database[Document], events: EventMaker) -> None:
        self._database = database
        self._events = events

    def tell(self, told: Mapping[str, Outgoing], on: date, at: datetime, correlation_id: str) -> int:
        """Tell departments, by division, once a day each; return how many were not told before."""
        day = on.isoformat()
        writes: list[InsertOne[Document] | UpdateOne] = []
        for division, outgoing in sorted(told.items()):
            entry = event_entry(self._events.event(outgoing, division, at, correlation_id))
            change = {"$set": {"day": day}, "$inc": {"v": 1}, "$push": {"outbox": entry}}
            # One that was told today is not found by the day, and its id is taken.
            writes.append(UpdateOne({"_id": division, "day": {"$lt": day}}, change, upsert=True))
        return _written(self._database, DEPARTMENTS, writes)


class MongoFilingStates:
    """What stands in clear of the filings of one database; `ports.reminding.FilingStates`."""

    def __init__(self, database: Database[Document]) -> None:
        self._database = database

    def of_units(self, unit_ids: Collection[str], forms: Collection[str], periods: Collection[str]) -> Iterator[Filed]:
        """Yield how far these forms of these units for these periods are."""
        query = {
            "unit": {"$in": sorted(unit_ids)},
            "form": {"$in": sorted(forms)},
            "period": {"$in": sorted(periods)},
            "state": {"$ne": State.DISCARDED.value},
        }
        shown = {"_id": 0, "unit": 1, "form": 1, "period": 1, "item": 1, "state": 1, "in_force": 1}
        with unavailable_when_down():
            for row in self._database[FILINGS].find(query, shown, hint=STATES.document["name"]):
                yield Filed(
                    row["unit"],
                    FormKey(row["form"], row["period"], row["item"]),
                    is_filed=row["state"] in _FILED or row["in_force"] > 0,
                    is_returned=row["state"] == State.RETURNED.value,
                )

    def lying(self) -> Iterator[Lying]:
        """Yield what lies with departments, in one pass over what waits."""
        day = {"$dateToString": {"date": "$waiting_since", "format": "%Y-%m-%d", "timezone": str(SHANGHAI)}}
        pipeline: list[Document] = [
            {"$match": {"state": {"$in": sorted(WITH_DEPARTMENT)}, "waiting_since": {"$type": "date"}}},
            {"$group": {"_id": {"division": "$reviewer", "day": day}, "count": {"$sum": 1}}},
            {"$sort": {"_id.division": 1, "_id.day": 1}},
        ]
        with unavailable_when_down():
            for row in self._database[FILINGS].aggregate(pipeline, hint=LYING.document["name"]):
                yield Lying(row["_id"]["division"], date.fromisoformat(row["_id"]["day"]), row["count"])


def _written(database: Database[Document], collection: str, writes: Sequence[InsertOne[Document] | UpdateOne]) -> int:
    """Write all that nobody wrote meanwhile, and return how many that were."""
    if not writes:
        return 0
    with unavailable_when_down():
        try:
            done = database[collection].bulk_write(list(writes), ordered=False)
        except BulkWriteError as error:
            found = error.details or {}
            faults = [each for each in found.get("writeErrors", ()) if each["code"] != _DUPLICATE_KEY]
            if faults or found.get("writeConcernErrors"):
                raise BulkWriteFailed from None  # not chained: the server's text may print values
            return int(found["nInserted"] + found["nModified"] + found["nUpserted"])
    return done.inserted_count + done.modified_count + done.upserted_count


class BulkWriteFailed(Exception):
    """Some of many writes failed for another reason than that somebody was faster."""


def _fields(record: Record) -> Document:
    return {
        "told": [[*key, said.due.isoformat(), said.step] for key, said in sorted(record.told.items())],
        "urged": [[*key, day.isoformat()] for key, day in sorted(record.urged.items())],
        "open": [
            {"occasion": each.occasion, "once": each.once, "keys": [list(key) for key in each.keys]}
            for each in record.open
        ],
    }


def _record(row: Mapping[str, Any]) -> Record:
    return Record(
        unit_id=row["_id"],
        version=row["v"],
        told={FormKey(*key): Told(date.fromisoformat(due), step) for *key, due, step in row["told"]},
        urged={FormKey(*key): date.fromisoformat(day) for *key, day in row["urged"]},
        open=tuple(
            OpenNotice(each["occasion"], each["once"], tuple(FormKey(*key) for key in each["keys"]))
            for each in row["open"]
        ),
    )

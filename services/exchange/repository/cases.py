"""Cases of the desk in MongoDB, one document per unit; and the units of the survey as the exchange knows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.exchange.model.cases import Case
from services.exchange.model.partners import RouteName
from services.exchange.model.survey_units import SurveyUnit
from services.exchange.ports.cases import Wanted
from services.exchange.repository.case_records import CASES, UNITS, CaseRecords, place
from services.exchange.repository.outgoing import guarded
from services.exchange.repository.records import COLLECTION as MESSAGES
from shared.crypto.errors import KeyDestroyed
from shared.errors import NotFound, StaleVersion
from shared.history import HistoryEntry
from shared.messaging.events import EventMaker, Outgoing
from shared.mongo.aggregates import Aggregates, Duplicate, event_entry
from shared.mongo.client import Document
from shared.mongo.indexes import AGGREGATE_INDEXES
from shared.mongo.pages import Oldest
from shared.paging import Page

_OLDEST = Oldest("opened_at")

INDEXES = (*AGGREGATE_INDEXES, IndexModel([("listed", ASCENDING), *_OLDEST.sort], name="listed"))

REMINDERS = "case_reminders"
DESK = "desk"
REMINDER_INDEXES = AGGREGATE_INDEXES

UNIT_INDEXES = (IndexModel([("code", ASCENDING), ("_id", ASCENDING)], name="of_code"),)


@dataclass(frozen=True)
class MongoCases:
    """The cases of one database; `ports.cases.Cases`."""

    database: Database[Document]
    records: CaseRecords
    events: EventMaker
    session: ClientSession | None = None

    def within(self, session: ClientSession) -> MongoCases:
        """Return the same cases, read and written within a transaction."""
        return replace(self, session=session)

    def get(self, case_id: str) -> Case:
        """Return the case. Raises `NotFound`, also where the unit's key was destroyed."""
        case = self.find(case_id)
        if case is None:
            raise NotFound
        return case

    def find(self, case_id: str) -> Case | None:
        """Return the case, or None."""
        document = self._aggregates.find_one({"_id": case_id})
        try:
            return None if document is None else self.records.case(document)
        except KeyDestroyed:
            return None

    def save(self, case: Case, act: HistoryEntry, events: Sequence[Outgoing], correlation_id: str) -> Case:
        """Store a case at its next version, the first where it has none. Raises `StaleVersion`."""
        version = case.version + 1
        fields = self.records.case_fields(case, version)
        made = [self.events.event(each, case.id, case.updated_at, correlation_id) for each in events]
        if case.version:
            self._aggregates.save(case.id, case.version, fields, (), act=act, events=made, returned={"_id": 1})
        else:
            try:
                self._aggregates.insert(case.id, fields, act, made)
            except Duplicate:
                raise StaleVersion from None
        return replace(case, version=version, history=(*case.history, act))

    def list_oldest(self, wanted: Wanted, cursor: str, limit: int) -> Page[Case]:
        """Return a page of cases, the oldest first. Raises `Malformed` for a foreign cursor."""
        query = {"$and": [_query(wanted), _OLDEST.after(cursor)]} if cursor else _query(wanted)
        found = self._aggregates.find(query, sort=_OLDEST.sort, limit=limit + 1)
        rows, following = _OLDEST.page(found, limit)
        return Page(tuple(self._readable(rows)), following)

    def count(self, wanted: Wanted) -> int:
        """Return how many there are."""
        with guarded(self.session):
            return self.database[CASES].count_documents(_query(wanted), hint="listed", session=self.session)

    def remind(self, on: date, outgoing: Outgoing, at: datetime) -> bool:
        """Tell the desk something once a day; tell whether it was not told that day before."""
        day = on.isoformat()
        change = {
            "$set": {"day": day},
            "$inc": {"v": 1},
            "$push": {"outbox": event_entry(self.events.event(outgoing, DESK, at, ""))},
        }
        with guarded(self.session):
            try:
                # One that was told today is not found by the day, and its id is taken.
                self.database[REMINDERS].update_one({"_id": DESK, "day": {"$lt": day}}, change, upsert=True)
            except DuplicateKeyError:
                return False
        return True

    def _readable(self, rows: Sequence[Document]) -> Iterator[Case]:
        for row in rows:
            try:
                yield self.records.case(row)
            except KeyDestroyed:
                continue

    @property
    def _aggregates(self) -> Aggregates:
        return Aggregates(self.database[CASES], self.session)


@dataclass(frozen=True)
class MongoSurveyUnits:
    """The units of one database; `ports.cases.SurveyUnits`. They tell nothing, so they have no outbox."""

    database: Database[Document]
    records: CaseRecords
    session: ClientSession | None = None

    def within(self, session: ClientSession) -> MongoSurveyUnits:
        """Return the same units, read and written within a transaction."""
        return replace(self, session=session)

    def find(self, unit_id: str) -> SurveyUnit | None:
        """Return the unit; None where it is not kept, or its key was destroyed."""
        with guarded(self.session):
            document = self.database[UNITS].find_one({"_id": unit_id}, session=self.session)
        try:
            return None if document is None else self.records.unit(document)
        except KeyDestroyed:
            return None

    def find_by_code(self, credit_code: str) -> Sequence[str]:
        """Return the ids of the units with this credit code."""
        if not credit_code.strip():
            return ()
        query = {"code": self.records.code_of(credit_code)}
        with guarded(self.session):
            found = self.database[UNITS].find(query, {"_id": 1}, sort=[("_id", ASCENDING)], session=self.session)
            return [row["_id"] for row in found]

    def save(self, unit: SurveyUnit) -> SurveyUnit:
        """Store a unit at its next version, the first where it has none. Raises `StaleVersion`."""
        version = unit.version + 1
        fields = self.records.unit_fields(unit, version)
        with guarded(self.session):
            if not unit.version:
                try:
                    self.database[UNITS].insert_one({"_id": unit.id, "v": 1, **fields}, session=self.session)
                except DuplicateKeyError:
                    raise StaleVersion from None
            else:
                seen = {"_id": unit.id, "v": unit.version}
                change = {"$set": fields, "$inc": {"v": 1}}
                if not self.database[UNITS].update_one(seen, change, session=self.session).matched_count:
                    raise StaleVersion
        return replace(unit, version=version)

    def untold(self) -> Sequence[str]:
        """Return the units of which messages are kept, and they themselves are not."""
        told = {"route": RouteName.DIRECTORY_CHANGES.value, "sequence": {"$exists": True}, "unit": {"$ne": ""}}
        pipeline: list[dict[str, Any]] = [
            {"$match": told},
            {"$group": {"_id": "$unit"}},
            {"$lookup": {"from": UNITS, "localField": "_id", "foreignField": "_id", "as": "known"}},
            {"$match": {"known": []}},
        ]
        with guarded(self.session):
            found = self.database[MESSAGES].aggregate(pipeline, session=self.session)
            return [row["_id"] for row in found]


def _query(wanted: Wanted) -> dict[str, Any]:
    state = wanted.state.value if wanted.state else ""
    query: dict[str, Any] = {"listed": place(wanted.division, state, wanted.proposal.value if wanted.proposal else "")}
    span = {"$gte": wanted.opened_from, "$lt": wanted.opened_before}
    span = {name: moment for name, moment in span.items() if moment is not None}
    return query | ({"opened_at": span} if span else {})

"""Alarms of likely duplicates in MongoDB: whose filings they are about, why, and what was decided is sealed.

In clear stay the ids of the filings, the divisions whose departments see a side, the state and moments. The key is one of
the alarms and of no unit's, so that a unit whose key is destroyed leaves the other sides readable.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.filing.ledger.alarms import AlarmState, DuplicateAlarm, Settlement, Side
from services.filing.repository.records import Records
from shared.crypto.sealing import Place
from shared.crypto.structured import CONVERTER
from shared.history import HistoryEntry
from shared.identity.actor import COUNTRY, Actor, Role
from shared.messaging.events import EventMaker, Outgoing
from shared.mongo.aggregates import Aggregates, history_of
from shared.mongo.client import Document
from shared.mongo.indexes import AGGREGATE_INDEXES
from shared.mongo.pages import Newest
from shared.paging import Page

COLLECTION = "duplicate_alarms"
KEY_OWNER = "duplicate_alarms"
NEWEST = Newest("opened_at")
_LAST = [("opened_at", DESCENDING), ("_id", DESCENDING)]

INDEXES = (
    *AGGREGATE_INDEXES,
    IndexModel([("filings", ASCENDING)], name="of_filing"),
    IndexModel([("sight", ASCENDING), *_LAST], name="in_sight"),
    IndexModel([("sight", ASCENDING), ("state", ASCENDING), *_LAST], name="in_state"),
)


@dataclass(frozen=True)
class _Secret:
    """The confidential part of an alarm."""

    sides: tuple[Side, ...]
    covered: tuple[str, ...]
    settlements: tuple[Settlement, ...]


class MongoDuplicates:
    """The alarms of one database."""

    def __init__(
        self,
        database: Database[Document],
        records: Records,
        events: EventMaker,
        session: ClientSession | None = None,
    ) -> None:
        self._database = database
        self._aggregates = Aggregates(database[COLLECTION], session)
        self._records = records
        self._events = events

    def within(self, session: ClientSession) -> MongoDuplicates:
        """Return the same alarms, read and written within a transaction."""
        return MongoDuplicates(self._database, self._records, self._events, session)

    def get(self, alarm_id: str) -> DuplicateAlarm:
        """Return the alarm. Raises `NotFound`."""
        return self._alarm(self._aggregates.get(alarm_id))

    def list_about(self, filing_ids: Iterable[str]) -> tuple[DuplicateAlarm, ...]:
        """Return the alarms that are about any of these filings."""
        return tuple(self._found({"filings": {"$in": sorted(filing_ids)}}))

    def save(
        self, alarm: DuplicateAlarm, act: HistoryEntry, events: Sequence[Outgoing], correlation_id: str
    ) -> DuplicateAlarm:
        """Store an alarm at its next version with an act and what it tells. Raises `StaleVersion`."""
        version = alarm.version + 1
        fields = self._fields(alarm, version)
        made = [self._events.event(each, alarm.id, alarm.updated_at, correlation_id) for each in events]
        if version == 1:
            self._aggregates.insert(alarm.id, fields, act, made)
        else:
            self._aggregates.save(alarm.id, alarm.version, fields, (), act=act, events=made, returned={"_id": 1})
        return replace(alarm, version=version, history=(*alarm.history, act))

    def list_in_sight(self, actor: Actor, state: AlarmState | None, cursor: str, limit: int) -> Page[DuplicateAlarm]:
        """Return a page of the alarms with a side that the actor sees, the last opened first. Raises `Malformed`."""
        query: dict[str, Any] = {"sight": COUNTRY if actor.role is Role.MINISTRY else actor.division}
        if state is not None:
            query["state"] = state.value
        found = self._aggregates.find({**query, **NEWEST.after(cursor)}, sort=NEWEST.sort, limit=limit + 1)
        rows, following = NEWEST.page(found, limit)
        return Page(tuple(self._alarm(row) for row in rows), following)

    def _fields(self, alarm: DuplicateAlarm, version: int) -> Document:
        secret = CONVERTER.unstructure(_Secret(alarm.sides, tuple(sorted(alarm.covered)), alarm.settlements))
        return {
            "state": alarm.state.value,
            "filings": sorted(alarm.filing_ids),
            "sight": sorted({code for side in alarm.sides for code in side.path}),
            "opened_at": alarm.opened_at,
            "updated_at": alarm.updated_at,
            "sealed": self._records.sealer.seal(secret, KEY_OWNER, self._place(alarm.id, version)),
        }

    def _found(self, query: dict[str, Any]) -> Iterator[DuplicateAlarm]:
        for row in self._aggregates.find(query):
            yield self._alarm(row)

    def _alarm(self, row: Document) -> DuplicateAlarm:
        opened = self._records.sealer.open(row["sealed"], self._place(row["_id"], row["v"]))
        secret = CONVERTER.structure(opened, _Secret)
        return DuplicateAlarm(
            id=row["_id"],
            version=row["v"],
            state=AlarmState(row["state"]),
            sides=secret.sides,
            opened_at=row["opened_at"],
            updated_at=row["updated_at"],
            covered=frozenset(secret.covered),
            settlements=secret.settlements,
            history=history_of(row),
        )

    def _place(self, alarm_id: str, version: int) -> Place:
        return Place(self._database.name, COLLECTION, alarm_id, version)

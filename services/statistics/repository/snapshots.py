"""Snapshots in MongoDB: a closed period with the segments that it was frozen with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from pymongo import ASCENDING, IndexModel, MongoClient
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.statistics.model.snapshots import Pinned, Snapshot, SnapshotState, is_within
from services.statistics.repository.arrow import joined
from services.statistics.repository.partitions import MongoPartitions, Segment
from shared.contracts.filing import FactKind
from shared.errors import NotFound
from shared.mongo.client import Document, unavailable_when_down
from shared.mongo.transactions import in_transaction

COLLECTION = "snapshots"
INDEXES = (IndexModel([("state", ASCENDING)], name="by_state"),)


@dataclass(frozen=True)
class MongoSnapshots:
    """The snapshots of one database."""

    client: MongoClient[Document] = field(repr=False)
    database: Database[Document]
    partitions: MongoPartitions
    session: ClientSession | None = None

    def within(self, session: ClientSession) -> MongoSnapshots:
        """Return the same snapshots, written within a transaction."""
        return replace(self, session=session)

    def add(self, snapshot: Snapshot) -> None:
        """Store a closed period that is to be frozen; one that is known stays as it is."""
        fields = {**_fields(snapshot), "v": 1}
        query = {"_id": snapshot.period}
        self.database[COLLECTION].update_one(query, {"$setOnInsert": fields}, upsert=True, session=self.session)

    def get(self, period: str) -> Snapshot:
        """Return the snapshot of a period. Raises `NotFound`."""
        with unavailable_when_down():
            document = self.database[COLLECTION].find_one({"_id": period})
        if document is None:
            raise NotFound
        return _snapshot(document)

    def list_all(self) -> tuple[Snapshot, ...]:
        """Return all snapshots, the latest period first."""
        with unavailable_when_down():
            found = self.database[COLLECTION].find({}, sort=[("_id", -1)])
            return tuple(map(_snapshot, found))

    def list_waiting(self) -> tuple[Snapshot, ...]:
        """Return the closed periods that are not frozen yet."""
        return tuple(map(_snapshot, self.database[COLLECTION].find({"state": SnapshotState.WAITING.value})))

    def note_missing(self, snapshot: Snapshot, missing: Mapping[str, int]) -> None:
        """Note of which forms filings were not told yet."""
        query = {"_id": snapshot.period, "state": SnapshotState.WAITING.value}
        self.database[COLLECTION].update_one(query, {"$set": {"missing": dict(missing)}, "$inc": {"v": 1}})

    def freeze(self, snapshot: Snapshot, at: datetime) -> bool:
        """Pin the columns as they are, where none of them is behind; tell whether that was so.

        Columns and what they are behind are read in one transaction: what is pinned is one state of all of them.
        """

        def frozen(session: ClientSession) -> bool:
            dirty = self.partitions.facts.within(session).dirty_partitions()
            if any(is_within(key, snapshot.period) for key in dirty):
                return False
            needed = [each for each in self.partitions.list_all(session) if is_within(each.key, snapshot.period)]
            digests = self.partitions.digests([one.id for each in needed for one in each.segments], session)
            named = {
                each.key: [{"id": one.id, "rows": one.rows, "digest": digests[one.id]} for one in each.segments]
                for each in needed
            }
            update = {"state": SnapshotState.FROZEN.value, "missing": {}, "partitions": named, "frozen_at": at}
            query = {"_id": snapshot.period, "state": SnapshotState.WAITING.value}
            found = self.database[COLLECTION].update_one(query, {"$set": update, "$inc": {"v": 1}}, session=session)
            return bool(found.matched_count)

        return in_transaction(self.client, frozen)

    def pinned(self) -> frozenset[str]:
        """Return the ids of all segments that a snapshot names."""
        return frozenset(one.id for each in self.list_all() for listed in each.partitions.values() for one in listed)


@dataclass(frozen=True)
class FrozenColumns:
    """The columns that a snapshot pinned."""

    snapshot: Snapshot
    partitions: MongoPartitions

    def keys(self, kind: FactKind, first: str, last: str) -> tuple[tuple[str, str], ...]:
        """Return the partitions of a kind from one month or year to another, each with what tells its state."""
        low, high = f"{kind.value}/{first}", f"{kind.value}/{last}"
        return tuple((key, self.snapshot.digest) for key in sorted(self.snapshot.partitions) if low <= key <= high)

    def read(self, key: str, columns: Sequence[str]) -> pa.Table:
        """Return some columns of all lines of a partition as they were frozen. Raises `SealBroken`, `LookupError`."""
        pinned = self.snapshot.partitions.get(key, ())
        tables = [self.partitions.open(Segment(each.id, each.rows), key, columns) for each in pinned]
        return joined(FactKind(key.partition("/")[0]), tables, columns)


def _fields(snapshot: Snapshot) -> Document:
    return {
        "closing": snapshot.closing_id,
        "final_on": snapshot.final_on.isoformat(),
        "counts": dict(snapshot.counts),
        "digest_of_filings": snapshot.digest_of_filings,
        "state": snapshot.state.value,
        "missing": {},
        "partitions": {},
        "frozen_at": None,
    }


def _snapshot(document: Mapping[str, Any]) -> Snapshot:
    return Snapshot(
        period=document["_id"],
        version=document["v"],
        closing_id=document["closing"],
        final_on=date.fromisoformat(document["final_on"]),
        counts=document["counts"],
        digest_of_filings=document["digest_of_filings"],
        state=SnapshotState(document["state"]),
        missing=document["missing"],
        partitions={key: tuple(Pinned(**each) for each in listed) for key, listed in document["partitions"].items()},
        frozen_at=document["frozen_at"],
    )

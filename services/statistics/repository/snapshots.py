"""Snapshots in MongoDB: a closed period with the segments that it was frozen with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
from pymongo import ASCENDING, IndexModel, MongoClient
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.statistics.model.snapshots import Pinned, Snapshot, SnapshotState, is_within
from services.statistics.repository.arrow import joined
from services.statistics.repository.facts import KEY_OWNER
from services.statistics.repository.partitions import MongoPartitions, Segment
from shared.clock import local_date
from shared.contracts.filing import FactKind
from shared.crypto.sealing import Place
from shared.errors import NotFound
from shared.mongo.client import Document, unavailable_when_down
from shared.mongo.transactions import in_transaction

COLLECTION = "snapshots"
_MARK, _BEHIND = "#", "$"
"""Between a period and the number of a later snapshot of it, and the character that comes next."""

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
        fields = {**_fields(snapshot), "controls": self._sealed_controls(snapshot), "v": 1}
        query = {"_id": snapshot.period}
        self.database[COLLECTION].update_one(query, {"$setOnInsert": fields}, upsert=True, session=self.session)

    def get(self, period: str, number: int = 0) -> Snapshot:
        """Return a snapshot of a period, the latest where no number is given. Raises `NotFound`."""
        query = {"_id": _id(period, number)} if number else {"_id": {"$gte": period, "$lt": f"{period}{_BEHIND}"}}
        with unavailable_when_down():
            document = self.database[COLLECTION].find_one(query, sort=[("_id", -1)])
        if document is None:
            raise NotFound
        return self._snapshot(document)

    def list_all(self) -> tuple[Snapshot, ...]:
        """Return all snapshots, the latest period first."""
        with unavailable_when_down():
            found = self.database[COLLECTION].find({}, sort=[("_id", -1)])
            return tuple(map(self._snapshot, found))

    def list_waiting(self) -> tuple[Snapshot, ...]:
        """Return the closed periods that are not frozen yet."""
        return tuple(map(self._snapshot, self.database[COLLECTION].find({"state": SnapshotState.WAITING.value})))

    def note_missing(self, snapshot: Snapshot, missing: Mapping[str, int]) -> None:
        """Note of which forms filings were not told yet."""
        query = {"_id": snapshot.period, "state": SnapshotState.WAITING.value}
        self.database[COLLECTION].update_one(query, {"$set": {"missing": dict(missing)}, "$inc": {"v": 1}})

    def freeze(self, snapshot: Snapshot, at: datetime) -> bool:
        """Pin the columns as they are, where none of them is behind; tell whether that was so.

        Columns and what they are behind are read in one transaction: what is pinned is one state of all of them.
        """

        def frozen(session: ClientSession) -> bool:
            named = self._pins(snapshot.period, session)
            if named is None:
                return False
            update = {"state": SnapshotState.FROZEN.value, "missing": {}, "partitions": named, "frozen_at": at}
            query = {"_id": snapshot.period, "state": SnapshotState.WAITING.value}
            found = self.database[COLLECTION].update_one(query, {"$set": update, "$inc": {"v": 1}}, session=session)
            return bool(found.matched_count)

        return in_transaction(self.client, frozen)

    def revise(self, snapshot: Snapshot, at: datetime) -> Snapshot | None:
        """Pin the columns as they are now beside what a snapshot froze, and return that with the next number.

        The same snapshot where the columns are still those, None where one of them is behind.
        """

        def frozen(session: ClientSession) -> Snapshot | None:
            named = self._pins(snapshot.period, session)
            if named is None:
                return None
            pins = _pinned(named)
            if pins == snapshot.partitions:
                return snapshot
            made = replace(
                snapshot,
                number=snapshot.number + 1,
                version=1,
                partitions=pins,
                frozen_at=at,
                final_on=local_date(at),
            )
            fields = {**_fields(made), "_id": _id(made.period, made.number), "v": 1, "partitions": named}
            fields["controls"] = self._sealed_controls(made)
            self.database[COLLECTION].insert_one(fields, session=session)
            return made

        try:
            return in_transaction(self.client, frozen)
        except DuplicateKeyError:  # somebody else did so meanwhile
            return self.get(snapshot.period)

    def _pins(self, period: str, session: ClientSession) -> Document | None:
        """Return the segments of what a period needs with their digests, None where one of its columns is behind."""
        dirty = self.partitions.facts.within(session).dirty_partitions()
        if any(is_within(key, period) for key in dirty):
            return None
        needed = [each for each in self.partitions.list_all(session) if is_within(each.key, period)]
        digests = self.partitions.digests([one.id for each in needed for one in each.segments], session)
        return {
            each.key: [{"id": one.id, "rows": one.rows, "digest": digests[one.id]} for one in each.segments]
            for each in needed
        }

    def pinned(self) -> frozenset[str]:
        """Return the ids of all segments that a snapshot names."""
        return frozenset(one.id for each in self.list_all() for listed in each.partitions.values() for one in listed)

    def _snapshot(self, document: Mapping[str, Any]) -> Snapshot:
        period, _, number = document["_id"].partition(_MARK)
        return Snapshot(
            period=period,
            version=document["v"],
            closing_id=document["closing"],
            final_on=date.fromisoformat(document["final_on"]),
            counts=document["counts"],
            digest_of_filings=document["digest_of_filings"],
            state=SnapshotState(document["state"]),
            missing=document["missing"],
            partitions=_pinned(document["partitions"]),
            frozen_at=document["frozen_at"],
            number=int(number or 1),
            closed_at=document["closed_at"],
            unreadable=document["unreadable"],
            controls=self._controls(document["controls"], period),
        )

    def _sealed_controls(self, snapshot: Snapshot) -> bytes | None:
        if snapshot.controls is None:
            return None
        sums = [[*place, total] for place, total in sorted(snapshot.controls.items())]
        return self.partitions.sealer.seal({"sums": sums}, KEY_OWNER, self._place(snapshot.period))

    def _controls(self, sealed: bytes | None, period: str) -> Mapping[tuple[str, str], Decimal] | None:
        if sealed is None:
            return None
        opened: Any = self.partitions.sealer.open(sealed, self._place(period))  # Any: what was sealed above
        return {(form, measure): total for form, measure, total in opened["sums"]}

    def _place(self, period: str) -> Place:
        """Return where the sums of a period stand; they are told once, whatever is frozen of it anew."""
        return Place(self.database.name, f"{COLLECTION}/controls", period, 1)


@dataclass(frozen=True)
class FrozenColumns:
    """The columns that a snapshot pinned."""

    snapshot: Snapshot
    partitions: MongoPartitions

    def keys(self, kind: FactKind, first: str, last: str) -> tuple[tuple[str, str], ...]:
        """Return the partitions of a kind from one month or year to another, each with what tells its state."""
        low, high = f"{kind.value}/{first}", f"{kind.value}/{last}"
        return tuple((key, self.snapshot.digest) for key in sorted(self.snapshot.partitions) if low <= key <= high)

    def pinned(self, kind: FactKind, first: str, last: str) -> Mapping[str, tuple[Pinned, ...]]:
        """Return the segments that were pinned of a kind from one month or year to another."""
        return {key: self.snapshot.partitions[key] for key, _ in self.keys(kind, first, last)}

    def read(self, key: str, columns: Sequence[str]) -> pa.Table:
        """Return some columns of all lines of a partition as they were frozen. Raises `SealBroken`, `LookupError`."""
        pinned = self.snapshot.partitions.get(key, ())
        tables = [self.partitions.open(Segment(each.id, each.rows), key, columns) for each in pinned]
        return joined(FactKind(key.partition("/")[0]), tables, columns)


def _id(period: str, number: int) -> str:
    return period if number == 1 else f"{period}{_MARK}{number:03}"


def _fields(snapshot: Snapshot) -> Document:
    return {
        "closing": snapshot.closing_id,
        "final_on": snapshot.final_on.isoformat(),
        "counts": dict(snapshot.counts),
        "digest_of_filings": snapshot.digest_of_filings,
        "state": snapshot.state.value,
        "missing": {},
        "partitions": {},
        "frozen_at": snapshot.frozen_at,
        "closed_at": snapshot.closed_at,
        "unreadable": dict(snapshot.unreadable),
    }


def _pinned(named: Mapping[str, Any]) -> Mapping[str, tuple[Pinned, ...]]:
    return {key: tuple(Pinned(**each) for each in listed) for key, listed in named.items()}

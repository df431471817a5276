"""Partitions: the lines of one kind that count in one month or year, as sealed Arrow segments that never change.

A partition names its segments; whoever brings it up to date writes new segments and the names in one transaction, so a
reader sees one state or the next. Segments that no partition and no snapshot names any more are removed a while later.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pyarrow as pa
from pymongo import ASCENDING, IndexModel, MongoClient
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.statistics.model.columns import cells_of
from services.statistics.model.partitions import PartitionState
from services.statistics.repository.arrow import dumped, joined, loaded, table_of, without
from services.statistics.repository.facts import KEY_OWNER, Behind, MongoFacts
from shared.clock import Clock
from shared.contracts.filing import FactKind
from shared.crypto.sealing import Place, Sealer
from shared.errors import StaleVersion
from shared.ids import new_id
from shared.mongo.client import Document
from shared.mongo.transactions import in_transaction

COLLECTION = "partitions"
SEGMENTS = "segments"
INDEXES = {
    COLLECTION: (IndexModel([("segments", ASCENDING)], name="of_segment"),),
    SEGMENTS: (IndexModel([("at", ASCENDING)], name="by_age"),),
}

LARGEST = 100_000
"""So many lines at most lie in a segment: about 5 MB, far below what a document may hold."""

AT_ONCE = 20_000
"""So many filings at most are taken up in one step."""

ATTEMPTS = 3
"""So often a partition is read anew whose segments were swept away while it was read."""

KEPT_FOR = timedelta(hours=1)
"""A segment that is named no more stays for whoever reads it still."""


@dataclass(frozen=True)
class Segment:
    """A segment that never changes: `rows` lines."""

    id: str
    rows: int


@dataclass(frozen=True)
class Partition:
    """A partition as it is stored; `version` is 0 where it isn't yet."""

    key: str
    version: int = 0
    segments: tuple[Segment, ...] = ()

    @property
    def kind(self) -> FactKind:
        """The kind of its lines."""
        return FactKind(self.key.partition("/")[0])

    @property
    def rows(self) -> int:
        """How many lines its segments hold."""
        return sum(each.rows for each in self.segments)


@dataclass(frozen=True)
class MongoPartitions:
    """The partitions of one database."""

    client: MongoClient[Document] = field(repr=False)
    database: Database[Document]
    sealer: Sealer
    facts: MongoFacts
    clock: Clock

    def merge(self, key: str, limit: int = AT_ONCE) -> int:
        """Bring a partition up to date with what it is behind; return how many filings that were.

        Several workers may do this at once: one of them wins. Raises `StaleVersion` for the others.
        """
        behind = self.facts.behind(key, limit)
        if not behind:
            return 0
        partition = self.get(key)
        kept, opened = self._untouched(partition, behind)
        table = joined(partition.kind, [*opened, rows_of(key, behind)])
        made = [table.slice(first, LARGEST) for first in range(0, table.num_rows, LARGEST)]
        fresh = [Segment(new_id(), each.num_rows) for each in made]
        now = self.clock.now()
        documents = [self._document(key, one, each, now) for one, each in zip(fresh, made, strict=True)]
        try:
            in_transaction(
                self.client, lambda session: self._write(session, partition, (*kept, *fresh), documents, behind)
            )
        except DuplicateKeyError:  # another worker made the partition meanwhile
            raise StaleVersion from None
        return len(behind)

    def read(self, key: str, columns: Sequence[str]) -> pa.Table:
        """Return some columns of all lines of a partition as they are now, also of what it is behind.

        What it is behind is read first: a line that moves into the segments meanwhile is not lost and not doubled.
        """
        behind = self.facts.behind(key)
        gone = [bytes.fromhex(each.facts.filing) for each in behind]
        wanted = list(dict.fromkeys(["filing", *columns])) if gone else list(columns)
        for attempt in range(ATTEMPTS):
            partition = self.get(key)
            try:
                found = [self.open(each, key, wanted) for each in partition.segments]
            except LookupError:
                if attempt + 1 == ATTEMPTS:
                    raise
                continue
            break
        left = [without(each, gone).select(list(columns)) for each in found] if gone else found
        return joined(partition.kind, [*left, rows_of(key, behind).select(list(columns))], columns)

    def get(self, key: str) -> Partition:
        """Return a partition; one that was never written is empty."""
        document = self.database[COLLECTION].find_one({"_id": key})
        return _partition(document) if document else Partition(key)

    def states(self) -> tuple[PartitionState, ...]:
        """Return how far all partitions are, by their keys."""
        behind = self.facts.count_behind()
        lines = {each["_id"]: _partition(each).rows for each in self.database[COLLECTION].find()}
        keys = sorted({*behind, *lines})
        return tuple(PartitionState(key, lines.get(key, 0), behind.get(key, 0)) for key in keys)

    def list_all(self, session: ClientSession | None = None) -> tuple[Partition, ...]:
        """Return all partitions, by their keys."""
        found = self.database[COLLECTION].find({}, sort=[("_id", ASCENDING)], session=session)
        return tuple(map(_partition, found))

    def digests(self, segment_ids: Sequence[str], session: ClientSession | None = None) -> Mapping[str, str]:
        """Return the digests of segments as they are stored."""
        query = {"_id": {"$in": list(segment_ids)}}
        found = self.database[SEGMENTS].find(query, {"digest": 1}, session=session)
        return {each["_id"]: each["digest"] for each in found}

    def keys(self, kind: FactKind, first: str, last: str) -> tuple[tuple[str, str], ...]:
        """Return the partitions of a kind from one month or year to another, each with what tells its state.

        The state of one that is behind is empty: it may be another with each look.
        """
        low, high = f"{kind.value}/{first}", f"{kind.value}/{last}"
        dirty = {key for key in self.facts.dirty_partitions() if low <= key <= high}
        known = {each.key: str(each.version) for each in self.list_between(kind, first, last)}
        return tuple((key, "" if key in dirty else known[key]) for key in sorted({*dirty, *known}))

    def list_between(self, kind: FactKind, first: str, last: str) -> tuple[Partition, ...]:
        """Return the partitions of a kind from one month or year to another, in their order."""
        query = {"_id": {"$gte": f"{kind.value}/{first}", "$lte": f"{kind.value}/{last}"}}
        return tuple(map(_partition, self.database[COLLECTION].find(query, sort=[("_id", ASCENDING)])))

    def open(self, segment: Segment, key: str, columns: Sequence[str] = ()) -> pa.Table:
        """Return the lines of a segment. Raises `LookupError` where it is gone, `SealBroken`."""
        document = self.database[SEGMENTS].find_one({"_id": segment.id}, {"sealed": 1})
        if document is None:
            raise LookupError(segment.id)
        return loaded(self.sealer.open_bytes(document["sealed"], self._place(segment.id, key)), columns)

    def sweep(self, pinned: frozenset[str]) -> int:
        """Remove segments that nothing names for a while; return how many. `pinned` are those of snapshots."""
        before = self.clock.now() - KEPT_FOR
        old = {each["_id"] for each in self.database[SEGMENTS].find({"at": {"$lt": before}}, {"_id": 1})}
        named = {each for document in self.database[COLLECTION].find({}, {"segments": 1}) for each in _ids(document)}
        gone = sorted(old - named - pinned)
        self.database[SEGMENTS].delete_many({"_id": {"$in": gone}})
        return len(gone)

    def clear(self) -> None:
        """Forget all partitions, before they are made anew; their segments go with the next sweep."""
        self.database[COLLECTION].delete_many({})

    def _untouched(self, partition: Partition, behind: Iterable[Behind]) -> tuple[list[Segment], list[pa.Table]]:
        """Return the segments that stay as they are, and the lines that stay of all others.

        Full segments without a line of these filings stay; the last one, which is not full, is filled up.
        """
        gone = [bytes.fromhex(each.facts.filing) for each in behind]
        kept, opened = [], []
        for segment in partition.segments:
            table = self.open(segment, partition.key)
            left = without(table, gone)
            if left.num_rows == table.num_rows == LARGEST:
                kept.append(segment)
            else:
                opened.append(left)
        return kept, opened

    def _write(
        self,
        session: ClientSession,
        partition: Partition,
        segments: Sequence[Segment],
        documents: Sequence[Document],
        behind: Sequence[Behind],
    ) -> None:
        if documents:
            self.database[SEGMENTS].insert_many(documents, session=session)
        listed = [{"id": each.id, "rows": each.rows} for each in segments]
        found = self.database[COLLECTION].update_one(
            {"_id": partition.key, "v": partition.version},
            {"$set": {"segments": listed}, "$inc": {"v": 1}},
            upsert=not partition.version,
            session=session,
        )
        if not found.matched_count and found.upserted_id is None:
            raise StaleVersion
        self.facts.within(session).settle(partition.key, behind)

    def _document(self, key: str, segment: Segment, table: pa.Table, now: datetime) -> Document:
        sealed = self.sealer.seal_bytes(dumped(table), KEY_OWNER, self._place(segment.id, key))
        return {"_id": segment.id, "at": now, "digest": hashlib.sha256(sealed).hexdigest(), "sealed": sealed}

    def _place(self, segment_id: str, key: str) -> Place:
        return Place(self.database.name, f"{SEGMENTS}/{key}", segment_id, 1)


def rows_of(key: str, behind: Iterable[Behind]) -> pa.Table:
    """Return the lines of fact sets that belong to a partition."""
    kind = FactKind(key.partition("/")[0])
    rows = [
        cells_of(each.facts, line)
        for each in behind
        for line in each.facts.lines
        if line.partition == key and line.layers
    ]
    return table_of(kind, rows)


def _partition(document: Mapping[str, object]) -> Partition:
    listed = document["segments"]
    segments = tuple(Segment(each["id"], each["rows"]) for each in listed) if isinstance(listed, list) else ()
    return Partition(str(document["_id"]), int(str(document["v"])), segments)


def _ids(document: Mapping[str, object]) -> list[str]:
    return [segment.id for segment in _partition({"v": 0, **document}).segments]

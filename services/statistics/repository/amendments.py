"""Released sets that are outdated, in MongoDB: one small document each, with its outbox; it holds nothing that was filed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pymongo.database import Database

from services.statistics.model.releases import Release
from services.statistics.policy import SYSTEM
from shared.calls import Call
from shared.messaging.events import EventMaker, Outgoing
from shared.mongo.aggregates import Aggregates, Duplicate
from shared.mongo.client import Document
from shared.mongo.indexes import AGGREGATE_INDEXES

COLLECTION = "outdated"
INDEXES = AGGREGATE_INDEXES
OUTDATE = "outdate"


@dataclass(frozen=True)
class MongoOutdated:
    """The outdated sets of one database."""

    database: Database[Document]
    events: EventMaker = field(repr=False)

    def since_of(self, release_ids: Iterable[str]) -> Mapping[str, datetime]:
        """Return by id since when releases are outdated; those that are not are missing."""
        found = self._aggregates.find({"_id": {"$in": sorted(release_ids)}}, projection={"since": 1})
        return {document["_id"]: document["since"] for document in found}

    def mark(self, release: Release, at: datetime, events: Sequence[Outgoing]) -> bool:
        """Keep that a release is outdated, and tell it; False where that was kept before, and nothing is told."""
        entry = Call(SYSTEM, correlation_id=release.id).entry(at, OUTDATE, release.state.value, release.state.value)
        made = [self.events.event(each, release.id, at, release.id) for each in events]
        try:
            self._aggregates.insert(release.id, {"since": at}, entry, made)
        except Duplicate:
            return False
        return True

    @property
    def _aggregates(self) -> Aggregates:
        return Aggregates(self.database[COLLECTION])

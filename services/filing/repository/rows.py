"""Rows of long lists: sealed segments, each a document that is written once and never changed.

A crash between a segment and the filing that refers to it leaves a segment without a reference; the sweeper removes
those after a day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database

from services.filing.model.filings import Filing
from services.filing.model.rows import RowValues, Segment
from shared.clock import Clock
from shared.crypto.errors import SealBroken
from shared.crypto.payload import dump_payload
from shared.crypto.sealing import Place, Sealer
from shared.mongo.client import Document, unavailable_when_down

COLLECTION = "row_segments"

INDEXES = (IndexModel([("at", ASCENDING)], name="by_age"),)


@dataclass(frozen=True)
class MongoRows:
    """The segments of one database."""

    database: Database[Document]
    sealer: Sealer
    clock: Clock
    new_id: Callable[[], str]

    def write(self, filing: Filing, rows: Sequence[RowValues]) -> Segment:
        """Seal rows as a new segment of the filing's unit."""
        segment_id = self.new_id()
        payload = [dict(row) for row in rows]
        document = {
            "_id": segment_id,
            "filing": filing.id,
            "unit": filing.unit_id,
            "count": len(rows),
            "at": self.clock.now(),
            "sealed": self.sealer.seal(payload, filing.unit_id, self._place(segment_id)),
        }
        with unavailable_when_down():
            self._segments.insert_one(document)
        return Segment(segment_id, len(rows), _digest(payload))

    def read(self, filing: Filing, segment: Segment) -> tuple[RowValues, ...]:
        """Return the rows of a segment. Raises `SealBroken` where it is gone or not what was written."""
        with unavailable_when_down():
            document = self._segments.find_one({"_id": segment.id}, {"sealed": 1})
        place = self._place(segment.id)
        if document is None:
            raise SealBroken(str(place))
        rows = cast(list[dict[str, object]], self.sealer.open(document["sealed"], place))
        if _digest(rows) != segment.digest:
            raise SealBroken(str(place))
        return tuple(rows)

    def sweep(self, before: datetime, is_held: Callable[[str], bool]) -> int:
        """Remove segments older than a moment that no filing refers to; return how many."""
        removed = 0
        with unavailable_when_down():
            for row in self._segments.find({"at": {"$lt": before}}, {"_id": 1}).sort("at", 1):
                if not is_held(row["_id"]):
                    removed += self._segments.delete_one({"_id": row["_id"]}).deleted_count
        return removed

    @property
    def _segments(self) -> Any:  # Any: pymongo's collection of untyped documents
        return self.database[COLLECTION]

    def _place(self, segment_id: str) -> Place:
        return Place(self.database.name, COLLECTION, segment_id, 1)


def _digest(rows: object) -> str:
    return hashlib.sha256(dump_payload(rows)).hexdigest()

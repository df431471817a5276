"""What filings move, in MongoDB: a small sealed blob each, opened without the contents of the filing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import structlog
from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database

from services.filing.model.filings import Filing
from services.filing.model.ranks import Moved
from services.filing.outliers.influence import Candidate
from services.filing.ports.queue import QueueFilter
from services.filing.repository.queue import queue_query
from services.filing.repository.queueing import LONGEST
from services.filing.repository.records import COLLECTION, Records
from shared.crypto.errors import CryptoError, KeyDestroyed
from shared.mongo.client import Document, unavailable_when_down

log = structlog.get_logger()

_READ = dict.fromkeys(("v", "unit", "form", "period", "severity", "waiting_since", "moved"), 1)


@dataclass(frozen=True)
class MongoMoves:
    """What the filings of one database move."""

    database: Database[Document]
    records: Records

    def waiting(self, division: str, wanted: QueueFilter, limit: int) -> tuple[Candidate, ...]:
        """Return what waits for a department, of very many those with the largest bands of change."""
        order = [("change", DESCENDING), *LONGEST]
        with unavailable_when_down():
            rows = list(self.database[COLLECTION].find(queue_query(division, wanted), _READ, sort=order, limit=limit))
        return tuple(
            Candidate(row["_id"], row["form"], row["period"], row["severity"], row["waiting_since"], moves)
            for row in rows
            if (moves := self._moves(row)) is not None
        )

    def of_area(self, division: str, form: str, period: str, limit: int) -> Iterator[Moved]:
        """Yield what the filings of an area hold of a form and period, of at most `limit` of them, always the same."""
        query = {"path": division, "form": form, "period": period, "revision": {"$gt": 0}}
        with unavailable_when_down():
            for row in self.database[COLLECTION].find(query, _READ, sort=[("_id", ASCENDING)], limit=limit):
                yield from self._moves(row) or ()

    def filings(self, ids: Sequence[str]) -> Mapping[str, Filing]:
        """Return filings by their ids; what can't be read is missing."""
        found: dict[str, Filing] = {}
        with unavailable_when_down():
            for row in self.database[COLLECTION].find({"_id": {"$in": list(ids)}}):
                try:
                    found[row["_id"]] = self.records.filing(row)
                except CryptoError as error:
                    _unreadable(row, error)
        return found

    def _moves(self, row: Document) -> tuple[Moved, ...] | None:
        try:
            return self.records.moves(row)
        except CryptoError as error:
            _unreadable(row, error)
            return None


def _unreadable(row: Document, error: CryptoError) -> None:
    if not isinstance(error, KeyDestroyed):
        log.error("filing_unreadable", filing_id=row["_id"], error=type(error).__name__)

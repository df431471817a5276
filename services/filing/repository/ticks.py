"""What reviewers have ticked off, in a collection of its own: one small document for each version and person.

A filing does not change by it, so that nobody's decision is stale because a colleague goes on checking.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from pymongo.database import Database

from services.filing.model.filings import Filing
from services.filing.model.ticks import Ticks
from shared.crypto.sealing import Place, Sealer
from shared.crypto.structured import CONVERTER
from shared.errors import StaleVersion
from shared.history import HistoryEntry
from shared.mongo.aggregates import Aggregates, Duplicate
from shared.mongo.client import Document

COLLECTION = "ticks"

INDEXES = ()
"""They are found by their id alone."""


@dataclass(frozen=True)
class MongoTicks:
    """The ticks of one database."""

    database: Database[Document]
    sealer: Sealer

    def get(self, filing: Filing, account_id: str) -> Ticks:
        """Return what a person has ticked off in the last version; nothing where they have not begun."""
        none = Ticks(filing.id, filing.revision, account_id)
        document = self._aggregates.find_one({"_id": _id(none)})
        if document is None:
            return none
        opened = self.sealer.open(document["sealed"], self._place(none, document["v"]))
        return replace(none, keys=CONVERTER.structure(opened, tuple[str, ...]), version=document["v"])

    def save(self, filing: Filing, ticks: Ticks, at: datetime) -> Ticks:
        """Store what a person has ticked off now. Raises `StaleVersion` where another window of theirs was faster."""
        version = ticks.version + 1
        secret = CONVERTER.unstructure(list(ticks.keys))
        fields = {
            "filing": ticks.filing_id,
            "sealed": self.sealer.seal(secret, filing.unit_id, self._place(ticks, version)),
            "updated_at": at,
        }
        if ticks.version == 0:
            try:
                self._aggregates.insert(_id(ticks), fields, HistoryEntry(at, ticks.account_id, "tick", None, None))
            except Duplicate:
                raise StaleVersion from None
        else:
            self._aggregates.save(_id(ticks), ticks.version, fields, (), act=None, returned={"_id": 1})
        return replace(ticks, version=version)

    @property
    def _aggregates(self) -> Aggregates:
        return Aggregates(self.database[COLLECTION])

    def _place(self, ticks: Ticks, version: int) -> Place:
        return Place(self.database.name, COLLECTION, _id(ticks), version)


def _id(ticks: Ticks) -> str:
    return f"{ticks.filing_id}/{ticks.revision}/{ticks.account_id}"

"""What waits to be entered in the journal: kept in `crossings` of the very document that changed, in the same write.

What is to leave stands in its crossing and not yet in the outbox, where the relay would find it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from pymongo import IndexModel

from services.exchange.journal.entries import Crossing
from services.exchange.ports.journal import Arrival
from shared.crypto.errors import CryptoError
from shared.crypto.sealing import Place, Sealer
from shared.ids import new_id
from shared.mongo.aggregates import Event, event_entry
from shared.mongo.client import Document

FIELD = "crossings"
"""The array of a document that holds them."""

PARCEL = "parcel"
"""The field of a document for what is entered and is to be laid down as a file."""

ALONE = "crossings"
"""The collection of those that changed nothing, so that no other document holds them."""

ENTRIES = "journal"
"""The collection of the entries, and the place that proofs are sealed for."""

WAITING_INDEX = IndexModel(
    [(f"{FIELD}.id", 1)],
    name="crossings_waiting",
    partialFilterExpression={f"{FIELD}.id": {"$exists": True}},
)
"""What each collection with crossings has besides its own."""


@dataclass(frozen=True)
class Crossings:
    """Makes the documents of crossings, and reads them."""

    database: str
    sealer: Sealer

    def leaving(self, crossing: Crossing, event: Event, *, is_parcel: bool = False) -> Document:
        """Return the crossing of an event on its way out; the event goes with it, as a parcel on a route of files."""
        return {**_document(crossing, event.time), "event": event_entry(event), "is_parcel": is_parcel}

    def arriving(self, arrival: Arrival, at: datetime) -> Document:
        """Return the crossing of what came. Raises `KeyDestroyed` where its owner was erased."""
        document = _document(arrival.crossing, at)
        if arrival.proof:
            place = self._place(arrival.crossing.event)
            document["sealed"] = self.sealer.seal(arrival.proof, arrival.owner, place)
        return document

    def proof(self, entry: Mapping[str, Any]) -> str:
        """Return the proof that an entry holds, empty where it can't be opened any more."""
        try:
            return str(self.sealer.open(entry["sealed"], self._place(entry["event"])))
        except CryptoError:
            return ""

    def _place(self, event_id: str) -> Place:
        return Place(self.database, ENTRIES, event_id, 1)


def crossing_of(document: Mapping[str, Any]) -> Crossing:
    """Return the crossing of its document."""
    return Crossing(**document["crossing"])


def _document(crossing: Crossing, at: datetime) -> Document:
    return {"id": new_id(), "at": at, "crossing": asdict(crossing)}

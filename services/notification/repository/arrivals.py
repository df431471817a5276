"""Occasions whose recipients are not told yet; values and addresses are sealed, and gone once everybody is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from pymongo import ASCENDING, IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.notification.model.notices import Arrival
from shared.crypto.sealing import Place, Sealer
from shared.mongo.client import Document, unavailable_when_down

COLLECTION = "arrivals"

INDEXES = (
    IndexModel([("due_at", ASCENDING)], name="due"),
    IndexModel([("once", ASCENDING)], name="of_once"),
)


@dataclass(frozen=True)
class MongoArrivals:
    """The arrivals of one database; `ports.Arrivals`."""

    database: Database[Document]
    sealer: Sealer
    session: ClientSession | None = None

    def within(self, session: ClientSession) -> MongoArrivals:
        """Return the same arrivals, written within a transaction."""
        return replace(self, session=session)

    def add(self, arrival: Arrival) -> None:
        """Store an arrival once per id, with its values sealed. Raises `KeyDestroyed` for a unit that was erased."""
        row = {
            "_id": arrival.id,
            "at": arrival.at,
            "due_at": arrival.at,
            "occasion": arrival.occasion,
            "once": arrival.once,
            "to": dict(arrival.to),
            "link": arrival.link,
            "about": arrival.about,
            "correlation_id": arrival.correlation_id,
            "sealed": self.sealer.seal(
                dict(arrival.values), _owner(arrival.about, arrival.at), self._place(arrival.id)
            ),
        }
        # Not an insert: within a transaction a duplicate would end all that goes with it.
        self._rows.update_one({"_id": arrival.id}, {"$setOnInsert": row}, upsert=True, session=self.session)

    def due(self, now: datetime, limit: int) -> Sequence[Arrival]:
        """Return arrivals to work off by now, the one that waits longest first."""
        with unavailable_when_down():
            rows = list(self._rows.find({"due_at": {"$lte": now}}).sort("due_at", ASCENDING).limit(limit))
        return tuple(self._arrival(row) for row in rows)

    def postpone(self, arrival_id: str, until: datetime) -> None:
        """Have an arrival wait."""
        with unavailable_when_down():
            self._rows.update_one({"_id": arrival_id}, {"$set": {"due_at": until}})

    def done(self, arrival_id: str) -> None:
        """Forget an arrival: everybody is told."""
        with unavailable_when_down():
            self._rows.delete_one({"_id": arrival_id})

    @property
    def _rows(self) -> Any:  # Any: pymongo's collection of untyped documents
        return self.database[COLLECTION]

    def _place(self, arrival_id: str) -> Place:
        return Place(self.database.name, COLLECTION, arrival_id, 1)

    def _arrival(self, row: Document) -> Arrival:
        return Arrival(
            id=row["_id"],
            at=row["at"],
            occasion=row["occasion"],
            once=row["once"],
            to=row["to"],
            link=row["link"],
            about=row["about"],
            correlation_id=row["correlation_id"],
            values=cast("dict[str, str]", self.sealer.open(row["sealed"], self._place(row["_id"]))),
        )


def _owner(about: str, at: datetime) -> str:
    """Return whose key seals: that of the unit concerned, or one of the month where none is."""
    return about or f"arrivals:{at:%Y-%m}"

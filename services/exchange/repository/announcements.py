"""Announcements of the 名录库 and what was put aside, in MongoDB."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from pymongo import IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.exchange.model.directory import announcement_of, plain_announcement
from services.exchange.model.mirror import Kept, PutAside, Standing
from services.exchange.ports.messages import Outgoing
from services.exchange.repository.mirror import Units, holder_of
from services.exchange.repository.outgoing import guarded, news
from shared.calls import Call
from shared.crypto.sealing import Place
from shared.errors import Conflict
from shared.mongo.aggregates import event_entry
from shared.mongo.client import Document
from shared.mongo.indexes import OUTBOX_INDEX

COLLECTION = "directory_announcements"
TROUBLES = "directory_troubles"

_WAITS = {"standing": Standing.WAITING.value}

INDEXES = (
    IndexModel([("places", 1)], name="places", unique=True),
    IndexModel([("units", 1)], name="waiting_of_unit", partialFilterExpression=_WAITS),
    IndexModel([("since", 1)], name="waiting_since", partialFilterExpression=_WAITS),
)
TROUBLE_INDEXES = (OUTBOX_INDEX, IndexModel([("at", -1)], name="newest"))


@dataclass(frozen=True)
class MongoAnnouncements:
    """`ports.directory.Announcements` in one database. `places` and `units` hold blind indexes of the directory's ids."""

    database: Database[Document]
    units: Units
    session: ClientSession | None = None

    def within(self, session: ClientSession) -> MongoAnnouncements:
        """Return the same announcements, read and written within a transaction."""
        return MongoAnnouncements(self.database, self.units, session)

    def find_at(self, places: Collection[str]) -> Sequence[Kept]:
        """Return the announcements that hold one of these places (unit and sequence)."""
        return self._list({"places": {"$in": [self._blind(place) for place in places]}})

    def add(self, kept: Kept) -> None:
        """Store a new one. Raises `Conflict` where one of its places is taken."""
        document = {
            "_id": kept.id,
            "kind": kept.announcement.kind.value,
            "places": [self._blind(party.place) for party in kept.announcement.parties],
            "units": [self.units.id_of(party.unit) for party in kept.announcement.parties],
            "digest": kept.digest,
            "received_at": kept.received_at,
            "source": kept.source,
            "sealed": self.units.sealer.seal(
                plain_announcement(kept.announcement), holder_of(kept.id), self._place(kept.id)
            ),
            **_standing(kept),
        }
        with guarded(self.session):
            try:
                self.database[COLLECTION].insert_one(document, session=self.session)
            except DuplicateKeyError:
                raise Conflict from None  # not chained: the server's text prints the value of the key

    def save(self, kept: Kept) -> None:
        """Store what became of one."""
        with guarded(self.session):
            self.database[COLLECTION].update_one({"_id": kept.id}, {"$set": _standing(kept)}, session=self.session)

    def list_waiting_of(self, units: Collection[str], limit: int) -> Sequence[Kept]:
        """Return those that wait and touch one of the units."""
        return self._list({**_WAITS, "units": {"$in": self.units.ids_of(units)}}, limit=limit)

    def list_to_ask(self, before: datetime, limit: int) -> Sequence[Kept]:
        """Return those that have waited since then, or since the ones before them were asked for, the oldest first."""
        return self._list({**_WAITS, "since": {"$lt": before}}, limit=limit, sort=[("since", 1)])

    def count_waiting(self) -> int:
        """Return how many wait."""
        with guarded(self.session):
            return self.database[COLLECTION].count_documents(_WAITS, hint="waiting_since", session=self.session)

    def list_waiting(self, limit: int) -> Sequence[Kept]:
        """Return those that wait, the oldest first."""
        return self._list(_WAITS, limit=limit, sort=[("since", 1)])

    def _list(
        self, query: Mapping[str, Any], *, limit: int = 0, sort: Sequence[tuple[str, int]] = ()
    ) -> Sequence[Kept]:
        with guarded(self.session):
            found = self.database[COLLECTION].find(query, limit=limit, sort=list(sort) or None, session=self.session)
            return [self._kept(document) for document in found]

    def _kept(self, document: Mapping[str, Any]) -> Kept:
        opened = self.units.sealer.open(document["sealed"], self._place(document["_id"]))
        return Kept(
            id=document["_id"],
            announcement=announcement_of(cast("Mapping[str, Any]", opened)),
            digest=document["digest"],
            standing=Standing(document["standing"]),
            received_at=document["received_at"],
            source=document["source"],
            settled_at=document["settled_at"],
            differing=document["differing"],
            asked_at=document["asked_at"],
            asked=document["asked"],
        )

    def _blind(self, place: str) -> str:
        unit, _, sequence = place.rpartition("/")
        return f"{self.units.id_of(unit)}/{sequence}"

    def _place(self, id: str) -> Place:
        return Place(self.units.database, COLLECTION, id, 1)


@dataclass(frozen=True)
class MongoTroubles:
    """`ports.directory.Troubles` in one database."""

    database: Database[Document]
    session: ClientSession | None = None

    def note(self, trouble: PutAside, call: Call, events: Sequence[Outgoing]) -> None:
        """Keep it with the events that leave; one that is known stays as it is."""
        outbox = [event_entry(event) for event in news(trouble.id, trouble.at, call, events)]
        new = {"code": trouble.code, "at": trouble.at, "outbox": outbox}
        with guarded(self.session):
            self.database[TROUBLES].update_one(
                {"_id": trouble.id}, {"$setOnInsert": new}, upsert=True, session=self.session
            )

    def list_newest(self, limit: int) -> Sequence[PutAside]:
        """Return the newest."""
        with guarded(self.session):
            found = self.database[TROUBLES].find({}, {"outbox": 0}, sort=[("at", -1)], limit=limit)
            return [PutAside(row["_id"], row["code"], row["at"]) for row in found]


def _standing(kept: Kept) -> Document:
    return {
        "standing": kept.standing.value,
        "settled_at": kept.settled_at,
        "differing": kept.differing,
        "asked_at": kept.asked_at,
        "asked": kept.asked,
        "since": kept.asked_at or kept.received_at,
    }

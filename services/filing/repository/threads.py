"""Threads of filings in MongoDB: as threads are kept everywhere, and listed over all that somebody sees."""

from __future__ import annotations

from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database

from services.filing.model.units import CITY_UNIT
from services.filing.policy import division_of
from services.filing.ports.casework import WantedThreads
from shared.crypto.errors import KeyDestroyed
from shared.crypto.sealing import Sealer
from shared.identity.actor import UNIT_ROLES, Actor
from shared.messaging.events import EventMaker
from shared.mongo.client import Document
from shared.mongo.pages import Newest
from shared.paging import Page
from shared.threads import store
from shared.threads.model import Thread, Visibility
from shared.threads.store import MongoThreads

ABOUT = "filing"
NEWEST = Newest("updated_at")
_LAST = [("updated_at", DESCENDING), ("_id", DESCENDING)]

INDEXES = (
    *store.indexes_of(ABOUT),
    *(
        IndexModel([("visibility", ASCENDING), (f"labels.{sight}", ASCENDING), *_LAST], name=f"in_{sight}")
        for sight in ("path", "chain")
    ),
)


class MongoFilingThreads(MongoThreads):
    """The threads of filings of one database."""

    def __init__(self, database: Database[Document], sealer: Sealer, events: EventMaker) -> None:
        super().__init__(database, sealer, events, ABOUT)

    def list_in_sight(self, actor: Actor, wanted: WantedThreads, cursor: str, limit: int) -> Page[Thread]:
        """Return a page of the threads that the actor reads, the last changed first. Raises `Malformed`.

        What a destroyed key no longer opens is left out.
        """
        narrow: dict[str, Any] = {
            f"labels.{name}": value for name, value in (("form", wanted.form), ("period", wanted.period)) if value
        }
        if wanted.is_resolved is not None:
            narrow["is_resolved"] = wanted.is_resolved
        query = {"$and": [{"$or": _sight(actor)}, *(part for part in (narrow, NEWEST.after(cursor)) if part)]}
        found = self._aggregates.find(query, sort=NEWEST.sort, limit=limit + 1)
        rows, following = NEWEST.page(found, limit)
        return Page(tuple(each for row in rows if (each := self._readable(row)) is not None), following)

    def _readable(self, row: Document) -> Thread | None:
        try:
            return self._thread(row)
        except KeyDestroyed:
            return None


def _sight(actor: Actor) -> list[dict[str, Any]]:
    """Return which threads the actor reads, by visibility: each in its order, so that an index gives them merged."""
    if actor.role in UNIT_ROLES:
        return [{"visibility": Visibility.FILER.value, "labels.path": actor.unit_id or ""}]
    division = division_of(actor)
    own = [division, f"{CITY_UNIT}{division}"] if division else []
    return [
        {"visibility": Visibility.FILER.value, "labels.path": {"$in": own}},
        {
            "visibility": Visibility.INTERNAL.value,
            "labels.chain": division,
            "labels.filers": {"$ne": actor.account_id},
        },
    ]

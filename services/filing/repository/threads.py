"""Threads of filings in MongoDB: as threads are kept everywhere, and listed over all that somebody sees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database

from services.filing.policy import division_of
from services.filing.ports.casework import WantedThreads
from shared.crypto.errors import KeyDestroyed
from shared.crypto.sealing import Sealer
from shared.identity.actor import UNIT_ROLES, Actor
from shared.messaging.events import EventMaker
from shared.mongo.client import Document, unavailable_when_down
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
    IndexModel([("labels.readers", ASCENDING), *_LAST], name="in_sight"),
    IndexModel([("labels.readers", ASCENDING), ("is_resolved", ASCENDING), *_LAST], name="in_state"),
)


class MongoFilingThreads(MongoThreads):
    """The threads of filings of one database."""

    def __init__(self, database: Database[Document], sealer: Sealer, events: EventMaker) -> None:
        super().__init__(database, sealer, events, ABOUT)

    def list_in_sight(self, actor: Actor, wanted: WantedThreads, cursor: str, limit: int) -> Page[Thread]:
        """Return a page of the threads that the actor reads, the last changed first. Raises `Malformed`.

        What a destroyed key no longer opens is left out.
        """
        query: dict[str, Any] = {
            "labels.readers": _reader(actor),
            "labels.hidden_from": {"$ne": actor.account_id},
            **{f"labels.{name}": value for name, value in (("form", wanted.form), ("period", wanted.period)) if value},
            **NEWEST.after(cursor),
        }
        if wanted.is_resolved is not None:
            query["is_resolved"] = wanted.is_resolved
        found = self._aggregates.find(query, sort=NEWEST.sort, limit=limit + 1)
        rows, following = NEWEST.page(found, limit)
        return Page(tuple(each for row in rows if (each := self._readable(row)) is not None), following)

    def relabel(self, filing_id: str, labels: Mapping[Visibility, Mapping[str, object]]) -> None:
        """Let lists find the threads of a filing by other labels, which depend on who reads them."""
        with unavailable_when_down():
            for visibility, each in labels.items():
                query = {ABOUT: filing_id, "visibility": visibility.value}
                self._database[store.COLLECTION].update_many(query, {"$set": {"labels": dict(each)}})

    def _readable(self, row: Document) -> Thread | None:
        try:
            return self._thread(row)
        except KeyDestroyed:
            return None


def _reader(actor: Actor) -> str:
    """Return in whose list the actor looks: the unit's, or the department's."""
    return actor.unit_id or "" if actor.role in UNIT_ROLES else division_of(actor)

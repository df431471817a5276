"""Re-runs in MongoDB.

An index keeps a message from waiting in two re-runs. In clear stay who asked, the ids and versions of the messages, and
what became of each; the reason is sealed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pymongo import ASCENDING, IndexModel, MongoClient
from pymongo.database import Database

from services.exchange.model.reruns import Obstacle, Rerun, RerunItem
from services.exchange.repository.controls import KEY_OWNER
from shared.batches import store
from shared.batches.model import Outcome
from shared.batches.store import NEWEST, WAITING, MongoBatchStore
from shared.crypto.sealing import Place, Sealer
from shared.identity.actor import Actor, Role
from shared.mongo.client import Document, unavailable_when_down
from shared.paging import Page

COLLECTION, ITEMS = "reruns", "rerun_items"

INDEXES = (*store.INDEXES, IndexModel(NEWEST.sort, name="newest"))
ITEM_INDEXES = (
    *store.ITEM_INDEXES,
    IndexModel([("message", ASCENDING)], name="once", unique=True, partialFilterExpression=WAITING),
)


class MongoReruns(MongoBatchStore[Rerun, RerunItem]):
    """The re-runs of one database."""

    collection, items_collection = COLLECTION, ITEMS

    def __init__(self, client: MongoClient[Document], database: Database[Document], sealer: Sealer) -> None:
        super().__init__(client, database)
        self.sealer = sealer

    def waiting_elsewhere(self, message_ids: Collection[str]) -> frozenset[str]:
        """Return which of the messages wait in a re-run."""
        query = {"message": {"$in": list(message_ids)}, **WAITING}
        with unavailable_when_down():
            return frozenset(row["message"] for row in self.database[ITEMS].find(query, {"message": 1}))

    def list_newest(self, cursor: str, limit: int) -> Page[Rerun]:
        """Return a page of the re-runs, the newest first. Raises `Malformed`."""
        return self.page({}, cursor, limit)

    def _fields(self, batch: Rerun) -> Document:
        return {
            "actor": {"account": batch.actor.account_id, "role": batch.actor.role.value},
            "sealed": self.sealer.seal({"reason": batch.reason}, KEY_OWNER, self._place(batch.id)),
        }

    def _batch(self, head: Mapping[str, Any], document: Document) -> Rerun:
        opened: Any = self.sealer.open(document["sealed"], self._place(document["_id"]))
        actor = document["actor"]
        return Rerun(**head, actor=Actor(actor["account"], Role(actor["role"])), reason=opened["reason"])

    def _item_fields(self, item: RerunItem) -> Document:
        return {"message": item.message_id, "version": item.version}

    def _result(self, item: RerunItem) -> Document:
        obstacle = item.obstacle.value if item.obstacle else None
        return {"outcome": item.outcome.value, "obstacle": obstacle, "done_at": item.done_at}

    def _item(self, document: Document) -> RerunItem:
        return RerunItem(
            batch_id=document["batch"],
            no=document["no"],
            message_id=document["message"],
            version=document["version"],
            outcome=Outcome(document["outcome"]),
            obstacle=Obstacle(document["obstacle"]) if document["obstacle"] else None,
            done_at=document["done_at"],
        )

    def _place(self, rerun_id: str) -> Place:
        """Return where the reason stands; it is written once, whatever version the re-run comes to."""
        return Place(self.database.name, COLLECTION, rerun_id, 1)

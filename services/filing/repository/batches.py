"""Batches of decisions in MongoDB.

In clear stay who decides, for which department and what, the ids and versions of the filings, and what became of each.
What is said to the units is sealed under a key of the batches, since it belongs to no single unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel, MongoClient
from pymongo.database import Database

from services.filing.model.batches import Batch, BatchAction, BatchItem, Refusal, Words
from shared.batches import store
from shared.batches.model import Outcome
from shared.batches.store import MongoBatchStore
from shared.crypto.sealing import Place, Sealer
from shared.crypto.structured import CONVERTER
from shared.identity.actor import Actor, Role
from shared.mongo.client import Document
from shared.paging import Page

COLLECTION, ITEMS = "review_batches", "review_batch_items"
KEY_OWNER = "review_batches"

INDEXES = (
    *store.INDEXES,
    IndexModel([("division", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)], name="of_division"),
)
ITEM_INDEXES = store.ITEM_INDEXES


class MongoBatches(MongoBatchStore[Batch, BatchItem]):
    """The batches of one database."""

    collection, items_collection = COLLECTION, ITEMS

    def __init__(self, client: MongoClient[Document], database: Database[Document], sealer: Sealer) -> None:
        super().__init__(client, database)
        self.sealer = sealer

    def list_of(self, division: str, cursor: str, limit: int) -> Page[Batch]:
        """Return a page of the batches of a division's department, the newest first. Raises `Malformed`."""
        return self.page({"division": division}, cursor, limit)

    def _fields(self, batch: Batch) -> Document:
        return {
            "action": batch.action.value,
            "actor": {
                "account": batch.actor.account_id,
                "role": batch.actor.role.value,
                "division": batch.actor.division,
            },
            "division": batch.actor.division,
            "with_queries": batch.with_queries,
            "narrowed": dict(batch.narrowed),
            "sealed": self.sealer.seal(CONVERTER.unstructure(batch.words), KEY_OWNER, self._place(batch.id)),
        }

    def _batch(self, head: Mapping[str, Any], document: Document) -> Batch:
        opened = self.sealer.open(document["sealed"], self._place(document["_id"]))
        actor = document["actor"]
        return Batch(
            **head,
            action=BatchAction(document["action"]),
            words=CONVERTER.structure(opened, Words),
            actor=Actor(actor["account"], Role(actor["role"]), division=actor["division"]),
            with_queries=document["with_queries"],
            narrowed=document["narrowed"],
        )

    def _item_fields(self, item: BatchItem) -> Document:
        return {"filing": item.filing_id, "version": item.version}

    def _result(self, item: BatchItem) -> Document:
        return {
            "outcome": item.outcome.value,
            "refusal": item.refusal.value if item.refusal else None,
            "decided_at": item.decided_at,
        }

    def _item(self, document: Document) -> BatchItem:
        return BatchItem(
            batch_id=document["batch"],
            no=document["no"],
            filing_id=document["filing"],
            version=document["version"],
            outcome=Outcome(document["outcome"]),
            refusal=Refusal(document["refusal"]) if document["refusal"] else None,
            decided_at=document["decided_at"],
        )

    def _place(self, batch_id: str) -> Place:
        """Return where the words stand; they are written once, whatever version the batch comes to."""
        return Place(self.database.name, COLLECTION, batch_id, 1)

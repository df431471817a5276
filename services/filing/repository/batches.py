"""Batches of decisions in MongoDB: one document each with a lease, and one small document for each item.

In clear stay who decides, for which department and what, the ids and versions of the filings, and what became of each.
What is said to the units is sealed under a key of the batches, since it belongs to no single unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel, MongoClient, ReturnDocument
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.filing.model.batches import Batch, BatchAction, BatchItem, BatchState, Outcome, Refusal, Tally, Words
from shared.calls import Call
from shared.crypto.sealing import Place, Sealer
from shared.crypto.structured import CONVERTER
from shared.errors import Conflict, NotFound, StaleVersion
from shared.history import HistoryEntry, was_done
from shared.idempotency import RequestKey
from shared.identity.actor import Actor, Role
from shared.mongo.client import Document, unavailable_when_down
from shared.mongo.indexes import CREATED_KEY_INDEX
from shared.mongo.pages import Newest
from shared.mongo.transactions import in_transaction
from shared.paging import Page

COLLECTION, ITEMS = "review_batches", "review_batch_items"
KEY_OWNER = "review_batches"
NEWEST = Newest("created_at")

INDEXES = (
    CREATED_KEY_INDEX,
    IndexModel([("state", ASCENDING), ("updated_at", ASCENDING)], name="waiting"),
    IndexModel([("division", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)], name="of_division"),
)
ITEM_INDEXES = (
    IndexModel([("batch", ASCENDING), ("no", ASCENDING)], name="by_number"),
    IndexModel([("batch", ASCENDING), ("outcome", ASCENDING), ("no", ASCENDING)], name="by_outcome"),
)


@dataclass(frozen=True)
class MongoBatches:
    """The batches of one database."""

    client: MongoClient[Document]
    database: Database[Document]
    sealer: Sealer

    def find_created(self, request: RequestKey) -> Batch | None:
        """Return the batch that this request made, None where it made none. Raises `KeyReused`."""
        with unavailable_when_down():
            found = self.database[COLLECTION].find_one({"created_key": request.key})
        if found is None:
            return None
        act = HistoryEntry(found["created_at"], "", "", None, None, request.key, found["digest"])
        was_done((act,), request)
        return self._batch(found)

    def add(self, batch: Batch, items: Sequence[BatchItem], call: Call) -> Batch:
        """Store a batch with all its items in one transaction."""
        document = {"_id": batch.id, **self._fields(batch)}
        if call.request is not None:
            document |= {"created_key": call.request.key, "digest": call.request.digest}

        def stored(session: ClientSession) -> None:
            self.database[COLLECTION].insert_one(document, session=session)
            self.database[ITEMS].insert_many(list(map(_item_document, items)), session=session)

        try:
            with unavailable_when_down():
                in_transaction(self.client, stored)
        except DuplicateKeyError:
            made = self.find_created(call.request) if call.request else None
            if made is None:
                raise Conflict from None
            return made
        return batch

    def get(self, batch_id: str) -> Batch:
        """Return the batch. Raises `NotFound`."""
        with unavailable_when_down():
            document = self.database[COLLECTION].find_one({"_id": batch_id})
        if document is None:
            raise NotFound
        return self._batch(document)

    def list_of(self, division: str, cursor: str, limit: int) -> Page[Batch]:
        """Return a page of the batches of a division's department, the newest first. Raises `Malformed`."""
        query = {"division": division, **NEWEST.after(cursor)}
        with unavailable_when_down():
            found = list(self.database[COLLECTION].find(query, sort=NEWEST.sort, limit=limit + 1))
        rows, following = NEWEST.page(found, limit)
        return Page(tuple(map(self._batch, rows)), following)

    def take(self, now: datetime, lease: timedelta) -> Batch | None:
        """Take the batch that waits longest, or whose worker has said nothing for a lease; None where there is none."""
        waiting = {"state": BatchState.WAITING.value}
        abandoned = {"state": BatchState.RUNNING.value, "updated_at": {"$lt": now - lease}}
        with unavailable_when_down():
            document = self.database[COLLECTION].find_one_and_update(
                {"$or": [waiting, abandoned]},
                {"$set": {"state": BatchState.RUNNING.value, "updated_at": now}, "$inc": {"v": 1}},
                sort=[("updated_at", ASCENDING)],
                return_document=ReturnDocument.AFTER,
            )
        return self._batch(document) if document else None

    def hold(self, batch: Batch, now: datetime) -> Batch:
        """Say that one still works on a batch. Raises `StaleVersion` where another worker has taken it."""
        self._change(batch, {"updated_at": now})
        return replace(batch, updated_at=now)

    def release(self, batch: Batch, now: datetime) -> None:
        """Leave a batch to whoever takes it next: done where no item of it waits. Raises `StaleVersion`."""
        state = BatchState.WAITING if self.items(batch.id, Outcome.WAITING, 0, 1) else BatchState.DONE
        self._change(batch, {"updated_at": now, "state": state.value})

    def note(self, item: BatchItem) -> bool:
        """Store the result of an item that waits; tell whether it was this that gave it one."""
        waiting = {"_id": _item_id(item), "outcome": Outcome.WAITING.value}
        with unavailable_when_down():
            return bool(self.database[ITEMS].update_one(waiting, {"$set": _result(item)}).modified_count)

    def items(self, batch_id: str, outcome: Outcome | None, after: int, limit: int) -> tuple[BatchItem, ...]:
        """Return items of a batch by number, those behind number `after`, of one outcome where it is named."""
        query: dict[str, Any] = {"batch": batch_id, "no": {"$gt": after}}
        if outcome is not None:
            query["outcome"] = outcome.value
        with unavailable_when_down():
            return tuple(map(_item, self.database[ITEMS].find(query, sort=[("no", ASCENDING)], limit=limit)))

    def tally(self, batch_id: str) -> Tally:
        """Return how many items are where."""
        with unavailable_when_down():
            counts = {
                each: self.database[ITEMS].count_documents({"batch": batch_id, "outcome": each.value})
                for each in Outcome
            }
        return Tally(counts[Outcome.WAITING], counts[Outcome.DONE], counts[Outcome.REFUSED])

    def _change(self, batch: Batch, fields: Document) -> None:
        mine = {"_id": batch.id, "v": batch.version, "state": BatchState.RUNNING.value}
        with unavailable_when_down():
            if not self.database[COLLECTION].update_one(mine, {"$set": fields}).matched_count:
                raise StaleVersion

    def _fields(self, batch: Batch) -> Document:
        words = self.sealer.seal(CONVERTER.unstructure(batch.words), KEY_OWNER, self._place(batch.id))
        return {
            "v": batch.version,
            "action": batch.action.value,
            "actor": {
                "account": batch.actor.account_id,
                "role": batch.actor.role.value,
                "division": batch.actor.division,
            },
            "division": batch.actor.division,
            "with_queries": batch.with_queries,
            "narrowed": dict(batch.narrowed),
            "count": batch.count,
            "state": batch.state.value,
            "created_at": batch.created_at,
            "updated_at": batch.updated_at,
            "sealed": words,
        }

    def _batch(self, document: Document) -> Batch:
        opened = self.sealer.open(document["sealed"], self._place(document["_id"]))
        actor = document["actor"]
        return Batch(
            id=document["_id"],
            version=document["v"],
            action=BatchAction(document["action"]),
            words=CONVERTER.structure(opened, Words),
            actor=Actor(actor["account"], Role(actor["role"]), division=actor["division"]),
            with_queries=document["with_queries"],
            narrowed=document["narrowed"],
            count=document["count"],
            state=BatchState(document["state"]),
            created_at=document["created_at"],
            updated_at=document["updated_at"],
        )

    def _place(self, batch_id: str) -> Place:
        """Return where the words stand; they are written once, whatever version the batch comes to."""
        return Place(self.database.name, COLLECTION, batch_id, 1)


def _item_id(item: BatchItem) -> str:
    return f"{item.batch_id}/{item.no}"


def _item_document(item: BatchItem) -> Document:
    named = {"batch": item.batch_id, "no": item.no, "filing": item.filing_id, "version": item.version}
    return {"_id": _item_id(item), **named, **_result(item)}


def _result(item: BatchItem) -> Document:
    return {
        "outcome": item.outcome.value,
        "refusal": item.refusal.value if item.refusal else None,
        "decided_at": item.decided_at,
    }


def _item(document: Document) -> BatchItem:
    return BatchItem(
        batch_id=document["batch"],
        no=document["no"],
        filing_id=document["filing"],
        version=document["version"],
        outcome=Outcome(document["outcome"]),
        refusal=Refusal(document["refusal"]) if document["refusal"] else None,
        decided_at=document["decided_at"],
    )

"""Batches in MongoDB: one document each with a lease, and one small document for each item.

A service says by a subclass what its batches and items hold besides. The fields of the heads are written here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar, Generic

from pymongo import ASCENDING, IndexModel, MongoClient, ReturnDocument
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import BulkWriteError, DuplicateKeyError

from shared.batches.model import B, BatchState, I, Job, Outcome, Tally
from shared.calls import Call
from shared.errors import Conflict, NotFound, StaleVersion
from shared.history import HistoryEntry, was_done
from shared.idempotency import RequestKey
from shared.mongo.client import Document, unavailable_when_down
from shared.mongo.indexes import CREATED_KEY_INDEX
from shared.mongo.pages import Newest
from shared.mongo.transactions import in_transaction
from shared.paging import Page

NEWEST = Newest("created_at")

INDEXES = (
    CREATED_KEY_INDEX,
    IndexModel([("state", ASCENDING), ("updated_at", ASCENDING)], name="waiting"),
)
ITEM_INDEXES = (
    IndexModel([("batch", ASCENDING), ("no", ASCENDING)], name="by_number"),
    IndexModel([("batch", ASCENDING), ("outcome", ASCENDING), ("no", ASCENDING)], name="by_outcome"),
)

WAITING: Mapping[str, object] = {"outcome": Outcome.WAITING.value}


class MongoBatchStore(ABC, Generic[B, I]):
    """`BatchStore` over two collections of a database."""

    collection: ClassVar[str]
    items_collection: ClassVar[str]

    def __init__(self, client: MongoClient[Document], database: Database[Document]) -> None:
        self.client = client
        self.database = database

    @abstractmethod
    def _fields(self, batch: B) -> Document:
        """Return what a batch holds besides its head."""

    @abstractmethod
    def _batch(self, head: Mapping[str, Any], document: Document) -> B:
        """Return the batch of its document; `head` are the members of its head."""

    @abstractmethod
    def _item_fields(self, item: I) -> Document:
        """Return what an item holds besides its head and its result."""

    @abstractmethod
    def _result(self, item: I) -> Document:
        """Return the result of an item, its outcome among it."""

    @abstractmethod
    def _item(self, document: Document) -> I:
        """Return the item of its document."""

    def find_created(self, request: RequestKey) -> B | None:
        """Return the batch that this request made, None where it made none. Raises `KeyReused`."""
        with unavailable_when_down():
            found = self._batches.find_one({"created_key": request.key})
        if found is None:
            return None
        was_done((HistoryEntry(found["created_at"], "", "", None, None, request.key, found["digest"]),), request)
        return self._read(found)

    def add(self, batch: B, items: Sequence[I], call: Call) -> B:
        """Store a batch with all its items in one transaction. Raises `Conflict` where an item may not be in it."""
        document = {**_head(batch), **self._fields(batch)}
        if call.request is not None:
            document |= {"created_key": call.request.key, "digest": call.request.digest}
        rows = [
            {"_id": _item_id(each), "batch": each.batch_id, "no": each.no}
            | self._item_fields(each)
            | self._result(each)
            for each in items
        ]

        def stored(session: ClientSession) -> None:
            self._batches.insert_one(document, session=session)
            self._items.insert_many(rows, session=session)

        try:
            with unavailable_when_down():
                in_transaction(self.client, stored)
        except (DuplicateKeyError, BulkWriteError):  # a bulk of plain inserts fails for nothing else
            made = self.find_created(call.request) if call.request else None
            if made is None:
                raise Conflict from None
            return made
        return batch

    def get(self, batch_id: str) -> B:
        """Return the batch. Raises `NotFound`."""
        with unavailable_when_down():
            document = self._batches.find_one({"_id": batch_id})
        if document is None:
            raise NotFound
        return self._read(document)

    def page(self, query: Mapping[str, object], cursor: str, limit: int) -> Page[B]:
        """Return a page of the batches that fit a query, the newest first. Raises `Malformed`."""
        with unavailable_when_down():
            found = self._batches.find({**query, **NEWEST.after(cursor)}, sort=NEWEST.sort, limit=limit + 1)
            rows, following = NEWEST.page(found, limit)
        return Page(tuple(map(self._read, rows)), following)

    def take(self, now: datetime, lease: timedelta) -> B | None:
        """Take the batch that waits longest, or whose worker has said nothing for a lease, in one write."""
        waiting = {"state": BatchState.WAITING.value}
        abandoned = {"state": BatchState.RUNNING.value, "updated_at": {"$lt": now - lease}}
        with unavailable_when_down():
            document = self._batches.find_one_and_update(
                {"$or": [waiting, abandoned]},
                {"$set": {"state": BatchState.RUNNING.value, "updated_at": now}, "$inc": {"v": 1}},
                sort=[("updated_at", ASCENDING)],
                return_document=ReturnDocument.AFTER,
            )
        return self._read(document) if document else None

    def hold(self, batch: B, now: datetime) -> B:
        """Say that one still works on a batch. Raises `StaleVersion` where another worker has taken it."""
        self._change(batch, {"updated_at": now})
        return replace(batch, updated_at=now)

    def release(self, batch: B, now: datetime) -> None:
        """Leave a batch to whoever takes it next: done where no item of it waits. Raises `StaleVersion`."""
        state = BatchState.WAITING if self.items(batch.id, Outcome.WAITING, 0, 1) else BatchState.DONE
        self._change(batch, {"updated_at": now, "state": state.value})

    def note(self, item: I) -> bool:
        """Store the result of an item that waits; tell whether it was this that gave it one."""
        with unavailable_when_down():
            result = self._items.update_one({"_id": _item_id(item), **WAITING}, {"$set": self._result(item)})
        return bool(result.modified_count)

    def items(self, batch_id: str, outcome: Outcome | None, after: int, limit: int) -> tuple[I, ...]:
        """Return items of a batch by number, those behind number `after`, of one outcome where it is named."""
        query: Document = {"batch": batch_id, "no": {"$gt": after}}
        if outcome is not None:
            query["outcome"] = outcome.value
        with unavailable_when_down():
            return tuple(map(self._item, self._items.find(query, sort=[("no", ASCENDING)], limit=limit)))

    def tally(self, batch_id: str) -> Tally:
        """Return how many items are where."""
        with unavailable_when_down():
            return Tally(
                **{
                    each.value: self._items.count_documents({"batch": batch_id, "outcome": each.value})
                    for each in Outcome
                }
            )

    @property
    def _batches(self) -> Any:  # Any: pymongo's collection of untyped documents
        return self.database[self.collection]

    @property
    def _items(self) -> Any:  # Any: pymongo's collection of untyped documents
        return self.database[self.items_collection]

    def _change(self, batch: B, fields: Document) -> None:
        mine = {"_id": batch.id, "v": batch.version, "state": BatchState.RUNNING.value}
        with unavailable_when_down():
            if not self._batches.update_one(mine, {"$set": fields}).matched_count:
                raise StaleVersion

    def _read(self, document: Document) -> B:
        head = {
            "id": document["_id"],
            "version": document["v"],
            "count": document["count"],
            "state": BatchState(document["state"]),
            "created_at": document["created_at"],
            "updated_at": document["updated_at"],
        }
        return self._batch(head, document)


def _head(batch: Job) -> Document:
    return {
        "_id": batch.id,
        "v": batch.version,
        "count": batch.count,
        "state": batch.state.value,
        "created_at": batch.created_at,
        "updated_at": batch.updated_at,
    }


def _item_id(item: I) -> str:
    return f"{item.batch_id}/{item.no}"

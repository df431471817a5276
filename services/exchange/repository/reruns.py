"""Re-runs in MongoDB: one document each with a lease, and one small document for each item.

An index keeps a message from waiting in two re-runs. In clear stay who asked, the ids and versions of the messages, and
what became of each; the reason is sealed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, IndexModel, MongoClient, ReturnDocument
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import BulkWriteError, DuplicateKeyError

from services.exchange.model.reruns import Obstacle, Outcome, Rerun, RerunItem, RerunState, Tally
from services.exchange.repository.controls import KEY_OWNER
from shared.calls import Call
from shared.crypto.sealing import Place, Sealer
from shared.errors import Conflict, NotFound, StaleVersion
from shared.history import HistoryEntry, was_done
from shared.idempotency import RequestKey
from shared.identity.actor import Actor, Role
from shared.mongo.client import Document, unavailable_when_down
from shared.mongo.indexes import CREATED_KEY_INDEX
from shared.mongo.pages import Newest
from shared.mongo.transactions import in_transaction
from shared.paging import Page

COLLECTION, ITEMS = "reruns", "rerun_items"
NEWEST = Newest("created_at")
WAITING = {"outcome": Outcome.WAITING.value}

INDEXES = (
    CREATED_KEY_INDEX,
    IndexModel(NEWEST.sort, name="newest"),
    IndexModel([("state", ASCENDING), ("updated_at", ASCENDING)], name="waiting"),
)
ITEM_INDEXES = (
    IndexModel([("rerun", ASCENDING), ("no", ASCENDING)], name="by_number"),
    IndexModel([("rerun", ASCENDING), ("outcome", ASCENDING), ("no", ASCENDING)], name="by_outcome"),
    IndexModel([("message", ASCENDING)], name="once", unique=True, partialFilterExpression=WAITING),
)


@dataclass(frozen=True)
class MongoReruns:
    """The re-runs of one database."""

    client: MongoClient[Document]
    database: Database[Document]
    sealer: Sealer

    def find_created(self, request: RequestKey) -> Rerun | None:
        """Return the re-run that this request made, None where it made none. Raises `KeyReused`."""
        with unavailable_when_down():
            found = self.database[COLLECTION].find_one({"created_key": request.key})
        if found is None:
            return None
        was_done((HistoryEntry(found["created_at"], "", "", None, None, request.key, found["digest"]),), request)
        return self._rerun(found)

    def add(self, rerun: Rerun, items: Sequence[RerunItem], call: Call) -> Rerun:
        """Store a re-run with all its items, or none of it. Raises `Conflict` where one waits in another by now."""
        document = self._document(rerun)
        if call.request is not None:
            document |= {"created_key": call.request.key, "digest": call.request.digest}

        def stored(session: ClientSession) -> None:
            self.database[COLLECTION].insert_one(document, session=session)
            self.database[ITEMS].insert_many(list(map(_item_document, items)), session=session)

        try:
            with unavailable_when_down():
                in_transaction(self.client, stored)
        except (DuplicateKeyError, BulkWriteError):  # a bulk of plain inserts fails for nothing else
            made = self.find_created(call.request) if call.request else None
            if made is None:
                raise Conflict from None
            return made
        return rerun

    def waiting_elsewhere(self, message_ids: Collection[str]) -> frozenset[str]:
        """Return which of the messages wait in a re-run."""
        query = {"message": {"$in": list(message_ids)}, **WAITING}
        with unavailable_when_down():
            return frozenset(row["message"] for row in self.database[ITEMS].find(query, {"message": 1}))

    def get(self, rerun_id: str) -> Rerun:
        """Return the re-run. Raises `NotFound`."""
        with unavailable_when_down():
            document = self.database[COLLECTION].find_one({"_id": rerun_id})
        if document is None:
            raise NotFound
        return self._rerun(document)

    def list_newest(self, cursor: str, limit: int) -> Page[Rerun]:
        """Return a page of the re-runs, the newest first. Raises `Malformed`."""
        with unavailable_when_down():
            query = self.database[COLLECTION].find(NEWEST.after(cursor), sort=NEWEST.sort, limit=limit + 1)
            rows, following = NEWEST.page(query, limit)
        return Page(tuple(map(self._rerun, rows)), following)

    def take(self, now: datetime, lease: timedelta) -> Rerun | None:
        """Take the one that waits longest, or whose worker has said nothing for a lease, in one write."""
        waiting = {"state": RerunState.WAITING.value}
        abandoned = {"state": RerunState.RUNNING.value, "updated_at": {"$lt": now - lease}}
        with unavailable_when_down():
            document = self.database[COLLECTION].find_one_and_update(
                {"$or": [waiting, abandoned]},
                {"$set": {"state": RerunState.RUNNING.value, "updated_at": now}, "$inc": {"v": 1}},
                sort=[("updated_at", ASCENDING)],
                return_document=ReturnDocument.AFTER,
            )
        return self._rerun(document) if document else None

    def hold(self, rerun: Rerun, now: datetime) -> Rerun:
        """Say that one still works on a re-run. Raises `StaleVersion` where another worker has taken it."""
        self._change(rerun, {"updated_at": now})
        return replace(rerun, updated_at=now)

    def release(self, rerun: Rerun, now: datetime) -> None:
        """Leave a re-run to whoever takes it next: done where no item of it waits. Raises `StaleVersion`."""
        state = RerunState.WAITING if self.items(rerun.id, Outcome.WAITING, 0, 1) else RerunState.DONE
        self._change(rerun, {"updated_at": now, "state": state.value})

    def note(self, item: RerunItem) -> bool:
        """Store the result of an item that waits; tell whether it was this that gave it one."""
        with unavailable_when_down():
            result = self.database[ITEMS].update_one({"_id": _item_id(item), **WAITING}, {"$set": _result(item)})
        return bool(result.modified_count)

    def items(self, rerun_id: str, outcome: Outcome | None, after: int, limit: int) -> tuple[RerunItem, ...]:
        """Return items by number, those behind number `after`, of one outcome where it is named."""
        query: dict[str, Any] = {"rerun": rerun_id, "no": {"$gt": after}}
        if outcome is not None:
            query["outcome"] = outcome.value
        with unavailable_when_down():
            return tuple(map(_item, self.database[ITEMS].find(query, sort=[("no", ASCENDING)], limit=limit)))

    def tally(self, rerun_id: str) -> Tally:
        """Return how many items are where."""
        rows = self.database[ITEMS]
        with unavailable_when_down():
            return Tally(
                **{each.value: rows.count_documents({"rerun": rerun_id, "outcome": each.value}) for each in Outcome}
            )

    def _change(self, rerun: Rerun, fields: Document) -> None:
        mine = {"_id": rerun.id, "v": rerun.version, "state": RerunState.RUNNING.value}
        with unavailable_when_down():
            if not self.database[COLLECTION].update_one(mine, {"$set": fields}).matched_count:
                raise StaleVersion

    def _document(self, rerun: Rerun) -> Document:
        return {
            "_id": rerun.id,
            "v": rerun.version,
            "actor": {"account": rerun.actor.account_id, "role": rerun.actor.role.value},
            "count": rerun.count,
            "state": rerun.state.value,
            "created_at": rerun.created_at,
            "updated_at": rerun.updated_at,
            "sealed": self.sealer.seal({"reason": rerun.reason}, KEY_OWNER, self._place(rerun.id)),
        }

    def _rerun(self, document: Document) -> Rerun:
        opened: Any = self.sealer.open(document["sealed"], self._place(document["_id"]))
        actor = document["actor"]
        return Rerun(
            id=document["_id"],
            version=document["v"],
            actor=Actor(actor["account"], Role(actor["role"])),
            reason=opened["reason"],
            count=document["count"],
            state=RerunState(document["state"]),
            created_at=document["created_at"],
            updated_at=document["updated_at"],
        )

    def _place(self, rerun_id: str) -> Place:
        """Return where the reason stands; it is written once, whatever version the re-run comes to."""
        return Place(self.database.name, COLLECTION, rerun_id, 1)


def _item_id(item: RerunItem) -> str:
    return f"{item.rerun_id}/{item.no}"


def _item_document(item: RerunItem) -> Document:
    named = {"rerun": item.rerun_id, "no": item.no, "message": item.message_id, "version": item.version}
    return {"_id": _item_id(item), **named, **_result(item)}


def _result(item: RerunItem) -> Document:
    obstacle = item.obstacle.value if item.obstacle else None
    return {"outcome": item.outcome.value, "obstacle": obstacle, "done_at": item.done_at}


def _item(document: Document) -> RerunItem:
    return RerunItem(
        rerun_id=document["rerun"],
        no=document["no"],
        message_id=document["message"],
        version=document["version"],
        outcome=Outcome(document["outcome"]),
        obstacle=Obstacle(document["obstacle"]) if document["obstacle"] else None,
        done_at=document["done_at"],
    )

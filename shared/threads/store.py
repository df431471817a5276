"""Threads in MongoDB: one document each, its messages sealed, its notices in its outbox; who has read how far beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from pymongo import IndexModel
from pymongo.database import Database

from shared.calls import Call
from shared.crypto.sealing import Place, Sealer
from shared.crypto.structured import CONVERTER
from shared.errors import Conflict
from shared.idempotency import RequestKey
from shared.messaging.events import EventMaker, Outgoing
from shared.mongo.aggregates import Aggregates, Duplicate, history_of
from shared.mongo.client import Document, unavailable_when_down
from shared.mongo.indexes import AGGREGATE_INDEXES
from shared.threads.model import Message, Thread, Visibility

COLLECTION = "threads"
SEEN = "threads_seen"

SEEN_INDEXES = (IndexModel([("account", 1), ("thread", 1)], name="of_account", unique=True),)


def indexes_of(about: str) -> tuple[IndexModel, ...]:
    """Return the indexes of threads about things that documents name in the field `about`."""
    return (*AGGREGATE_INDEXES, IndexModel([(about, 1), ("_id", 1)], name=f"of_{about}"))


class MongoThreads:
    """The threads of one database; `about` is the field that holds the id of the thing that they are about."""

    def __init__(self, database: Database[Document], sealer: Sealer, events: EventMaker, about: str) -> None:
        self._database = database
        self._about = about
        self._aggregates = Aggregates(database[COLLECTION])
        self._sealer = sealer
        self._events = events

    def get(self, thread_id: str) -> Thread:
        """Return the thread. Raises `NotFound`."""
        return self._thread(self._aggregates.get(thread_id))

    def find_created(self, request: RequestKey) -> Thread | None:
        """Return the thread that this request made. Raises `KeyReused` where it asked for something else."""
        document = self._aggregates.find_created(request)
        return self._thread(document) if document else None

    def list_of(self, about_id: str) -> tuple[Thread, ...]:
        """Return the threads about a thing, the oldest first."""
        rows = self._aggregates.find({self._about: about_id}, sort=[("_id", 1)])
        return tuple(self._thread(row) for row in rows)

    def add(self, thread: Thread, call: Call, events: Sequence[Outgoing]) -> Thread:
        """Store a new thread; a request that made one before returns that one."""
        try:
            self._aggregates.insert(
                thread.id, self._fields(thread, 1), thread.history[-1], self._outbox(thread, call, events)
            )
        except Duplicate:
            made = self.find_created(call.request) if call.request else None
            if made is None:
                raise Conflict from None
            return made
        return thread

    def save(self, thread: Thread, call: Call, events: Sequence[Outgoing]) -> Thread:
        """Store the next version with its last history entry. Raises `StaleVersion`."""
        fields = self._fields(thread, thread.version + 1)
        outbox = self._outbox(thread, call, events)
        return self._thread(
            self._aggregates.save(thread.id, thread.version, fields, (), act=thread.history[-1], events=outbox)
        )

    def seen(self, account_id: str, thread_ids: Sequence[str]) -> Mapping[str, int]:
        """Return up to which message a person has seen each of these threads."""
        query = {"account": account_id, "thread": {"$in": list(thread_ids)}}
        with unavailable_when_down():
            return {row["thread"]: row["no"] for row in self._database[SEEN].find(query)}

    def mark_seen(self, account_id: str, thread_id: str, no: int) -> None:
        """Note that a person has seen a thread up to a message, or further."""
        with unavailable_when_down():
            self._database[SEEN].update_one(
                {"account": account_id, "thread": thread_id}, {"$max": {"no": no}}, upsert=True
            )

    def _fields(self, thread: Thread, version: int) -> Document:
        secret = {"pointer": thread.pointer, "messages": CONVERTER.unstructure(thread.messages)}
        return {
            self._about: thread.about_id,
            "unit": thread.unit_id,
            "visibility": thread.visibility.value,
            "is_resolved": thread.is_resolved,
            "updated_at": thread.updated_at,
            "labels": dict(thread.labels),
            "sealed": self._sealer.seal(secret, thread.unit_id, self._place(thread.id, version)),
        }

    def _thread(self, document: Document) -> Thread:
        place = self._place(document["_id"], document["v"])
        secret = cast(dict[str, Any], self._sealer.open(document["sealed"], place))
        return Thread(
            id=document["_id"],
            version=document["v"],
            about_id=document[self._about],
            unit_id=document["unit"],
            visibility=Visibility(document["visibility"]),
            pointer=secret["pointer"],
            updated_at=document["updated_at"],
            is_resolved=document["is_resolved"],
            messages=CONVERTER.structure(secret["messages"], tuple[Message, ...]),
            history=history_of(document),
            labels=document.get("labels", {}),
        )

    def _outbox(self, thread: Thread, call: Call, events: Iterable[Outgoing]) -> list[Any]:
        return [
            self._events.event(outgoing, thread.about_id, thread.updated_at, call.correlation_id) for outgoing in events
        ]

    def _place(self, thread_id: str, version: int) -> Place:
        return Place(self._database.name, COLLECTION, thread_id, version)

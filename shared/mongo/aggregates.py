"""One aggregate, one document, one atomic write.

A change sets the fields, raises the version, appends the outgoing events to `outbox` and the act to `history`, all
in the same `find_one_and_update` whose filter carries the version that the caller read. Layout of a document:
`{_id, v, …fields, created_key?, outbox: […], history: […]}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from pymongo import ReturnDocument, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from shared import failpoints
from shared.errors import NotFound, StaleVersion
from shared.history import HistoryEntry, was_done
from shared.idempotency import RequestKey
from shared.mongo.client import Document, unavailable_when_down

NOTHING = {"_id": 1}
"""What comes back of a write whose result is known."""

RESERVED = frozenset({"_id", "v", "outbox", "history", "created_key"})


@dataclass(frozen=True)
class Event:
    """A fact to be published; `data` holds JSON values only, and what identifies a unit is sealed in it.

    `exchange` and `routing_key` are empty for the usual way: the relay's exchange, routed by the type.
    """

    id: str
    type: str
    time: datetime
    subject: str
    data: Mapping[str, Any] = field(default_factory=dict)
    correlation_id: str = ""
    exchange: str = ""
    routing_key: str = ""


class Duplicate(Exception):
    """A unique index refused the document; `index` is its name (`_id_` for the id itself)."""

    def __init__(self, index: str) -> None:
        self.index = index
        super().__init__(index)


class Aggregates:
    """The documents of one collection. Give a `session` when the write is part of a transaction."""

    def __init__(self, collection: Collection[Document], session: ClientSession | None = None) -> None:
        self._collection = collection
        self._session = session

    def insert(self, id: str, fields: Mapping[str, Any], act: HistoryEntry, events: Iterable[Event] = ()) -> None:
        """Store a new aggregate as version 1.

        Raises `Duplicate` when its id, its creation key or another unique value is taken: the caller then looks
        whether that was its own earlier attempt (`shared.history.was_done`). Raises `Unavailable` when the outcome is unknown.
        """
        _refuse_reserved(fields)
        document: Document = {
            "_id": id,
            "v": 1,
            **fields,
            "outbox": [event_entry(event) for event in events],
            "history": [act_entry(act, 1)],
        }
        if act.key is not None:
            document["created_key"] = act.key
        self._about_to_write()
        with self._guarded():
            try:
                self._collection.insert_one(document, session=self._session)
            except DuplicateKeyError as error:
                # Not chained: the server's text prints the value of the key.
                raise Duplicate(_index_of(error)) from None
        self._committed()

    def save(
        self,
        id: str,
        version: int,
        set_fields: Mapping[str, Any],
        unset: tuple[str, ...],
        act: HistoryEntry | None,
        events: Iterable[Event] = (),
        returned: Mapping[str, Any] | None = None,
        appended: Mapping[str, Sequence[Document]] | None = None,
    ) -> Document:
        """Change the aggregate that is still at `version`, and return it as it is now, one version later.

        `appended` goes to the end of arrays by their names. `returned` are the fields to be returned, all where it is None: what nobody reads need not come back. `act` is None where the act is already the last one in the history: a draft saved again by the same person.

        Raises `StaleVersion` when somebody was faster, `NotFound`, `Duplicate` when a unique value is taken, and
        `Unavailable` when the outcome is unknown.
        """
        _refuse_reserved(set_fields)
        _refuse_reserved(unset)
        _refuse_reserved(appended or ())
        pushes: Document = {} if act is None else {"history": act_entry(act, version + 1)}
        entries = [event_entry(event) for event in events]
        if entries:
            pushes["outbox"] = {"$each": entries}
        pushes |= {name: {"$each": list(rows)} for name, rows in (appended or {}).items() if rows}
        update: Document = {"$inc": {"v": 1}}
        if pushes:
            update["$push"] = pushes
        if set_fields:
            update["$set"] = dict(set_fields)
        if unset:
            update["$unset"] = dict.fromkeys(unset, "")
        self._about_to_write()
        with self._guarded():
            try:
                document = self._collection.find_one_and_update(
                    {"_id": id, "v": version},
                    update,
                    projection=returned,
                    return_document=ReturnDocument.AFTER,
                    session=self._session,
                )
            except DuplicateKeyError as error:
                raise Duplicate(_index_of(error)) from None
            if document is None:
                if self._collection.find_one({"_id": id}, {"_id": 1}, session=self._session) is None:
                    raise NotFound
                raise StaleVersion
        self._committed()
        return document

    def save_each(self, changes: Sequence[tuple[str, int, Mapping[str, Any], HistoryEntry]]) -> int:
        """Change those that still are at their versions, each in one atomic write, all in one round trip; return how many.

        A change is the id, the version, the fields and the act. Who was faster than one of them holds up none of the
        others. Raises `Unavailable` when the outcome is unknown.
        """
        writes = []
        for id, version, set_fields, act in changes:
            _refuse_reserved(set_fields)
            push = {"history": act_entry(act, version + 1)}
            writes.append(UpdateOne({"_id": id, "v": version}, {"$inc": {"v": 1}, "$set": set_fields, "$push": push}))
        if not writes:
            return 0
        self._about_to_write()
        with self._guarded():
            changed = self._collection.bulk_write(writes, ordered=False, session=self._session).matched_count
        self._committed()
        return changed

    def tell(self, id: str, version: int, events: Iterable[Event]) -> None:
        """Put events into the outbox of the aggregate that is still at `version`, which does not change otherwise.

        Raises `StaleVersion` when somebody was faster, `NotFound`, and `Unavailable` when the outcome is unknown.
        """
        entries = {"$each": [event_entry(event) for event in events]}
        with self._guarded():
            found = self._collection.update_one(
                {"_id": id, "v": version}, {"$push": {"outbox": entries}}, session=self._session
            )
            if not found.matched_count:
                if self._collection.find_one({"_id": id}, {"_id": 1}, session=self._session) is None:
                    raise NotFound
                raise StaleVersion

    def get(self, id: str) -> Document:
        """Return the aggregate. Raises `NotFound`."""
        document = self.find_one({"_id": id})
        if document is None:
            raise NotFound
        return document

    def find_one(self, query: Mapping[str, Any]) -> Document | None:
        """Return the first aggregate that fits the query, or None."""
        with self._guarded():
            return self._collection.find_one(query, session=self._session)

    def find_created(self, request: RequestKey) -> Document | None:
        """Return the aggregate that this request made, or None. Raises `KeyReused` where it asked for something else."""
        document = self.find_one({"created_key": request.key})
        if document is not None:
            was_done(history_of(document), request)
        return document

    def find(
        self,
        query: Mapping[str, Any],
        *,
        sort: Sequence[tuple[str, int]] = (),
        limit: int = 0,
        projection: Mapping[str, Any] | None = None,
    ) -> Iterator[Document]:
        """Yield the aggregates that fit the query in the order of `sort`, at most `limit` of them (0: all)."""
        with self._guarded():
            yield from self._collection.find(
                query, projection, sort=list(sort) or None, limit=limit, session=self._session
            )

    def _guarded(self) -> AbstractContextManager[None]:
        # Inside a transaction the driver must see its own errors to retry.
        return unavailable_when_down() if self._session is None else nullcontext()

    def _about_to_write(self) -> None:
        if self._session is None:
            failpoints.hit("api.validated")

    def _committed(self) -> None:
        failpoints.hit("api.committed_no_reply" if self._session is None else "api.filing_inserted")


def history_of(document: Mapping[str, Any]) -> tuple[HistoryEntry, ...]:
    """Return the history of a document."""
    return tuple(
        HistoryEntry(
            at=entry["at"],
            actor_id=entry["by"],
            action=entry["action"],
            from_state=entry["from"],
            to_state=entry["to"],
            key=entry.get("key"),
            digest=entry.get("digest"),
        )
        for entry in document["history"]
    )


def act_entry(act: HistoryEntry, version: int) -> Document:
    """Return the history entry of an act that led to `version`."""
    entry: Document = {
        "at": act.at,
        "by": act.actor_id,
        "action": _plain(act.action),
        "from": _plain(act.from_state),
        "to": _plain(act.to_state),
        "v": version,
    }
    if act.key is not None:
        entry |= {"key": act.key, "digest": act.digest}
    return entry


def event_entry(event: Event) -> Document:
    """Return the outbox entry of an event."""
    entry: Document = {
        "id": event.id,
        "type": event.type,
        "time": event.time,
        "subject": event.subject,
        "data": dict(event.data),
        "correlation_id": event.correlation_id,
    }
    if event.exchange:
        entry |= {"exchange": event.exchange, "routing_key": event.routing_key}
    return entry


def event_of(entry: Mapping[str, Any]) -> Event:
    """Return the event of an outbox entry."""
    return Event(**entry)


def _plain(value: str | None) -> str | None:
    return value.value if isinstance(value, Enum) else value


def _refuse_reserved(names: Iterable[str]) -> None:
    taken = RESERVED.intersection(name.partition(".")[0] for name in names)
    if taken:
        raise ValueError(f"fields of the machinery: {', '.join(sorted(taken))}")


def _index_of(error: DuplicateKeyError) -> str:
    found = re.search(r"index: (\S+) dup key", str((error.details or {}).get("errmsg", "")))
    return found.group(1) if found else "unknown"

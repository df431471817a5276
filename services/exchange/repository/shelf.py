"""Aggregates of one kind in a collection: clear fields by their names, what people wrote sealed, and at most one large part.

A field of the dataclass that is marked `sealed` is kept in the sealed blob, all others in clear. The large part is sealed once,
when the aggregate is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import Field, dataclass, fields, replace
from datetime import date, datetime
from typing import Any, ClassVar, Generic, Protocol, TypeVar, cast

import cattrs
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.exchange.ports.messages import Outgoing
from services.exchange.repository.outgoing import guarded, news
from shared.calls import Call
from shared.crypto.sealing import Place, Sealer
from shared.errors import Conflict, NotFound
from shared.history import HistoryEntry
from shared.mongo.aggregates import Aggregates, Duplicate, history_of
from shared.mongo.client import Document
from shared.mongo.pages import Newest
from shared.paging import Page

NEWEST = Newest("created_at")
HOLDER = "statistics"
"""Under whose key the parts are sealed: they are about no unit."""
_RESERVED = ("id", "version", "history")


class Kept(Protocol):
    """What a shelf keeps."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def id(self) -> str: ...

    @property
    def version(self) -> int: ...

    @property
    def history(self) -> tuple[HistoryEntry, ...]: ...


T = TypeVar("T", bound=Kept)


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter()
    converter.register_unstructure_hook(date, lambda value: value.isoformat())
    converter.register_structure_hook(date, lambda value, _: date.fromisoformat(value))
    converter.register_unstructure_hook(datetime, lambda value: value)
    converter.register_structure_hook(datetime, lambda value, _: value)
    return converter


_CONVERTER = _converter()


@dataclass(frozen=True)
class Shelf(Generic[T]):
    """The aggregates of a kind in one collection of a database."""

    kind: type[T]
    collection: str
    database: Database[Document]
    sealer: Sealer
    session: ClientSession | None = None

    def within(self, session: ClientSession | None) -> Shelf[T]:
        """Return the same shelf, read and written within a transaction."""
        return replace(self, session=session)

    def get(self, id: str) -> T:
        """Return one. Raises `NotFound`, `SealBroken`."""
        found = self.find(id)
        if found is None:
            raise NotFound
        return found

    def find(self, id: str) -> T | None:
        """Return one, or None."""
        return next(iter(self.where({"_id": id}, limit=1)), None)

    def add(self, thing: T, call: Call, events: Sequence[Outgoing] = (), large: bytes | None = None) -> T:
        """Store a new one. Raises `Conflict` where its id is taken."""
        document = self._fields(thing, 1)
        if large is not None:
            document["large"] = self.sealer.seal({"large": large}, HOLDER, self._place(thing.id, 1, "large"))
        told = news(thing.id, thing.history[-1].at, call, events)
        try:
            self.aggregates.insert(thing.id, document, thing.history[-1], told)
        except Duplicate:
            raise Conflict from None
        return thing

    def save(self, thing: T, call: Call, events: Sequence[Outgoing] = ()) -> T:
        """Store the next version with its last history entry. Raises `StaleVersion`."""
        version = thing.version + 1
        told = news(thing.id, thing.history[-1].at, call, events)
        self.aggregates.save(
            thing.id, thing.version, self._fields(thing, version), (), thing.history[-1], told, returned={"_id": 1}
        )
        return replace(thing, version=version)

    def large_of(self, id: str) -> bytes:
        """Return the large part. Raises `NotFound` where there is none, `SealBroken`."""
        with guarded(self.session):
            document = self.database[self.collection].find_one({"_id": id}, {"large": 1}, session=self.session)
        if document is None or "large" not in document:
            raise NotFound
        opened = cast(Mapping[str, bytes], self.sealer.open(document["large"], self._place(id, 1, "large")))
        return opened["large"]

    def where(self, query: Mapping[str, Any], limit: int, sort: Sequence[tuple[str, int]] = ()) -> Sequence[T]:
        """Return those that the query finds."""
        return tuple(self.made_of(each) for each in self._found(query, limit, sort))

    def page(self, query: Mapping[str, Any], cursor: str, limit: int) -> Page[T]:
        """Return a page, newest first. Raises `Malformed` for a foreign cursor."""
        found = self._found({**query, **NEWEST.after(cursor)}, limit + 1, NEWEST.sort)
        rows, following = NEWEST.page(found, limit)
        return Page(tuple(self.made_of(row) for row in rows), following)

    def made_of(self, document: Document) -> T:
        """Return what a document holds. Raises `SealBroken`."""
        clear = {
            name: value for name, value in document.items() if name not in ("_id", "v", "outbox", "history", "sealed")
        }
        secret: object = {}
        if "sealed" in document:
            secret = self.sealer.open(document["sealed"], self._place(document["_id"], document["v"], "texts"))
        plain = {**clear, **cast(Mapping[str, object], secret), "id": document["_id"], "version": document["v"]}
        thing = _CONVERTER.structure(plain, self.kind)
        return replace(thing, history=history_of(document))

    @property
    def aggregates(self) -> Aggregates:
        """The documents."""
        return Aggregates(self.database[self.collection], self.session)

    def _fields(self, thing: T, version: int) -> Document:
        whole = _CONVERTER.unstructure(thing)
        sealed = {each.name for each in fields(thing) if each.metadata.get("sealed")}
        document = {name: value for name, value in whole.items() if name not in sealed and name not in _RESERVED}
        if sealed:
            secret = {name: whole[name] for name in sorted(sealed)}
            document["sealed"] = self.sealer.seal(secret, HOLDER, self._place(thing.id, version, "texts"))
        return document

    def _found(self, query: Mapping[str, Any], limit: int, sort: Sequence[tuple[str, int]]) -> Iterable[Document]:
        return self.aggregates.find(dict(query), sort=list(sort), limit=limit, projection={"large": 0})

    def _place(self, id: str, version: int, part: str) -> Place:
        return Place(self.database.name, f"{self.collection}.{part}", id, version)

"""The keys collection in MongoDB: wrapped keys and tombstones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypedDict

from bson import Binary
from pymongo import ASCENDING, IndexModel
from pymongo.collection import Collection
from pymongo.errors import ConnectionFailure, DuplicateKeyError, ExecutionTimeout, WTimeoutError

from shared.crypto.dek import KeyRow, KeyState
from shared.crypto.kek import Wrapped
from shared.crypto.suites import Suite
from shared.errors import Unavailable

COLLECTION = "keys"

INDEXES = [
    # One current key per owner: of two processes that make a unit's first key at once, one loses and reads the other's.
    IndexModel(
        [("owner", ASCENDING)],
        name="one_current_key_per_owner",
        unique=True,
        partialFilterExpression={"is_current": True},
    ),
    IndexModel([("state", ASCENDING), ("kek_id", ASCENDING)], name="keys_by_kek"),
    IndexModel([("owner", ASCENDING), ("state", ASCENDING)], name="keys_by_owner"),
]


@contextmanager
def _unavailable_when_down() -> Iterator[None]:
    try:
        yield
    except (ConnectionFailure, ExecutionTimeout, WTimeoutError) as error:
        raise Unavailable from error  # the driver's text may hold addresses: it stays in the chain


class _Document(TypedDict):
    _id: str
    owner: str
    suite: int
    state: str
    is_current: bool
    made_at: datetime
    kek_id: str | None
    wrapped: bytes | None
    destroyed_at: datetime | None


class MongoKeyStore:
    """A `KeyStore` on the keys collection; every method is one statement.

    Raises `Unavailable` where the server does not answer; the outcome of a change is then unknown, and each may be
    asked for again.
    """

    def __init__(self, collection: Collection[dict[str, Any]]) -> None:
        self._keys = collection

    @_unavailable_when_down()
    def prepare(self) -> None:
        """Make the indexes; without the unique one two processes could make two keys for one unit."""
        self._keys.create_indexes(INDEXES)

    @_unavailable_when_down()
    def find_current(self, owner: str) -> KeyRow | None:
        """Return the row that seals for this owner, or its tombstone."""
        return _row(self._keys.find_one({"owner": owner, "is_current": True}))

    @_unavailable_when_down()
    def find(self, key_id: str) -> KeyRow | None:
        """Return the row with this id."""
        return _row(self._keys.find_one({"_id": key_id}))

    @_unavailable_when_down()
    def add(self, row: KeyRow) -> bool:
        """Store a current row; False where the owner has one already."""
        try:
            self._keys.insert_one(dict(_document(row)))
        except DuplicateKeyError:
            return False
        return True

    @_unavailable_when_down()
    def supersede(self, key_id: str) -> bool:
        """Make a live, current row no longer current; False where it isn't both."""
        selector = {"_id": key_id, "state": KeyState.LIVE.value, "is_current": True}
        return self._keys.update_one(selector, {"$set": {"is_current": False}}).modified_count == 1

    @_unavailable_when_down()
    def destroy(self, owner: str, at: datetime) -> int:
        """Turn all live rows of an owner into tombstones without their wrapped keys; return how many."""
        gone = {"state": KeyState.DESTROYED.value, "wrapped": None, "kek_id": None, "destroyed_at": at}
        return self._keys.update_many({"owner": owner, "state": KeyState.LIVE.value}, {"$set": gone}).modified_count

    @_unavailable_when_down()
    def replace_wrapped(self, key_id: str, old: Wrapped, new: Wrapped) -> bool:
        """Put `new` where `old` is; False where something else is there by now."""
        selector = {
            "_id": key_id,
            "state": KeyState.LIVE.value,
            "kek_id": old.kek_id,
            "wrapped": Binary(old.data),
        }
        change = {"$set": {"kek_id": new.kek_id, "wrapped": Binary(new.data)}}
        return self._keys.update_one(selector, change).modified_count == 1

    @_unavailable_when_down()
    def list_not_under(self, kek_id: str, after: str, limit: int) -> list[KeyRow]:
        """Return live rows that another key-encryption key wraps, by id, those with an id above `after`."""
        found = self._keys.find({**_not_under(kek_id), "_id": {"$gt": after}}).sort("_id", ASCENDING).limit(limit)
        return [row for document in found if (row := _row(document)) is not None]

    @_unavailable_when_down()
    def count_not_under(self, kek_id: str) -> int:
        """Count the live rows that another key-encryption key wraps."""
        return self._keys.count_documents(_not_under(kek_id))

    @_unavailable_when_down()
    def count_under(self, kek_id: str) -> int:
        """Count the live rows that this key-encryption key wraps."""
        return self._keys.count_documents({"state": KeyState.LIVE.value, "kek_id": kek_id})


def _not_under(kek_id: str) -> dict[str, object]:
    return {"state": KeyState.LIVE.value, "kek_id": {"$ne": kek_id}}


def _document(row: KeyRow) -> _Document:
    return {
        "_id": row.id,
        "owner": row.owner,
        "suite": int(row.suite),
        "state": row.state.value,
        "is_current": row.is_current,
        "made_at": row.made_at,
        "kek_id": row.wrapped.kek_id if row.wrapped else None,
        "wrapped": Binary(row.wrapped.data) if row.wrapped else None,
        "destroyed_at": row.destroyed_at,
    }


def _row(document: dict[str, Any] | None) -> KeyRow | None:
    if document is None:
        return None
    wrapped = None if document["wrapped"] is None else Wrapped(document["kek_id"], bytes(document["wrapped"]))
    return KeyRow(
        id=document["_id"],
        owner=document["owner"],
        suite=Suite.of(document["suite"]),
        state=KeyState(document["state"]),
        is_current=document["is_current"],
        made_at=_aware(document["made_at"]),
        wrapped=wrapped,
        destroyed_at=None if document["destroyed_at"] is None else _aware(document["destroyed_at"]),
    )


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

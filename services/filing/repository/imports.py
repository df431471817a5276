"""Imports in MongoDB: one document each, with a lease for the worker that reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pymongo import ASCENDING, IndexModel, ReturnDocument
from pymongo.database import Database

from services.filing.model.imports import OPEN, Import, ImportState
from services.filing.model.rows import RowSet
from shared.crypto.sealing import Place, Sealer
from shared.crypto.structured import CONVERTER
from shared.errors import NotFound, StaleVersion
from shared.identity.actor import Actor, Role
from shared.mongo.client import Document, unavailable_when_down

COLLECTION = "imports"
INDEXES = (
    IndexModel([("state", ASCENDING), ("updated_at", ASCENDING)], name="waiting"),
    IndexModel([("created_at", ASCENDING)], name="by_age"),
    IndexModel([("segments", ASCENDING)], name="of_segment"),
)


@dataclass(frozen=True)
class _Secret:
    """The confidential part of an import."""

    file: Mapping[str, object]
    rows: RowSet
    faults: tuple[Mapping[str, object], ...]


@dataclass(frozen=True)
class MongoImports:
    """The imports of one database."""

    database: Database[Document]
    sealer: Sealer

    def add(self, made: Import) -> None:
        """Store a new import."""
        with unavailable_when_down():
            self.database[COLLECTION].insert_one({"_id": made.id, "v": 1, **self._fields(made, 1)})

    def get(self, import_id: str) -> Import:
        """Return the import. Raises `NotFound`."""
        with unavailable_when_down():
            document = self.database[COLLECTION].find_one({"_id": import_id})
        if document is None:
            raise NotFound
        return self._import(document)

    def take(self, now: datetime, lease: timedelta) -> Import | None:
        """Take the oldest import that waits, or whose worker has said nothing for a lease; None where there is none."""
        waiting = {"state": ImportState.WAITING.value}
        abandoned = {"state": ImportState.RUNNING.value, "updated_at": {"$lt": now - lease}}
        with unavailable_when_down():
            found = self.database[COLLECTION].find_one({"$or": [waiting, abandoned]}, sort=[("updated_at", ASCENDING)])
        if found is None:
            return None
        try:
            return self.save(replace(self._import(found), state=ImportState.RUNNING, updated_at=now))
        except StaleVersion:
            return None

    def save(self, changed: Import) -> Import:
        """Store the next version. Raises `StaleVersion` where another worker went on with it."""
        version = changed.version + 1
        with unavailable_when_down():
            document = self.database[COLLECTION].find_one_and_update(
                {"_id": changed.id, "v": changed.version},
                {"$set": {"v": version, **self._fields(changed, version)}},
                return_document=ReturnDocument.AFTER,
            )
        if document is None:
            raise StaleVersion
        return replace(changed, version=version)

    def holds(self, file_id: str) -> bool:
        """Tell whether an import that is not over reads the file."""
        return self._has({"_id": file_id})

    def holds_segment(self, segment_id: str) -> bool:
        """Tell whether an import that is not over has written the segment of rows."""
        return self._has({"segments": segment_id})

    def forget_older_than(self, before: datetime) -> int:
        """Remove imports begun before a moment; return how many."""
        with unavailable_when_down():
            return self.database[COLLECTION].delete_many({"created_at": {"$lt": before}}).deleted_count

    def _has(self, query: Mapping[str, object]) -> bool:
        is_open = {"state": {"$in": sorted(state.value for state in OPEN)}}
        with unavailable_when_down():
            return self.database[COLLECTION].find_one({**query, **is_open}, {"_id": 1}) is not None

    def _fields(self, made: Import, version: int) -> Document:
        secret = CONVERTER.unstructure(_Secret(made.file, made.rows, made.faults))
        return {
            "filing": made.filing_id,
            "unit": made.unit_id,
            "actor": {
                "account": made.actor.account_id,
                "role": made.actor.role.value,
                "unit": made.actor.unit_id,
                "division": made.actor.division,
            },
            "trial": made.is_trial,
            "state": made.state.value,
            "created_at": made.created_at,
            "updated_at": made.updated_at,
            "total": made.total,
            "next_row": made.next_row,
            "segments": [each.id for each in made.rows.segments],
            "counted": dict(made.counted),
            "reason": made.reason,
            "sealed": self.sealer.seal(secret, made.unit_id, self._place(made.id, version)),
        }

    def _import(self, document: Document) -> Import:
        sealed = self.sealer.open(document["sealed"], self._place(document["_id"], document["v"]))
        secret = CONVERTER.structure(sealed, _Secret)
        actor = document["actor"]
        return Import(
            id=document["_id"],
            version=document["v"],
            filing_id=document["filing"],
            unit_id=document["unit"],
            actor=Actor(actor["account"], Role(actor["role"]), actor["unit"], actor["division"]),
            is_trial=document["trial"],
            state=ImportState(document["state"]),
            file=secret.file,
            created_at=document["created_at"],
            updated_at=document["updated_at"],
            total=document["total"],
            next_row=document["next_row"],
            rows=secret.rows,
            faults=secret.faults,
            counted=document["counted"],
            reason=document["reason"],
        )

    def _place(self, import_id: str, version: int) -> Place:
        return Place(self.database.name, COLLECTION, import_id, version)

"""Early revisions of registrations, in a collection of their own, so that no document outgrows the limit of 16 MB.

A revision is at most about 350 KB. The document of a registration keeps the last `KEPT` of them and the one in force;
the others are written here first, sealed on their own, and leave the document with its next save. A crash between the
two leaves a revision in both places, and it is the same in both: what is no longer the last one never changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pymongo import IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.registration.model.registration import Registration, Revision
from shared.crypto.sealing import Place, Sealer
from shared.crypto.structured import CONVERTER
from shared.mongo.client import Document

COLLECTION = "revisions"
KEPT = 8

INDEXES = (
    IndexModel([("registration", 1), ("no", 1)], name="of_registration", unique=True),
    IndexModel([("files", 1)], name="of_file"),
)


@dataclass(frozen=True)
class EarlyRevisions:
    """The early revisions of one database."""

    database: Database[Document]
    sealer: Sealer
    session: ClientSession | None = None

    def keep(self, registration: Registration, revision: Revision) -> None:
        """Store a revision; storing it again does no harm."""
        id = _id(registration.id, revision.no)
        row = {
            "registration": registration.id,
            "no": revision.no,
            "files": sorted({ref.file_id for refs in revision.materials.values() for ref in refs}),
            "sealed": self.sealer.seal(CONVERTER.unstructure(revision), registration.unit_id, self._place(id)),
        }
        self._rows.update_one({"_id": id}, {"$set": row}, upsert=True, session=self.session)

    def list_of(self, registration_id: str) -> tuple[Revision, ...]:
        """Return the early revisions of a registration, the first one first. Raises `SealBroken`, `KeyDestroyed`."""
        rows = self._rows.find({"registration": registration_id}, session=self.session).sort("no", 1)
        return tuple(self._revision(row) for row in rows)

    def refer_to(self, file_id: str) -> bool:
        """Whether an early revision refers to the file."""
        return self._rows.find_one({"files": file_id}, {"_id": 1}, session=self.session) is not None

    @property
    def _rows(self) -> Any:  # Any: pymongo's collection of untyped documents
        return self.database[COLLECTION]

    def _place(self, id: str) -> Place:
        return Place(self.database.name, COLLECTION, id, 1)

    def _revision(self, row: Mapping[str, Any]) -> Revision:
        return CONVERTER.structure(self.sealer.open(row["sealed"], self._place(row["_id"])), Revision)


def too_many(registration: Registration) -> tuple[Revision, ...]:
    """Return the revisions that the document of a registration has no room for."""
    older = registration.revisions[:-KEPT]
    return tuple(revision for revision in older if revision.no != registration.life.in_force)


def _id(registration_id: str, no: int) -> str:
    return f"{registration_id}/{no}"

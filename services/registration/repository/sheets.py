"""Decision sheets: a row with its number for each, and the signed file as a sealed object.

The number is given in a transaction with the row, so that none is given twice and none is left out. The object is written
before the row names it; what a crash leaves in between belongs to no row, and the sweeper takes it.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pymongo import IndexModel, MongoClient, ReturnDocument
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.registration.model.sheets import Sheet, SheetContent, SheetKind
from services.registration.ports import NewId
from shared import failpoints
from shared.clock import SHANGHAI
from shared.crypto.sealing import Place, Sealer
from shared.mongo.client import Document, unavailable_when_down
from shared.mongo.transactions import in_transaction
from shared.storage.objects import SealedObjects
from shared.storage.stored import StoredObject
from shared.storage.sweep import FileRow

COLLECTION = "sheets"
NUMBERS = "sheet_numbers"
PREFIX = "registration-sheets/"
LARGEST = 20 * 1024 * 1024

INDEXES = (
    IndexModel([("registration", 1)], name="of_registration"),
    IndexModel([("object", 1)], name="by_object", partialFilterExpression={"object": {"$exists": True}}),
)


@dataclass(frozen=True)
class MongoSheets:
    """The sheets of one database and bucket."""

    client: MongoClient[Document]
    database: Database[Document]
    objects: SealedObjects
    sealer: Sealer
    new_id: NewId

    def number(self, sheet_id: str, unit_id: str, division: str, content: SheetContent) -> Sheet:
        """Return the sheet with this id, with the number that it has or gets now. Raises `Unavailable`."""
        with unavailable_when_down():
            row = in_transaction(
                self.client, lambda session: self._numbered(session, sheet_id, unit_id, division, content)
            )
        return self._sheet(row)

    def keep(self, sheet: Sheet, pdf: bytes) -> Sheet:
        """Store the file of a sheet. Of two that were made at once, the first one noted stays. Raises `Unavailable`."""
        key = f"{PREFIX}{self.new_id()}"
        stored = self.objects.put(key, sheet.unit_id, io.BytesIO(pdf), LARGEST)
        failpoints.hit("sheet.stored_no_row")
        secret = self._secret(replace(sheet, size=stored.plain_size, sha256=stored.sha256, stored=stored.to_document()))
        with unavailable_when_down():
            noted = self._rows.update_one(
                {"_id": sheet.id, "object": {"$exists": False}}, {"$set": {"object": key, "sealed": secret}}
            )
            row = self._rows.find_one({"_id": sheet.id})
        if not noted.modified_count:
            self.objects.delete(key)
        return self._sheet(row)

    def list_of(self, registration_id: str) -> tuple[Sheet, ...]:
        """Return the sheets of a registration in the order of their decisions."""
        with unavailable_when_down():
            rows = list(self._rows.find({"registration": registration_id}))
        return tuple(sorted(map(self._sheet, rows), key=lambda sheet: (sheet.decided_at, sheet.number)))

    def stream(self, sheet: Sheet) -> Iterator[bytes]:
        """Return the content of a sheet that is ready, verified frame by frame."""
        return self.objects.stream(StoredObject.from_document(dict(sheet.stored or {})))

    def list_older_than(self, before: datetime) -> Iterable[FileRow]:
        """Return nothing: no row of a sheet is ever swept."""
        return ()

    def has_key(self, key: str) -> bool:
        """Whether a sheet's file is this object."""
        with unavailable_when_down():
            return self._rows.find_one({"object": key}, {"_id": 1}) is not None

    def forget(self, row: FileRow) -> bool:
        """Keep the row: a sheet that was numbered stays."""
        return False

    def _numbered(
        self, session: ClientSession, sheet_id: str, unit_id: str, division: str, content: SheetContent
    ) -> Document:
        found = self._rows.find_one({"_id": sheet_id}, session=session)
        if found is not None:
            return dict(found)
        year = content.decided_at.astimezone(SHANGHAI).year
        counter: Any = self.database[NUMBERS].find_one_and_update(  # Any: never None with `upsert`
            {"_id": f"{year}-{division}"},
            {"$inc": {"last": 1}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
            session=session,
        )
        sheet = Sheet(
            id=sheet_id,
            registration_id=content.registration_id,
            unit_id=unit_id,
            kind=content.kind,
            number=f"统外注〔{year}〕{division}-{counter['last']:04d}号",
            decided_at=content.decided_at,
        )
        row = {
            "_id": sheet_id,
            "registration": sheet.registration_id,
            "unit": unit_id,
            "kind": sheet.kind.value,
            "number": sheet.number,
            "sealed": self._secret(sheet),
        }
        self._rows.insert_one(row, session=session)
        return row

    @property
    def _rows(self) -> Any:  # Any: pymongo's collection of untyped documents
        return self.database[COLLECTION]

    def _secret(self, sheet: Sheet) -> Any:  # Any: a sealed blob as MongoDB keeps it
        secret = {
            "decided_at": sheet.decided_at,
            "size": sheet.size,
            "sha256": sheet.sha256,
            "stored": dict(sheet.stored) if sheet.stored else None,
        }
        return self.sealer.seal(secret, sheet.unit_id, self._place(sheet.id))

    def _sheet(self, row: Document) -> Sheet:
        secret: Any = self.sealer.open(row["sealed"], self._place(row["_id"]))
        return Sheet(
            id=row["_id"],
            registration_id=row["registration"],
            unit_id=row["unit"],
            kind=SheetKind(row["kind"]),
            number=row["number"],
            **secret,
        )

    def _place(self, sheet_id: str) -> Place:
        return Place(self.database.name, COLLECTION, sheet_id, 1)

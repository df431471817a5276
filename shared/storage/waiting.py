"""Sealed files and their rows, until something refers to them, or the sweeper takes both.

Order of an upload: row (uploading) → object → row (ready). A crash leaves a row, an object or both, never a file that
looks ready and is not; the sweeper removes what nothing refers to after a day. A file that waits longer than
`USABLE_FOR` can no longer be referred to, so that the sweeper never meets an operation that is about to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO, cast

from pymongo.database import Database

from shared import failpoints
from shared.clock import Clock
from shared.crypto.sealing import Place, Sealer
from shared.mongo.client import Document, unavailable_when_down
from shared.storage.objects import SealedObjects
from shared.storage.stored import StoredObject
from shared.storage.sweep import FileRow

UPLOADING, READY = "uploading", "ready"

USABLE_FOR = timedelta(hours=20)


@dataclass(frozen=True)
class Waiting:
    """A checked file that nothing may refer to yet: the id of what it was uploaded for, and its record."""

    subject: str
    unit_id: str
    secret: object


@dataclass(frozen=True)
class WaitingFiles:
    """The files of one collection and one prefix of the object store."""

    database: Database[Document]
    objects: SealedObjects
    sealer: Sealer
    clock: Clock
    collection: str
    prefix: str

    def receive(self, file_id: str, subject: str, unit_id: str, stream: BinaryIO, limit: int) -> StoredObject:
        """Seal and store the stream, at most `limit` bytes. Raises `TooLarge`, `Unavailable`; nothing stays then."""
        row = {"_id": file_id, "subject": subject, "unit": unit_id, "state": UPLOADING, "at": self.clock.now()}
        with unavailable_when_down():
            self._rows.insert_one(row)
        failpoints.hit("upload.row_no_object")
        try:
            stored = self.objects.put(self.key(file_id), unit_id, stream, limit)
        except BaseException:
            self.forget(FileRow(file_id, self.key(file_id)))
            raise
        failpoints.hit("upload.completed_no_row")
        return stored

    def open(self, stored: Mapping[str, object]) -> BinaryIO:
        """Return a seekable reader of the plain content."""
        failpoints.hit("upload.row_pending_no_scan")  # the first who reads a new file are its checks
        return cast(BinaryIO, self.objects.open(_stored(stored)))

    def stream(self, stored: Mapping[str, object]) -> Iterator[bytes]:
        """Return the plain content, verified frame by frame."""
        return self.objects.stream(_stored(stored))

    def keep(self, file_id: str, unit_id: str, secret: object) -> None:
        """Mark the file as checked and ready to be referred to, with what is to be known of it."""
        sealed = self.sealer.seal(secret, unit_id, self._place(file_id))
        failpoints.hit("scan.verdict_not_saved")
        with unavailable_when_down():
            self._rows.update_one({"_id": file_id}, {"$set": {"state": READY, "sealed": sealed}})

    def find(self, file_id: str) -> Waiting | None:
        """Return a checked file that is not too old to be referred to, or None."""
        with unavailable_when_down():
            row = self._rows.find_one({"_id": file_id, "state": READY, "at": {"$gt": self.clock.now() - USABLE_FOR}})
        if row is None:
            return None
        return Waiting(row["subject"], row["unit"], self.sealer.open(row["sealed"], self._place(file_id)))

    def discard(self, file_id: str) -> None:
        """Remove the file and its row; the object first, so that no object is left without a row."""
        self.objects.delete(self.key(file_id))
        self.forget(FileRow(file_id, self.key(file_id)))

    def list_older_than(self, before: datetime) -> Iterator[FileRow]:
        """Yield the rows made before a moment, the oldest first."""
        with unavailable_when_down():
            for row in self._rows.find({"at": {"$lt": before}}, {"_id": 1}).sort("at", 1):
                yield FileRow(row["_id"], self.key(row["_id"]))

    def has_key(self, key: str) -> bool:
        """Whether any row names this object."""
        with unavailable_when_down():
            return self._rows.find_one({"_id": key.removeprefix(self.prefix)}, {"_id": 1}) is not None

    def forget(self, row: FileRow) -> bool:
        """Delete the row; False where it is gone already."""
        with unavailable_when_down():
            return bool(self._rows.delete_one({"_id": row.id}).deleted_count)

    def key(self, file_id: str) -> str:
        """Return the key of a file's object."""
        return f"{self.prefix}{file_id}"

    @property
    def _rows(self) -> Any:  # Any: pymongo's collection of untyped documents
        return self.database[self.collection]

    def _place(self, file_id: str) -> Place:
        return Place(self.database.name, self.collection, file_id, 1)


def _stored(document: Mapping[str, object]) -> StoredObject:
    return StoredObject.from_document(dict(document))

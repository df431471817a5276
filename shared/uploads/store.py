"""Uploads in MongoDB and the object store: every acknowledged byte is sealed, stored and on record.

A piece is a sealed object of its own, with a salt, a file key and a nonce prefix that were drawn for it alone. What a
crash leaves between storing and recording is an object that nothing refers to; the bytes that are then sent again, the
same or others, are sealed under another key. So no nonce ever serves two plaintexts, whatever fails when.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO, cast

from pymongo import IndexModel, ReturnDocument
from pymongo.database import Database

from shared import failpoints
from shared.clock import Clock
from shared.crypto.sealing import Place, Sealer
from shared.errors import NotFound, TooLarge
from shared.mongo.client import Document, unavailable_when_down
from shared.storage.objects import SealedObjects
from shared.storage.stored import StoredObject
from shared.storage.sweep import Swept
from shared.uploads.body import PIECE, Body, JoinedStream, Readable
from shared.uploads.errors import ChecksumMismatch, OffsetConflict, TooManyPieces
from shared.uploads.model import Piece, Upload
from shared.uploads.protocol import Checksum

COLLECTION = "uploads"
MOST_PIECES = 1000
ORPHAN_AGE = timedelta(days=1)
_ALWAYS = datetime.max.replace(tzinfo=UTC)

INDEXES = (IndexModel([("expires", 1)], name="by_expiry"), IndexModel([("subject", 1)], name="by_subject"))


@dataclass(frozen=True)
class _Digested:
    """A stream that tells what was read of it."""

    stream: Readable
    tell: Callable[[bytes], object]

    def read(self, size: int, /) -> bytes:
        data = self.stream.read(size)
        self.tell(data)
        return data


@dataclass(frozen=True)
class SealedUploads:
    """The uploads of one service; `prefix` is where its pieces lie in the bucket. Safe for threads."""

    database: Database[Document]
    objects: SealedObjects
    sealer: Sealer
    clock: Clock
    new_id: Callable[[], str]
    prefix: str

    def begin(self, upload: Upload) -> None:
        """Put a new upload on record. Raises `Unavailable`."""
        row = {
            "_id": upload.id,
            "unit": upload.unit_id,
            "owner": upload.owner_id,
            "subject": upload.subject,
            "length": upload.length,
            "offset": 0,
            "at": upload.created_at,
            "expires": upload.expires_at,
            "sealed": self.sealer.seal({"metadata": upload.metadata}, upload.unit_id, self._place(upload.id)),
            "pieces": [],
        }
        with unavailable_when_down():
            self._rows.insert_one(row)

    def get(self, upload_id: str, owner_id: str) -> Upload:
        """Return an upload that is open, or whole. Raises `NotFound`, also for another's or an expired one."""
        query = {"_id": upload_id, "owner": owner_id, "expires": {"$gt": self.clock.now()}}
        with unavailable_when_down():
            row = self._rows.find_one(query)
        if row is None:
            raise NotFound
        return self._upload(row)

    def list_open(self, subject: str, owner_id: str) -> tuple[Upload, ...]:
        """Return the uploads for a thing that are not files yet, the oldest first."""
        query = {"subject": subject, "owner": owner_id, "expires": {"$gt": self.clock.now()}, "result": None}
        with unavailable_when_down():
            return tuple(self._upload(row) for row in self._rows.find(query).sort("at", 1))

    def receive(self, upload: Upload, stream: Readable, checksum: Checksum | None) -> Upload:
        """Store what comes, and return the upload as far as it is then.

        Without a checksum each piece counts as soon as it is stored, and what came before the sender went away counts
        too; with one, all of it or nothing. Raises what the stream raised after recording; `ChecksumMismatch`,
        `OffsetConflict`, `TooManyPieces`, `TooLarge` for bytes beyond the length, `Unavailable`.
        """
        body = Body(stream, upload.length - upload.offset)
        received = self._all_or_nothing(upload, body, checksum) if checksum else self._piece_by_piece(upload, body)
        if body.failure is not None:
            raise body.failure
        if body.has_more():
            raise TooLarge
        return received

    def open(self, upload: Upload) -> BinaryIO:
        """Return the bytes that have arrived as one stream, to be read once; each is verified before it is given."""
        chunks = (chunk for piece in upload.pieces for chunk in self.objects.stream(piece.stored))
        return cast(BinaryIO, JoinedStream(chunks))

    def finish(self, upload: Upload, result: str) -> str:
        """Note which file was made of an upload and drop its pieces; return the one noted first, if two were made."""
        query = {"_id": upload.id, "result": None}
        with unavailable_when_down():
            self._rows.update_one(query, {"$set": {"result": result, "pieces": []}})
            row = self._rows.find_one({"_id": upload.id}, {"result": 1})
        self._delete_pieces(upload.id)
        return result if row is None else str(row["result"])

    def remove(self, upload: Upload) -> None:
        """Forget an upload; it is no error where it is gone."""
        with unavailable_when_down():
            self._rows.delete_one({"_id": upload.id})
        self._delete_pieces(upload.id)

    def sweep(self) -> Swept:
        """Remove the expired uploads, and after a day the pieces of none; may be broken off and run again."""
        now, rows, orphans = self.clock.now(), 0, 0
        expired = {"expires": {"$lte": now}}
        with unavailable_when_down():
            listed = [row["_id"] for row in self._rows.find(expired, {"_id": 1})]
        for upload_id in listed:
            with unavailable_when_down():
                rows += self._rows.delete_one({"_id": upload_id, **expired}).deleted_count
            self._delete_pieces(upload_id)
        for key, _ in self.objects.list_older_than(self.prefix, now - ORPHAN_AGE):
            if not self._is_on_record(key):
                self.objects.delete(key)
                orphans += 1
        return Swept(rows, orphans, self.objects.abort_older_than(self.prefix, now - ORPHAN_AGE))

    def _piece_by_piece(self, upload: Upload, body: Body) -> Upload:
        for piece in body.pieces():
            upload = self._record(upload, (self._store(upload, upload.offset, piece),))
        return upload

    def _all_or_nothing(self, upload: Upload, body: Body, checksum: Checksum) -> Upload:
        found, kept, offset = checksum.start(), [], upload.offset
        try:
            for piece in body.pieces():
                stored = self._store(upload, offset, _Digested(piece, found.update))
                kept.append(stored)
                offset += stored.stored.plain_size
            if body.failure is None and not checksum.fits(found):
                raise ChecksumMismatch
        except BaseException:
            self._drop(kept)
            raise
        if body.failure is not None:
            self._drop(kept)
            return upload
        return self._record(upload, tuple(kept))

    def _store(self, upload: Upload, offset: int, stream: Readable) -> Piece:
        if len(upload.pieces) >= MOST_PIECES:
            raise TooManyPieces
        key = f"{self.prefix}{upload.id}/{self.new_id()}"
        return Piece(offset, self.objects.put(key, upload.unit_id, cast(BinaryIO, stream), PIECE))

    def _record(self, upload: Upload, pieces: tuple[Piece, ...]) -> Upload:
        """Put pieces on record if the upload still stands where they begin. Raises `OffsetConflict`."""
        if not pieces:
            return upload
        failpoints.hit("upload.piece_not_recorded")
        end = pieces[-1].offset + pieces[-1].stored.plain_size
        rows = [self._row_of(upload, piece) for piece in pieces]
        query = {"_id": upload.id, "offset": upload.offset, "result": None, "expires": {"$gt": self.clock.now()}}
        change = {"$set": {"offset": end}, "$push": {"pieces": {"$each": rows}}}
        with unavailable_when_down():
            row = self._rows.find_one_and_update(query, change, return_document=ReturnDocument.AFTER)
        if row is None:
            self._drop(pieces)
            raise OffsetConflict
        return replace(upload, offset=end, pieces=(*upload.pieces, *pieces))

    def _row_of(self, upload: Upload, piece: Piece) -> Document:
        sealed = self.sealer.seal(piece.stored.to_document(), upload.unit_id, self._place(upload.id, piece.offset))
        return {"offset": piece.offset, "sealed": sealed}

    def _upload(self, row: Document) -> Upload:
        secret = cast(dict[str, str], self.sealer.open(row["sealed"], self._place(row["_id"])))
        return Upload(
            id=row["_id"],
            unit_id=row["unit"],
            owner_id=row["owner"],
            subject=row["subject"],
            length=row["length"],
            metadata=secret["metadata"],
            created_at=row["at"],
            expires_at=row["expires"],
            pieces=tuple(self._piece(row["_id"], piece) for piece in row["pieces"]),
            offset=row["offset"],
            result=row.get("result") or "",
        )

    def _piece(self, upload_id: str, row: Document) -> Piece:
        stored = self.sealer.open(row["sealed"], self._place(upload_id, row["offset"]))
        return Piece(row["offset"], StoredObject.from_document(cast(dict[str, object], stored)))

    def _drop(self, pieces: Sequence[Piece]) -> None:
        for piece in pieces:
            self.objects.delete(piece.stored.key)

    def _delete_pieces(self, upload_id: str) -> None:
        """Delete all that lies under an upload, what is not on record too."""
        for key, _ in self.objects.list_older_than(f"{self.prefix}{upload_id}/", _ALWAYS):
            self.objects.delete(key)

    def _is_on_record(self, key: str) -> bool:
        upload_id = key.removeprefix(self.prefix).partition("/")[0]
        with unavailable_when_down():
            return self._rows.find_one({"_id": upload_id}, {"_id": 1}) is not None

    @property
    def _rows(self) -> Any:  # Any: pymongo's collection of untyped documents
        return self.database[COLLECTION]

    def _place(self, upload_id: str, offset: int | None = None) -> Place:
        part = upload_id if offset is None else f"{upload_id}/{offset}"
        return Place(self.database.name, COLLECTION, part, 1)

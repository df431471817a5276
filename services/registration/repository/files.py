"""The files of materials: sealed, with their rows until a registration refers to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from pymongo import IndexModel

from services.registration.model.materials import FileRef, Slot
from services.registration.model.registration import Registration
from services.registration.ports import Received, Uploaded
from shared.crypto.structured import CONVERTER
from shared.storage.waiting import WaitingFiles

COLLECTION = "files"
PREFIX = "registration/"

INDEXES = (IndexModel([("at", 1)], name="by_age"),)


@dataclass(frozen=True)
class StoredFiles:
    """Files of the object store with their rows in MongoDB."""

    files: WaitingFiles

    def receive(self, file_id: str, registration: Registration, stream: BinaryIO, limit: int) -> Received:
        """Seal and store the stream, at most `limit` bytes. Raises `TooLarge`, `Unavailable`; nothing stays then."""
        stored = self.files.receive(file_id, registration.id, registration.unit_id, stream, limit)
        return Received(size=stored.plain_size, sha256=stored.sha256, stored=stored.to_document())

    def open(self, stored: Mapping[str, object]) -> BinaryIO:
        """Return a seekable reader of the plain content."""
        return self.files.open(stored)

    def stream(self, stored: Mapping[str, object]) -> Iterator[bytes]:
        """Return the plain content, verified frame by frame."""
        return self.files.stream(stored)

    def keep(self, uploaded: Uploaded) -> None:
        """Mark the file as checked and ready to be referred to."""
        secret = {"slot": uploaded.slot.value, "ref": CONVERTER.unstructure(uploaded.ref)}
        self.files.keep(uploaded.ref.file_id, uploaded.unit_id, secret)

    def find(self, file_id: str) -> Uploaded | None:
        """Return a checked file that is not too old to be referred to, or None."""
        found = self.files.find(file_id)
        if found is None:
            return None
        secret = cast(dict[str, Any], found.secret)  # Any: what `keep` put in
        ref = CONVERTER.structure(secret["ref"], FileRef)
        return Uploaded(found.subject, found.unit_id, Slot(secret["slot"]), ref)

    def discard(self, file_id: str) -> None:
        """Remove the file and its row."""
        self.files.discard(file_id)

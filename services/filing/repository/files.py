"""Evidence: sealed files and their rows. A row lives until a filing refers to its file, or the sweeper takes both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from pymongo import ASCENDING, IndexModel

from services.filing.model.evidence import FileRef
from services.filing.model.filings import Filing
from services.filing.ports.files import Received
from shared.crypto.structured import CONVERTER
from shared.storage.waiting import WaitingFiles

COLLECTION = "files"
PREFIX = "filing/"

INDEXES = (IndexModel([("at", ASCENDING)], name="by_age"),)


@dataclass(frozen=True)
class Evidence:
    """The files of one database and bucket."""

    files: WaitingFiles

    def receive(self, file_id: str, filing: Filing, stream: BinaryIO, limit: int) -> Received:
        """Seal and store the stream, at most `limit` bytes. Raises `TooLarge`, `Unavailable`; nothing stays then."""
        stored = self.files.receive(file_id, filing.id, filing.unit_id, stream, limit)
        return Received(size=stored.plain_size, sha256=stored.sha256, stored=stored.to_document())

    def open(self, stored: Mapping[str, object]) -> BinaryIO:
        """Return a seekable reader of the plain content."""
        return self.files.open(stored)

    def stream(self, stored: Mapping[str, object]) -> Iterator[bytes]:
        """Return the plain content, verified frame by frame."""
        return self.files.stream(stored)

    def keep(self, filing: Filing, ref: FileRef) -> None:
        """Mark the file as checked and ready to be referred to."""
        self.files.keep(ref.file_id, filing.unit_id, CONVERTER.unstructure(ref))

    def find(self, filing_id: str, file_id: str) -> FileRef | None:
        """Return a checked file that was uploaded for a filing and is not too old to be referred to."""
        found = self.files.find(file_id)
        if found is None or found.subject != filing_id:
            return None
        return CONVERTER.structure(found.secret, FileRef)

    def discard(self, file_id: str) -> None:
        """Remove the file and its row."""
        self.files.discard(file_id)

"""Where files, rows of long lists and their imports are kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO, Protocol

from services.filing.model.evidence import FileRef
from services.filing.model.filings import Filing
from services.filing.model.imports import Import
from services.filing.model.rows import RowValues, Segment


@dataclass(frozen=True)
class Received:
    """A stored stream: `size` in bytes, `sha256` of the plain content in hex, `stored` the sealed object's record."""

    size: int
    sha256: str
    stored: Mapping[str, object]


class Rows(Protocol):
    """Rows of long lists in sealed segments, each written once."""

    def write(self, filing: Filing, rows: Sequence[RowValues]) -> Segment:
        """Seal rows as a new segment of the filing's unit."""
        ...

    def read(self, filing: Filing, segment: Segment) -> tuple[RowValues, ...]:
        """Return the rows of a segment. Raises `SealBroken` where they are not what was written."""
        ...


class Imports(Protocol):
    """Imports of long lists, and which worker reads which."""

    def add(self, made: Import) -> None:
        """Store a new import."""
        ...

    def get(self, import_id: str) -> Import:
        """Return the import. Raises `NotFound`."""
        ...

    def take(self, now: datetime, lease: timedelta) -> Import | None:
        """Take the oldest import that waits, or whose worker has said nothing for a lease."""
        ...

    def save(self, changed: Import) -> Import:
        """Store the next version. Raises `StaleVersion` where another worker went on with it."""
        ...


class Files(Protocol):
    """Sealed files, and their rows until a filing refers to them."""

    def receive(self, file_id: str, filing: Filing, stream: BinaryIO, limit: int) -> Received:
        """Seal and store the stream, at most `limit` bytes. Raises `TooLarge`; nothing stays then."""
        ...

    def open(self, stored: Mapping[str, object]) -> BinaryIO:
        """Return a seekable reader of the plain content."""
        ...

    def stream(self, stored: Mapping[str, object]) -> Iterator[bytes]:
        """Return the plain content, verified piece by piece."""
        ...

    def keep(self, filing: Filing, ref: FileRef) -> None:
        """Mark the file as checked and ready to be referred to."""
        ...

    def find(self, filing_id: str, file_id: str) -> FileRef | None:
        """Return a checked file that was uploaded for a filing and is not too old to be referred to."""
        ...

    def discard(self, file_id: str) -> None:
        """Remove the file and its row."""
        ...

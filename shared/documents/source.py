"""The stream under inspection: bounded reads, the guard around libraries, and the search for hidden archives."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from shared.documents.findings import refusal
from shared.errors import TongbaoError

CHUNK = 1024 * 1024

_ARCHIVE_MARKS = (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
"""7-Zip, RAR and OLE compound files: long enough never to occur by chance."""

_ZIP_MARK = b"PK\x03\x04"
_ZIP_HEADER = struct.Struct("<4sHHHHHIIIHH")
_ZIP_METHODS = frozenset({0, 1, 6, 8, 9, 12, 14, 19, 93, 95, 96, 97, 98, 99})


class Source(io.RawIOBase):
    """A read-only view of the caller's stream that remembers when the stream itself failed.

    Libraries turn any exception into "broken file". A storage outage must not be told to the user as a broken file,
    so the first failure of the stream is kept and wins.
    """

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._stream = stream
        self.failure: Exception | None = None
        self.size = self.seek(0, io.SEEK_END)
        self.seek(0)

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Move, as every stream does; failures of the stream are remembered."""
        try:
            # Some readers return None from seek(), so the place is asked for.
            self._stream.seek(offset, whence)
            return self._stream.tell()
        except Exception as error:
            self.failure = self.failure or error
            raise

    def tell(self) -> int:
        """Where the stream stands."""
        return self.seek(0, io.SEEK_CUR)

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes; short only at the end."""
        try:
            return self._stream.read(size) or b""
        except Exception as error:
            self.failure = self.failure or error
            raise

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        """Fill `buffer`; the number of bytes put there."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def at(self, offset: int, size: int) -> bytes:
        """Exactly `size` bytes from `offset`, fewer only at the end."""
        self.seek(offset)
        parts = []
        while size > 0 and (part := self.read(size)):
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


@contextmanager
def guarded(source: Source) -> Iterator[None]:
    """Turn whatever a parser raises on hostile bytes into `Invalid`, and let failures of the stream through.

    This is the one place with a catch-all: the parsers below raise dozens of undocumented exceptions on fuzzed input.
    The cause is cut off, since parser messages quote the file.
    """
    try:
        yield
    except Exception as error:
        if source.failure is not None:
            raise source.failure from None
        if isinstance(error, TongbaoError):
            raise
        raise refusal("file_broken") from None
    if source.failure is not None:
        raise source.failure


def _is_zip_header(data: bytes, at: int) -> bool:
    if len(data) - at < _ZIP_HEADER.size:
        return False
    _, version, _, method, _, _, _, _, _, name, _ = _ZIP_HEADER.unpack_from(data, at)
    return version & 0xFF <= 63 and method in _ZIP_METHODS and 0 < name <= 1024


def hides_archive(source: Source) -> bool:
    """True if the stream holds the start of an archive or a compound file anywhere; reads it through once.

    Four bytes of ZIP magic occur by chance in compressed pictures, so a plausible header is asked for as well.
    """
    overlap = _ZIP_HEADER.size
    tail, offset = b"", 0
    while block := source.at(offset, CHUNK):
        offset += len(block)
        window = tail + block
        if any(mark in window for mark in _ARCHIVE_MARKS):
            return True
        found = window.find(_ZIP_MARK)
        while found >= 0:
            if _is_zip_header(window, found):
                return True
            found = window.find(_ZIP_MARK, found + 1)
        tail = window[-overlap:]
    return False

"""The body of a request as pieces to be stored, and stored pieces as one stream. Neither is ever whole in memory."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PIECE = 4 * 1024 * 1024
"""Bytes of a piece: sealed, it fits one request to the object store."""

_FIRST = 64 * 1024


class Readable(Protocol):
    """Something that gives bytes."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none at the end."""
        ...


class Body:
    """A request's body, of which at most `room` bytes are wanted.

    When its sender goes away, the piece at hand ends there as if it had been all; `failure` tells afterwards.
    """

    def __init__(self, stream: Readable, room: int) -> None:
        self._stream = stream
        self._room = room
        self.failure: Exception | None = None

    def pieces(self) -> Iterator[PieceStream]:
        """Yield one piece after the other; each must be read to its end before the next is taken."""
        while self._room and (first := self.read(_FIRST)):
            yield PieceStream(self, first)

    def has_more(self) -> bool:
        """Whether there are bytes beyond those that are wanted."""
        return self.failure is None and not self._room and bool(self._take(1))

    def read(self, size: int) -> bytes:
        """Return up to `size` wanted bytes, none at the end or once the sender has gone away."""
        data = self._take(min(size, self._room))
        self._room -= len(data)
        return data

    def _take(self, size: int) -> bytes:
        if not size or self.failure is not None:
            return b""
        try:
            return self._stream.read(size)
        except Exception as error:
            # Whatever ends the connection: the server's own classes differ from one to the next.
            self.failure = error
            return b""


class PieceStream(io.RawIOBase):
    """The bytes of one piece of a body."""

    def __init__(self, body: Body, first: bytes) -> None:
        super().__init__()
        self._body = body
        self._first = first
        self._left = PIECE - len(first)

    def readable(self) -> bool:
        """Return True."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes, none at the end of the piece."""
        if self._first:
            data, self._first = (self._first, b"") if size < 0 else (self._first[:size], self._first[size:])
            return data
        data = self._body.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        return data

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill the buffer as far as the piece goes; return how many bytes there were."""
        view = memoryview(buffer).cast("B")
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)


class JoinedStream(io.RawIOBase):
    """Chunks one after the other, read once from the first byte to the last."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        super().__init__()
        self._chunks = iter(chunks)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill the buffer as far as the chunk at hand goes; 0 at the end."""
        view = memoryview(buffer).cast("B")
        while not self._rest and (chunk := next(self._chunks, None)) is not None:
            self._rest = memoryview(chunk)
        data = self._rest[: len(view)]
        view[: len(data)] = data
        self._rest = self._rest[len(data) :]
        return len(data)

"""Whole files through frames: plain stream to sealed pieces, and sealed stream to plain frames. Pure but for reading."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

from shared.errors import TooLarge
from shared.storage.errors import ObjectBroken, SourceEndedEarly
from shared.storage.frames import Decryptor, Encryptor, Layout


class SealingSource:
    """A plain stream read once, as sealed pieces; counts and digests the plain side on the way.

    `limit` and `expected` are bytes of the plain stream. `pieces` raises `TooLarge` beyond the limit, and
    `SourceEndedEarly` where the stream isn't as long as expected.
    """

    def __init__(
        self, stream: BinaryIO, encryptor: Encryptor, frame_size: int, limit: int, expected: int | None
    ) -> None:
        self._stream = stream
        self._encryptor = encryptor
        self._frame_size = frame_size
        self._limit = limit
        self._expected = expected
        self._plain = hashlib.sha256()
        self.plain_size = 0

    def pieces(self) -> Iterator[bytes]:
        """Yield the header and then every frame; the last frame comes only when the stream is known to be whole."""
        yield self._encryptor.header
        frame = self._next_frame()
        while True:
            following = self._next_frame() if len(frame) == self._frame_size else b""
            if not following and self._expected not in (None, self.plain_size):
                raise SourceEndedEarly
            yield self._encryptor.seal_frame(frame, is_last=not following)
            if not following:
                return
            frame = following

    @property
    def sha256(self) -> str:
        """The digest of the plain bytes so far, in hexadecimal."""
        return self._plain.hexdigest()

    def _next_frame(self) -> bytes:
        frame = read_fully(self._stream.read, self._frame_size)
        self._plain.update(frame)
        self.plain_size += len(frame)
        if self.plain_size > self._limit:
            raise TooLarge
        return frame


def plain_frames(read: Callable[[int], bytes], decryptor: Decryptor, layout: Layout, place: str) -> Iterator[bytes]:
    """Yield the plain frames of a container whose header was read already; each is verified before it is given out.

    Raises `ObjectBroken` for a container that is shorter or longer than `layout`, or changed.
    """
    for index in range(layout.frames):
        sealed = read_fully(read, layout.sealed_length(index))
        is_last = layout.is_last(index)
        if len(sealed) != layout.sealed_length(index) or (is_last and read(1)):
            raise ObjectBroken(place)
        yield decryptor.open_frame(index, sealed, is_last=is_last)


def read_fully(read: Callable[[int], bytes], size: int) -> bytes:
    """Read until there are `size` bytes or the stream ends."""
    first = read(size)
    if not first or len(first) == size:
        return first
    gathered = bytearray(first)
    while len(gathered) < size and (more := read(size - len(gathered))):
        gathered += more
    return bytes(gathered)

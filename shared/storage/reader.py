"""A sealed object as a seekable file: frames are fetched when they are needed, opened, and a few are kept."""

from __future__ import annotations

import io
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from shared.storage.errors import ObjectBroken
from shared.storage.frames import Decryptor, Layout

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

KEPT_FRAMES = 4


class SealedReader(io.RawIOBase):
    """Reads plain bytes at any position. Not for several threads at once.

    `fetch(offset, length)` returns sealed bytes of the container. A frame that doesn't verify raises `ObjectBroken`, and
    none of its bytes are given out. A read is only short at the end of the file, as with a buffered one.
    """

    def __init__(self, fetch: Callable[[int, int], bytes], decryptor: Decryptor, layout: Layout, place: str) -> None:
        super().__init__()
        self._fetch = fetch
        self._decryptor = decryptor
        self._layout = layout
        self._place = place
        self._position = 0
        self._frames: OrderedDict[int, bytes] = OrderedDict()

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the position in the plain bytes."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a position of the plain bytes and return it. Raises `ValueError` before the beginning."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._layout.plain_size}[whence]
        if base + offset < 0:
            raise ValueError("a position before the beginning")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill the buffer from the position on; return how many bytes there were."""
        if self.closed:
            raise ValueError("the file is closed")
        target = memoryview(buffer).cast("B")
        done = 0
        while done < len(target) and self._position < self._layout.plain_size:
            index, start = divmod(self._position, self._layout.frame_size)
            piece = memoryview(self._frame(index))[start : start + len(target) - done]
            target[done : done + len(piece)] = piece
            done += len(piece)
            self._position += len(piece)
        return done

    def close(self) -> None:
        """Forget the frames that are kept."""
        self._frames.clear()
        super().close()

    def _frame(self, index: int) -> bytes:
        if index in self._frames:
            self._frames.move_to_end(index)
            return self._frames[index]
        length = self._layout.sealed_length(index)
        sealed = self._fetch(self._layout.offset(index), length)
        if len(sealed) != length:
            raise ObjectBroken(self._place)
        frame = self._decryptor.open_frame(index, sealed, is_last=self._layout.is_last(index))
        while len(self._frames) >= KEPT_FRAMES:
            self._frames.popitem(last=False)
        self._frames[index] = frame
        return frame

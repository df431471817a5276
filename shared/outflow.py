"""What an archive writes, given away in blocks while it is being written: for a response, which can't seek."""

from __future__ import annotations

import io

BLOCK = 64 * 1024
"""So many bytes wait before they are given away."""


class Outflow(io.RawIOBase):
    """Takes what is written to it until that is taken; memory holds what waits and no more."""

    def __init__(self) -> None:
        super().__init__()
        self._blocks: list[bytes] = []
        self._waiting = 0

    def writable(self) -> bool:
        """Whether it takes something: always."""
        return True

    def write(self, data: bytes, /) -> int:  # type: ignore[override]  # zipfile writes bytes
        """Take bytes; return how many."""
        self._blocks.append(bytes(data))
        self._waiting += len(data)
        return len(data)

    @property
    def is_full(self) -> bool:
        """Whether a block waits to be taken."""
        return self._waiting > BLOCK

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        blocks, self._blocks, self._waiting = self._blocks, [], 0
        return b"".join(blocks)

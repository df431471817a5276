"""An upload that goes on over several requests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shared.storage.stored import StoredObject


@dataclass(frozen=True)
class Piece:
    """A run of bytes that has arrived: where it begins, and the sealed object that holds it."""

    offset: int
    stored: StoredObject


@dataclass(frozen=True)
class Upload:
    """A file on its way. Sizes are bytes; `subject` is the thing that the file is meant for.

    `metadata` is what its sender said of it, as it was sent. `result` is the file that was made of it, empty before.
    """

    id: str
    unit_id: str
    owner_id: str
    subject: str
    length: int
    metadata: str
    created_at: datetime
    expires_at: datetime
    pieces: tuple[Piece, ...] = ()
    offset: int = 0
    result: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether every byte has arrived."""
        return self.offset == self.length

"""What the portal knows of an upload in several requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from services.portal.model.answers import FileAnswer


class UploadAnswer(TypedDict):
    """An upload on its way; `file` is what was made of it."""

    upload_id: str
    material: str
    name: str
    sha256: str
    length: int
    offset: int
    expires_at: str
    file: FileAnswer | None


@dataclass(frozen=True)
class Progress:
    """How far an upload is, in bytes."""

    offset: int
    length: int

    @property
    def is_whole(self) -> bool:
        """Whether every byte has arrived."""
        return self.offset == self.length

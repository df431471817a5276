"""What its owner keeps of a stored object, so that no other bytes can take its place."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from shared.storage.frames import Layout, decode_header


@dataclass(frozen=True)
class StoredObject:
    """A sealed object. Kept sealed with its owner's data: `sha256` tells who has the same file.

    `header` is fresh for every object and pins its key, so an older object put back at the same key does not open.
    Sizes are bytes; digests are hexadecimal; `header` is base64.
    """

    key: str
    key_id: str
    plain_size: int
    sha256: str
    sealed_size: int
    sealed_sha256: str
    header: str

    @property
    def header_bytes(self) -> bytes:
        """The header of the container."""
        return base64.b64decode(self.header)

    @property
    def layout(self) -> Layout:
        """Where the frames lie."""
        return Layout(self.plain_size, decode_header(self.header_bytes, self.key).frame_size)

    def to_document(self) -> dict[str, str | int]:
        """Return the fields as a plain dictionary of texts and integers."""
        return asdict(self)

    @classmethod
    def from_document(cls, document: Mapping[str, object]) -> StoredObject:
        """Return the object of `to_document`. Raises `KeyError` for a missing field, `TypeError` for a wrong type."""
        return cls(
            key=_text(document["key"]),
            key_id=_text(document["key_id"]),
            plain_size=_number(document["plain_size"]),
            sha256=_text(document["sha256"]),
            sealed_size=_number(document["sealed_size"]),
            sealed_sha256=_text(document["sealed_sha256"]),
            header=_text(document["header"]),
        )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text was expected")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("an integer was expected")
    return value

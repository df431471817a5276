"""The header of a sealed blob: 65 bytes in clear, bound to the ciphertext as associated data.

magic "TB" | format 1 | content 1 | suite 1 | key id 16 | nonce 12 | key commitment 32
"""

from __future__ import annotations

import enum
import struct
from dataclasses import dataclass

from shared.crypto.errors import HeaderUnknown
from shared.crypto.suites import Suite

MAGIC = b"TB"
FORMAT = 1
_LAYOUT = struct.Struct(">2sBBB16s12s32s")
HEADER_SIZE = _LAYOUT.size


class Content(enum.IntEnum):
    """What is inside: a payload of structured values, or raw bytes."""

    PAYLOAD = 1
    BYTES = 2


@dataclass(frozen=True)
class Header:
    """What a blob says about itself; nothing of it is believed before the tag was checked."""

    content: Content
    suite: Suite
    key_id: str
    nonce: bytes
    commitment: bytes

    def encode(self) -> bytes:
        """Return the bytes of the header."""
        key_id = bytes.fromhex(self.key_id)
        return _LAYOUT.pack(MAGIC, FORMAT, self.content, self.suite, key_id, self.nonce, self.commitment)


def decode_header(blob: bytes) -> Header:
    """Read the header of a blob. Raises `HeaderUnknown`, `SuiteUnknown`."""
    if len(blob) < HEADER_SIZE:
        raise HeaderUnknown("too short for a header")
    magic, version, content, suite, key_id, nonce, commitment = _LAYOUT.unpack_from(blob)
    if magic != MAGIC or version != FORMAT or content not in Content.__members__.values():
        raise HeaderUnknown("not a header of this format")
    return Header(Content(content), Suite.of(suite), key_id.hex(), nonce, commitment)

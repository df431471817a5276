"""A file as a chain of sealed frames: the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015), pure.

    header | frame 0 | frame 1 | … | last frame
    header: magic "TF" | format 1 | suite 1 | frame size 4 | key id 16 | salt 32 | nonce prefix 7 | commitment 32

Every frame but the last holds exactly `frame_size` bytes; the last one holds the rest and is empty for an empty file
only. The nonce is prefix | counter | last flag, so that frames can't be dropped, doubled, swapped or cut off. Each file
has a key of its own: HKDF of the unit's key with the salt, over header, owner and place. The header commits to that
key, and is associated data of every frame together with owner and place.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from hmac import compare_digest

from shared.crypto.dek import COMMITMENT_SIZE, Dek, Purpose
from shared.crypto.errors import SuiteUnknown, TagMismatch
from shared.crypto.lengths import join_prefixed
from shared.crypto.suites import TAG_SIZE, Suite, primitives
from shared.storage.errors import FrameOrder, ObjectBroken

FRAME_SIZE = 1024 * 1024
MAGIC = b"TF"
FORMAT = 1
_FIXED = struct.Struct(">2sBBI16s32s7s")
HEADER_SIZE = _FIXED.size + COMMITMENT_SIZE
_SALT_SIZE = 32
_PREFIX_SIZE = 7
_COUNTER_END = 2**32
_LARGEST_FRAME = 16 * FRAME_SIZE


@dataclass(frozen=True)
class FileHeader:
    """What a container says about itself; believed only as far as the commitment and the tags bear it out."""

    suite: Suite
    frame_size: int
    key_id: str
    salt: bytes
    prefix: bytes
    commitment: bytes

    def fixed(self) -> bytes:
        """Return the bytes before the commitment."""
        key_id = bytes.fromhex(self.key_id)
        return _FIXED.pack(MAGIC, FORMAT, self.suite, self.frame_size, key_id, self.salt, self.prefix)

    def encode(self) -> bytes:
        """Return the bytes of the header."""
        return self.fixed() + self.commitment


def decode_header(data: bytes, place: str) -> FileHeader:
    """Read a header of exactly `HEADER_SIZE` bytes. Raises `ObjectBroken`, also for an unknown suite or format."""
    if len(data) != HEADER_SIZE:
        raise ObjectBroken(place)
    magic, version, suite, frame_size, key_id, salt, prefix = _FIXED.unpack_from(data)
    if magic != MAGIC or version != FORMAT or not 0 < frame_size <= _LARGEST_FRAME:
        raise ObjectBroken(place)
    try:
        return FileHeader(Suite.of(suite), frame_size, key_id.hex(), salt, prefix, data[_FIXED.size :])
    except SuiteUnknown:
        raise ObjectBroken(place) from None


@dataclass(frozen=True)
class Layout:
    """Where the frames of a file lie, from its plain size and frame size in bytes."""

    plain_size: int
    frame_size: int

    @property
    def frames(self) -> int:
        """The number of frames; at least one."""
        return max(1, -(-self.plain_size // self.frame_size))

    @property
    def sealed_size(self) -> int:
        """The size of the whole container."""
        return HEADER_SIZE + self.plain_size + self.frames * TAG_SIZE

    def is_last(self, index: int) -> bool:
        """Whether this is the last frame."""
        return index == self.frames - 1

    def offset(self, index: int) -> int:
        """The position of a frame in the container."""
        return HEADER_SIZE + index * (self.frame_size + TAG_SIZE)

    def sealed_length(self, index: int) -> int:
        """The length of a sealed frame."""
        plain = self.plain_size - index * self.frame_size if self.is_last(index) else self.frame_size
        return plain + TAG_SIZE


class Encryptor:
    """Seals the frames of one file, in order, once."""

    def __init__(self, dek: Dek, suite: Suite, place: str, frame_size: int = FRAME_SIZE) -> None:
        salt, prefix = os.urandom(_SALT_SIZE), os.urandom(_PREFIX_SIZE)
        draft = FileHeader(suite, frame_size, dek.key_id, salt, prefix, bytes(COMMITMENT_SIZE))
        derived = dek.derive(Purpose.FILE, suite, salt, _context(draft.fixed(), dek, place))
        self.header = FileHeader(suite, frame_size, dek.key_id, salt, prefix, derived.commitment).encode()
        self._aead = primitives(suite).aead
        self._key = derived.key
        self._aad = _context(self.header, dek, place)
        self._prefix = prefix
        self._frame_size = frame_size
        self._next = 0
        self._is_done = False

    def seal_frame(self, data: bytes, *, is_last: bool) -> bytes:
        """Return the next frame. Raises `FrameOrder` after the last one, and for a length that no reader takes."""
        is_full = len(data) == self._frame_size
        is_rest = is_last and len(data) <= self._frame_size and (len(data) > 0 or self._next == 0)
        if self._is_done or self._next >= _COUNTER_END or not (is_full or is_rest):
            raise FrameOrder
        nonce = _nonce(self._prefix, self._next, is_last=is_last)
        self._next += 1
        self._is_done = is_last
        return self._aead.seal(self._key, nonce, data, self._aad)


class Decryptor:
    """Opens the frames of one file, in any order. Raises `ObjectBroken` where the header isn't that of this place."""

    def __init__(self, dek: Dek, header: bytes, place: str) -> None:
        known = decode_header(header, place)
        derived = dek.derive(Purpose.FILE, known.suite, known.salt, _context(known.fixed(), dek, place))
        if not compare_digest(derived.commitment, known.commitment):
            raise ObjectBroken(place)
        self.frame_size = known.frame_size
        self._aead = primitives(known.suite).aead
        self._key = derived.key
        self._aad = _context(header, dek, place)
        self._prefix = known.prefix
        self._place = place

    def open_frame(self, index: int, sealed: bytes, *, is_last: bool) -> bytes:
        """Return the plain bytes of a frame, all of them verified. Raises `ObjectBroken`."""
        if not 0 <= index < _COUNTER_END:
            raise ObjectBroken(self._place)
        try:
            return self._aead.open(self._key, _nonce(self._prefix, index, is_last=is_last), sealed, self._aad)
        except TagMismatch:
            raise ObjectBroken(self._place) from None


def _context(header: bytes, dek: Dek, place: str) -> bytes:
    return join_prefixed(header, dek.owner.encode(), place.encode())


def _nonce(prefix: bytes, counter: int, *, is_last: bool) -> bytes:
    return prefix + counter.to_bytes(4, "big") + bytes((is_last,))

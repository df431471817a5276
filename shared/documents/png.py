"""The frame of a PNG file (ISO/IEC 15948): its chunks from the signature to IEND and nothing else."""

from __future__ import annotations

import struct
import zlib

from shared.documents.findings import Findings, refusal

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CRITICAL = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})
_ANIMATION = frozenset({b"acTL", b"fcTL", b"fdAT"})
_MOST_CHUNKS = 100_000


def walk_png(data: bytes, findings: Findings) -> tuple[int, int]:
    """Width and height in pixels. Notes animation and trailing data; raises `Invalid` if the chunks don't add up."""
    at, order, size = len(SIGNATURE), 0, (0, 0)
    while order < _MOST_CHUNKS:
        body, kind, following = _chunk(data, at)
        if (order == 0) != (kind == b"IHDR"):
            raise refusal("file_broken")
        if order == 0:
            size = _header(body)
        if kind in _ANIMATION:
            findings.add("file_animated")
        if kind[:1].isupper() and kind not in _CRITICAL:
            raise refusal("file_broken")
        if kind == b"IEND":
            if following != len(data):
                findings.add("file_extra_data")
            return size
        at, order = following, order + 1
    raise refusal("file_too_complex")


def _chunk(data: bytes, at: int) -> tuple[memoryview, bytes, int]:
    if at + 12 > len(data):
        raise refusal("file_broken")
    length, kind = struct.unpack_from(">I4s", data, at)
    end = at + 8 + length
    if end + 4 > len(data) or not kind.isalpha():
        raise refusal("file_broken")
    if zlib.crc32(memoryview(data)[at + 4 : end]) != struct.unpack_from(">I", data, end)[0]:
        raise refusal("file_broken")
    return memoryview(data)[at + 8 : end], kind, end + 4


def _header(body: memoryview) -> tuple[int, int]:
    if len(body) != 13:
        raise refusal("file_broken")
    width, height = struct.unpack_from(">II", body)
    return width, height

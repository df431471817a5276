"""The frame of a PNG file (ISO/IEC 15948): its chunks from the signature to IEND and nothing else."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from shared.documents.findings import Findings, refusal
from shared.documents.kinds import Limits
from shared.documents.picture_size import note_size

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CRITICAL = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})
_ANIMATION = frozenset({b"acTL", b"fcTL", b"fdAT"})
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Samples of a pixel by colour type."""
_PALETTE = 3
_ADAM7 = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)
"""First column, first line, steps: the seven passes of an interlaced picture."""
_MOST_CHUNKS = 100_000
_BLOCK = 256 * 1024


@dataclass(frozen=True)
class _Header:
    width: int
    height: int
    bits: int
    interlaced: bool
    needs_palette: bool


def walk_png(data: bytes, limits: Limits, findings: Findings) -> tuple[int, int]:
    """Width and height in pixels; faults are noted in `findings`.

    Raises `Invalid` if the chunks don't add up. The lines are counted too, since decoders fill up missing ones in
    silence and leave surplus ones unread.
    """
    header, parts = _read_chunks(data, findings)
    size = header.width, header.height
    if note_size(size, limits, findings):
        _check_lines(header, parts)
    return size


def _read_chunks(data: bytes, findings: Findings) -> tuple[_Header, list[memoryview]]:
    parts: list[memoryview] = []
    body, kind, at = _chunk(data, len(SIGNATURE))
    if kind != b"IHDR":
        raise refusal("file_broken")
    header = _header(body)
    has_palette = False
    for _ in range(_MOST_CHUNKS):
        previous = kind
        body, kind, at = _chunk(data, at)
        if kind in _ANIMATION:
            findings.add("file_animated")
        if kind == b"IHDR" or (kind[:1].isupper() and kind not in _CRITICAL):
            raise refusal("file_broken")
        has_palette = has_palette or kind == b"PLTE"
        if kind == b"IDAT":
            if (parts and previous != b"IDAT") or (header.needs_palette and not has_palette):
                raise refusal("file_broken")
            parts.append(body)
        if kind == b"IEND":
            if at != len(data):
                findings.add("file_extra_data")
            return header, parts
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


def _header(body: memoryview) -> _Header:
    if len(body) != 13:
        raise refusal("file_broken")
    width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", body)
    if colour not in _SAMPLES or depth not in (1, 2, 4, 8, 16) or interlace > 1:
        raise refusal("file_broken")
    return _Header(width, height, depth * _SAMPLES[colour], bool(interlace), colour == _PALETTE)


def _check_lines(header: _Header, parts: list[memoryview]) -> None:
    expected = _unpacked_size(header)
    inflater = zlib.decompressobj()
    total = 0
    # By slices: zlib copies what it has not consumed, again and again.
    slices = (part[start : start + _BLOCK] for part in parts for start in range(0, len(part), _BLOCK))
    for piece in slices:
        packed: bytes | memoryview = piece
        while packed and total <= expected:
            total += len(inflater.decompress(packed, _BLOCK))
            packed = inflater.unconsumed_tail
    while total <= expected and (rest := inflater.decompress(b"", _BLOCK)):
        total += len(rest)
    if total != expected or not inflater.eof or inflater.unused_data:
        raise refusal("file_broken")


def _unpacked_size(header: _Header) -> int:
    """Bytes of all lines, each with its filter byte; an interlaced picture is seven smaller ones (Adam7)."""
    passes = _ADAM7 if header.interlaced else ((0, 0, 1, 1),)
    total = 0
    for left, top, step_x, step_y in passes:
        columns = max(0, -(-(header.width - left) // step_x))
        lines = max(0, -(-(header.height - top) // step_y))
        if columns:
            total += lines * (1 + -(-columns * header.bits // 8))
    return total

"""The frame of a JPEG file (ITU-T T.81): its segments from SOI to EOI and nothing else."""

from __future__ import annotations

import re
import struct

from shared.documents.findings import Findings, refusal
from shared.documents.kinds import Limits
from shared.documents.picture_size import note_size

SIGNATURE = b"\xff\xd8\xff"
_SOS, _EOI = 0xDA, 0xD9
_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
"""Baseline, extended and progressive Huffman: what every reader can show."""
_OTHER_FRAMES = frozenset({0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""What ends entropy-coded data: a marker that is neither a stuffed byte, a restart nor a fill byte."""
_MOST_SCANS = 100
"""A progressive picture has about ten; thousands of tiny scans keep a decoder busy for minutes."""


def walk_jpeg(data: bytes, limits: Limits, findings: Findings) -> tuple[int, int]:
    """Width and height in pixels. Notes size and trailing data; raises `Invalid` if the segments don't add up."""
    at, scans, samples = 2, 0, 0.0
    size: tuple[int, int] | None = None
    while True:
        marker, at = _marker(data, at)
        if marker == _EOI:
            break
        length = _length(data, at)
        if marker in _OTHER_FRAMES or (marker in _FRAMES and size is not None):
            raise refusal("file_broken")
        if marker in _FRAMES:
            size = _dimensions(data, at, length)
            samples = _samples(data, at, length)
        at += length
        if marker == _SOS:
            scans += 1
            if scans > _MOST_SCANS:
                raise refusal("file_too_complex")
            at = _after_scan(data, at)
    if size is None or scans == 0:
        raise refusal("file_broken")
    if at != len(data):
        findings.add("file_extra_data")
    if note_size(size, limits, findings) and scans > 1 and size[0] * size[1] * samples > limits.samples:
        findings.add("file_picture_too_large", expected="请以普通（非渐进式）JPEG 保存")
    return size


def _marker(data: bytes, at: int) -> tuple[int, int]:
    if data[at : at + 1] != b"\xff":
        raise refusal("file_broken")
    while data[at : at + 1] == b"\xff":
        at += 1
    marker = data[at] if at < len(data) else 0
    if marker < 0xC0 or 0xD0 <= marker <= 0xD8:
        raise refusal("file_broken")
    return marker, at + 1


def _length(data: bytes, at: int) -> int:
    if at + 2 > len(data):
        raise refusal("file_broken")
    length: int = struct.unpack_from(">H", data, at)[0]
    if length < 2 or at + length > len(data):
        raise refusal("file_broken")
    return length


def _dimensions(data: bytes, at: int, length: int) -> tuple[int, int]:
    if length < 8:
        raise refusal("file_broken")
    height, width = struct.unpack_from(">HH", data, at + 3)
    return width, height


def _samples(data: bytes, at: int, length: int) -> float:
    """Return how many samples there are for each pixel: of each component as many as its sampling factors say."""
    count = data[at + 7]
    if length != 8 + 3 * count or count not in (1, 2, 3, 4):
        raise refusal("file_broken")
    factors = [(factor >> 4, factor & 15) for factor in data[at + 9 : at + 8 + 3 * count : 3]]
    widest, highest = max(wide for wide, _ in factors), max(high for _, high in factors)
    if not all(1 <= wide <= 4 and 1 <= high <= 4 for wide, high in factors):
        raise refusal("file_broken")
    return sum(wide * high for wide, high in factors) / (widest * highest)


def _after_scan(data: bytes, at: int) -> int:
    found = _MARKER.search(data, at)
    if found is None:
        raise refusal("file_broken")  # cut off: the end of the picture is missing
    return found.start()

"""PNG and JPEG: one still picture from first to last byte, of bearable size, that decodes to the end."""

from __future__ import annotations

import re

from shared.documents.decoding import open_picture
from shared.documents.findings import Findings
from shared.documents.jpeg import walk_jpeg
from shared.documents.kinds import Kind, Limits
from shared.documents.png import walk_png
from shared.documents.source import Source, hides_archive

_WALKS = {Kind.PNG: walk_png, Kind.JPEG: walk_jpeg}
_FOREIGN = re.compile(rb"(?i)<script|<\?php|<!doctype html|<html|<svg|%PDF-1")
"""Text of other formats, in a picture's comment or text chunks: a file that is two things at once."""
_FOREIGN_WITHIN = 64 * 1024


def inspect_picture(source: Source, kind: Kind, limits: Limits, findings: Findings) -> tuple[int, int]:
    """Width and height in pixels; faults are noted in `findings`.

    The frame is read by our own walk before Pillow sees the file, so a huge picture costs nothing. Raises `Invalid` for a
    broken frame and Pillow's errors for data that don't decode.
    """
    data = source.at(0, source.size)
    size = _WALKS[kind](data, limits, findings)
    if hides_archive(source) or _FOREIGN.search(data, 0, _FOREIGN_WITHIN):
        findings.add("file_hidden_archive")
    # Only what is good so far is decoded: the library is not asked about files that are refused anyway.
    findings.settle()
    _decode(data, kind, findings)
    return size


def _decode(data: bytes, kind: Kind, findings: Findings) -> None:
    with open_picture(data, kind) as picture:
        if getattr(picture, "n_frames", 1) != 1:
            findings.add("file_animated")
            return
        if kind is Kind.JPEG:
            # All coded data are still read, but the samples are kept at an eighth of the size.
            picture.draft(picture.mode, (max(1, picture.width // 8), max(1, picture.height // 8)))
        picture.load()

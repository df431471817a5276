"""The kinds of file that the system can take, how each is named, and how large each may grow."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

KIB = 1024
MIB = 1024 * KIB


class Kind(Enum):
    """A kind of document, told by its parsed structure."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    OFD = "ofd"
    DOCX = "docx"
    XLSX = "xlsx"
    ZIP = "zip"


PICTURES = frozenset({Kind.PNG, Kind.JPEG})
ZIP_BASED = frozenset({Kind.OFD, Kind.DOCX, Kind.XLSX, Kind.ZIP})

MEDIA_TYPES: dict[Kind, str] = {
    Kind.PDF: "application/pdf",
    Kind.PNG: "image/png",
    Kind.JPEG: "image/jpeg",
    Kind.OFD: "application/ofd",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.ZIP: "application/zip",
}

EXTENSIONS: dict[str, Kind] = {
    "pdf": Kind.PDF,
    "png": Kind.PNG,
    "jpg": Kind.JPEG,
    "jpeg": Kind.JPEG,
    "ofd": Kind.OFD,
    "docx": Kind.DOCX,
    "xlsx": Kind.XLSX,
    "zip": Kind.ZIP,
}

LABELS: dict[Kind, str] = {
    Kind.PDF: "PDF",
    Kind.PNG: "PNG 图片",
    Kind.JPEG: "JPEG 图片",
    Kind.OFD: "OFD",
    Kind.DOCX: "Word（docx）",
    Kind.XLSX: "Excel（xlsx）",
    Kind.ZIP: "图片压缩包（zip）",
}
"""What people call a kind, in messages."""


@dataclass(frozen=True)
class Limits:
    """How much of everything one file may hold. Sizes are bytes.

    The figures bound the memory and the time that a hostile file can cost: a decoded picture of `pixels` needs about
    four bytes each, and nothing is ever unpacked beyond `unpacked`. A JPEG in several scans is decoded with all its
    `samples` in memory, two bytes each. `elements` are those of one XML part.
    """

    bytes: int = 20 * MIB
    pages: int = 300
    pixels: int = 40_000_000
    side: int = 20_000
    samples: int = 80_000_000
    pictures: int = 100
    members: int = 2_000
    unpacked: int = 200 * MIB
    xml_part: int = 64 * MIB
    elements: int = 1_000_000
    ratio: int = 100
    ratio_floor: int = 64 * KIB
    objects: int = 50_000
    pdf_unpacked: int = 512 * MIB


DEFAULT_LIMITS = Limits()

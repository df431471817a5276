"""Decide what an uploaded file is, and refuse it unless extension, first bytes and parsed structure say the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from shared.documents import jpeg, png
from shared.documents.archive import Archive, open_archive
from shared.documents.findings import Findings
from shared.documents.kinds import DEFAULT_LIMITS, EXTENSIONS, LABELS, MEDIA_TYPES, MIB, Kind, Limits
from shared.documents.names import examine_name, extension
from shared.documents.ofd import OFD_ROOT, inspect_ofd
from shared.documents.office import CONTENT_TYPES, inspect_office, main_kind
from shared.documents.pdf import inspect_pdf
from shared.documents.picture import inspect_picture
from shared.documents.picture_zip import inspect_picture_zip
from shared.documents.source import Source, guarded

_ZIP_LOCAL = b"PK\x03\x04"
_MAGIC = (
    (b"%PDF-", Kind.PDF),
    (png.SIGNATURE, Kind.PNG),
    (jpeg.SIGNATURE, Kind.JPEG),
    (_ZIP_LOCAL, Kind.ZIP),
)
_PACKAGES: dict[Kind, Callable[[Archive, Limits, Findings], int | None]] = {
    Kind.OFD: inspect_ofd,
    Kind.DOCX: inspect_office,
    Kind.XLSX: inspect_office,
    Kind.ZIP: inspect_picture_zip,
}

_PDF_WITHIN = 1024
"""Lenient readers look this far for a PDF header; a file that relies on it has something in front."""


@dataclass(frozen=True)
class Inspected:
    """A file that was found good. `pages` is None where the kind has no fixed pages (DOCX, XLSX)."""

    kind: Kind
    pages: int | None
    size: int
    facts: Mapping[str, int] = field(default_factory=dict)

    @property
    def media_type(self) -> str:
        """The media type that belongs to the kind; never the one that the uploader sent."""
        return MEDIA_TYPES[self.kind]


def inspect(stream: BinaryIO, file_name: str, allowed: frozenset[Kind], limits: Limits = DEFAULT_LIMITS) -> Inspected:
    """What the file is; the stream must be seekable and is left open.

    Raises `Invalid` with every fault that could be found in one go, at `/file`. Whatever the stream itself raises goes
    through unchanged, so a storage outage is never taken for a bad file.
    """
    source = Source(stream)
    findings = Findings()
    with guarded(source):
        examine_name(file_name, findings)
        named = EXTENSIONS.get(extension(file_name))
        if named is None:
            findings.add("file_extension_unknown", expected=_labels(allowed))
        _check_size(source, limits, findings)
        family = _family(source, findings)
        archive = open_archive(source, limits) if family is Kind.ZIP else None
        kind = _package_kind(archive, limits) if archive else family
        if named is not None and named is not kind:
            findings.add("file_kind_mismatch")
        if kind not in allowed:
            findings.add("file_kind_not_allowed", expected=_labels(allowed))
        findings.settle()
        inspected = _look_inside(source, kind, archive, limits, findings)
        findings.settle()
        return inspected


def _labels(kinds: frozenset[Kind]) -> str:
    return "、".join(LABELS[kind] for kind in Kind if kind in kinds)


def _check_size(source: Source, limits: Limits, findings: Findings) -> None:
    if source.size == 0:
        findings.add("file_empty")
    if source.size > limits.bytes:
        findings.add("file_too_large", expected=f"不超过 {limits.bytes // MIB} MB")
    if source.size == 0 or source.size > limits.bytes:
        findings.settle()


def _family(source: Source, findings: Findings) -> Kind:
    """What the first bytes say; every kind that is a package begins as a ZIP."""
    head = source.at(0, _PDF_WITHIN)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    # A file that lenient readers would still open has something in front of it.
    findings.add("file_leading_data" if b"%PDF-" in head or _ZIP_LOCAL in head else "file_kind_unknown")
    findings.settle()
    raise AssertionError  # settle() raised


def _package_kind(archive: Archive, limits: Limits) -> Kind:
    if archive.find(OFD_ROOT):
        return Kind.OFD
    return main_kind(archive, limits) if archive.find(CONTENT_TYPES) else Kind.ZIP


def _look_inside(source: Source, kind: Kind, archive: Archive | None, limits: Limits, findings: Findings) -> Inspected:
    if archive is not None:
        pages = _PACKAGES[kind](archive, limits, findings)
        return Inspected(kind, pages, source.size, {"members": len(archive.members)})
    if kind is Kind.PDF:
        return Inspected(kind, inspect_pdf(source, limits, findings), source.size)
    width, height = inspect_picture(source, kind, limits, findings)
    return Inspected(kind, 1, source.size, {"width": width, "height": height})

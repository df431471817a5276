"""A ZIP of pictures: nothing but PNG and JPEG files (and folders), each of which would be taken on its own."""

from __future__ import annotations

import io

from shared.documents.archive import Archive, Member
from shared.documents.findings import Findings
from shared.documents.kinds import EXTENSIONS, PICTURES, Kind, Limits
from shared.documents.names import extension
from shared.documents.picture import inspect_picture
from shared.documents.source import Source, guarded
from shared.errors import Invalid


def picture_kind(member: Member) -> Kind | None:
    """PNG or JPEG by the member's name; None for anything else."""
    kind = EXTENSIONS.get(extension(member.name))
    return kind if kind in PICTURES else None


def inspect_picture_zip(archive: Archive, limits: Limits, findings: Findings) -> int:
    """The number of pictures; the faults of each are noted at its place. One picture at a time is in memory."""
    if not archive.files:
        findings.add("file_no_pages")
    if len(archive.files) > limits.pictures:
        findings.add("file_too_many_members", expected=f"不超过 {limits.pictures} 个")
        findings.settle()
    for member in archive.files:
        kind = picture_kind(member)
        if kind is None:
            findings.add("file_not_pictures", place=member.place)
            continue
        try:
            _inspect_member(archive, member, kind, limits)
        except Invalid as refused:
            findings.take(refused, place=member.place)
    return len(archive.files)


def _inspect_member(archive: Archive, member: Member, kind: Kind, limits: Limits) -> None:
    found = Findings()
    picture = Source(io.BytesIO(archive.read(member, limits.bytes)))
    with guarded(picture):
        if not picture.at(0, 8).startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
            found.add("file_not_pictures")
        elif (picture.at(0, 1) == b"\x89") is not (kind is Kind.PNG):
            found.add("file_kind_mismatch")
        else:
            inspect_picture(picture, kind, limits, found)
    found.settle()

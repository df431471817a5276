"""What holds for the members of every package: nothing inside it may be a package, a program or a page of its own."""

from __future__ import annotations

from collections.abc import Iterator

from shared.documents.archive import Archive, Member
from shared.documents.findings import Findings

_FOREIGN_MAGIC = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"#!",
    b"%PDF-",
)
"""Archives, compound files, programs and documents."""


def checked_blocks(archive: Archive, member: Member, findings: Findings) -> Iterator[bytes]:
    """The unpacked bytes of a member; notes it if they begin like an archive, a program or a document."""
    first = True
    for block in archive.blocks(member):
        if first and block:
            if block.startswith(_FOREIGN_MAGIC):
                findings.add("file_nested_archive", place=member.place)
            first = False
        yield block


def unpack_and_drop(archive: Archive, member: Member, findings: Findings) -> None:
    """Unpack a member only to check size, check value and first bytes."""
    for _ in checked_blocks(archive, member, findings):
        pass

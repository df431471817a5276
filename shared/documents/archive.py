"""ZIP archives read strictly: every byte belongs to exactly one member or to the directory, and every claim is checked.

Python's `zipfile` is as lenient as most readers: it takes junk in front, gaps, overlaps and headers that disagree. Two
lenient readers can then see two different files, so this reader takes only what all readers see alike. ZIP64 and
multi-volume archives are beyond the size limits anyway and are refused.
"""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from shared.documents.findings import Findings, refusal
from shared.documents.kinds import KIB, MIB, Limits
from shared.documents.names import extension
from shared.documents.source import Source

_EOCD = struct.Struct("<4s4H2LH")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_MOST_DIRECTORY = 4 * MIB
_ENCRYPTED, _DESCRIPTOR, _STRONG, _UTF8, _MASKED = 0x1, 0x8, 0x40, 0x800, 0x2000
_STORED, _DEFLATED = 0, 8
_UNICODE_PATH = 0x7075
_MOST_EXTRA = 1024
"""Bytes of extra fields before a member's data: times and owners take some dozens, a hidden file takes more."""
_BLOCK = 256 * KIB
_DESCRIPTOR_SIZES = frozenset({12, 16, 20, 24})
"""After a member whose sizes were not known in time: with or without mark, with 32- or 64-bit sizes."""


@dataclass(frozen=True)
class Member:
    """One file or folder of an archive as the directory lists it; `number` counts from 1."""

    number: int
    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    mode: int
    header_at: int
    other_name: str = ""
    """The name in Unicode that some packers note besides (Info-ZIP); readers differ in which one they go by."""

    @property
    def is_folder(self) -> bool:
        """Folders end in a slash."""
        return self.name.endswith("/")

    @property
    def place(self) -> str:
        """How messages name the member, without its name."""
        return f"压缩包内第 {self.number} 个文件"


class Archive:
    """An archive whose directory was found sound. Members are unpacked on demand and in blocks."""

    def __init__(self, source: Source, members: tuple[Member, ...], data_at: dict[int, int]) -> None:
        self._source = source
        self._data_at = data_at
        self.members = members
        self.files = tuple(member for member in members if not member.is_folder)
        self._by_name = {member.name: member for member in self.files}

    def find(self, name: str) -> Member | None:
        """The file of that name, or None."""
        return self._by_name.get(name)

    def blocks(self, member: Member) -> Iterator[bytes]:
        """The unpacked bytes of a member; raises `Invalid` as soon as size, check value or coding turn out wrong."""
        lie = refusal("file_size_lie", place=member.place)
        crc, total = 0, 0
        for block in self._unpack(member, lie):
            total += len(block)
            if total > member.size:
                raise lie
            crc = zlib.crc32(block, crc)
            yield block
        if total != member.size or crc != member.crc:
            raise lie

    def read(self, member: Member, limit: int) -> bytes:
        """The whole member in memory; raises `Invalid` beyond `limit` bytes."""
        if member.size > limit:
            raise refusal("file_unpacked_too_large", place=member.place)
        return b"".join(self.blocks(member))

    def _unpack(self, member: Member, lie: Exception) -> Iterator[bytes]:
        at, end = self._data_at[member.number], self._data_at[member.number] + member.packed
        inflater = zlib.decompressobj(-zlib.MAX_WBITS) if member.method == _DEFLATED else None
        while at < end:
            packed = self._source.at(at, min(_BLOCK, end - at))
            if not packed:
                raise lie
            at += len(packed)
            if inflater is None:
                yield packed
                continue
            while packed:
                try:
                    yield inflater.decompress(packed, _BLOCK)
                except zlib.error:
                    raise lie from None
                if inflater.unused_data:
                    raise lie
                packed = inflater.unconsumed_tail
        if inflater is not None:
            while rest := inflater.decompress(b"", _BLOCK):
                yield rest
            if not inflater.eof:
                raise lie


def open_archive(source: Source, limits: Limits) -> Archive:
    """Read and judge the directory of a ZIP; no member is unpacked.

    Raises `Invalid` with all faults of the directory: too many members, total size, ratio, encryption, unknown
    methods, paths that leave the archive, links, equal names, overlapping data, and data outside the members.
    """
    count, directory_at, directory = _read_directory(source, limits)
    members = tuple(_read_members(directory, count))
    findings = Findings()
    _check_totals(members, limits, findings)
    for member in members:
        _check_member(member, limits, findings)
    if len({member.name.casefold() for member in members}) != len(members):
        findings.add("file_member_duplicate")
    data_at = _check_layout(source, members, directory_at, findings)
    findings.settle()
    return Archive(source, members, data_at)


def _read_directory(source: Source, limits: Limits) -> tuple[int, int, bytes]:
    tail_at = source.size - _EOCD.size
    tail = source.at(max(0, tail_at), _EOCD.size)
    if len(tail) < _EOCD.size or not tail.startswith(b"PK\x05\x06"):
        window = source.at(max(0, source.size - 66_000), 66_000)
        raise refusal("file_extra_data" if b"PK\x05\x06" in window else "file_broken")
    _, disk, start_disk, here, count, size, at, comment = _EOCD.unpack(tail)
    if comment:
        raise refusal("file_extra_data")
    if count > limits.members or size > _MOST_DIRECTORY:
        raise refusal("file_too_many_members", expected=f"不超过 {limits.members} 个")
    if disk or start_disk or here != count or at + size != tail_at:
        raise refusal("file_broken")
    return count, at, source.at(at, size)


def _read_members(directory: bytes, count: int) -> Iterator[Member]:
    at = 0
    for number in range(1, count + 1):
        if at + _CENTRAL.size > len(directory):
            raise refusal("file_size_lie")
        mark, _, _, flags, method, _, _, crc, packed, size, name_size, extra, comment, disk, _, attributes, start = (
            _CENTRAL.unpack_from(directory, at)
        )
        if mark != b"PK\x01\x02" or disk:
            raise refusal("file_broken")
        name_at = at + _CENTRAL.size
        raw = directory[name_at : name_at + name_size]
        extra_at = name_at + name_size
        other = _other_name(directory[extra_at : extra_at + extra])
        at = extra_at + extra + comment
        yield Member(number, _decode_name(raw, flags), flags, method, crc, packed, size, attributes >> 16, start, other)
    if at != len(directory):
        raise refusal("file_size_lie")


def _other_name(extra: bytes) -> str:
    """Return the Unicode path among the extra fields, empty where there is none."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind == _UNICODE_PATH:
            return extra[at + 9 : at + 4 + size].decode("utf-8", "replace")
        at += 4 + size
    return ""


def _decode_name(raw: bytes, flags: int) -> str:
    # Chinese Windows writes GBK without saying so.
    for encoding in ("utf-8",) if flags & _UTF8 else ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("cp437")


def _check_totals(members: tuple[Member, ...], limits: Limits, findings: Findings) -> None:
    if sum(member.size for member in members) > limits.unpacked:
        findings.add("file_unpacked_too_large", expected=f"不超过 {limits.unpacked // MIB} MB")


def _check_member(member: Member, limits: Limits, findings: Findings) -> None:
    place = member.place
    if member.flags & (_ENCRYPTED | _STRONG | _MASKED):
        findings.add("file_encrypted", place=place)
    if member.method not in (_STORED, _DEFLATED):
        findings.add("file_member_method", place=place)
    if member.method == _STORED and member.packed != member.size:
        findings.add("file_size_lie", place=place)
    if member.size > limits.ratio_floor and member.size > limits.ratio * max(1, member.packed):
        findings.add("file_ratio", place=place, expected=f"不超过 {limits.ratio} 倍")
    if member.is_folder and member.size:
        findings.add("file_size_lie", place=place)
    if stat.S_IFMT(member.mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        findings.add("file_member_link", place=place)
    if not _is_safe_path(member.name) or (member.other_name and not _is_same_kind(member)):
        findings.add("file_member_path", place=place)


def _is_same_kind(member: Member) -> bool:
    """Whether a reader that goes by the other name sees a file of the same kind, in the archive too."""
    return _is_safe_path(member.other_name) and extension(member.other_name) == extension(member.name)


def _is_safe_path(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return (
        bool(parts)
        and len(name) <= 500
        and not name.startswith("/")
        and ".." not in parts
        and not any(character in "\\:" or character < " " or character == "\x7f" for character in name)
    )


def _check_layout(source: Source, members: tuple[Member, ...], directory_at: int, findings: Findings) -> dict[int, int]:
    """Where the data of each member begin. Members must follow each other without overlap or hidden space."""
    data_at: dict[int, int] = {}
    expected = 0
    awaits_descriptor = False
    for member in sorted(members, key=lambda member: member.header_at):
        if not _follows(member.header_at - expected, awaits_descriptor):
            findings.add("file_member_overlap")
        header = source.at(member.header_at, _LOCAL.size)
        if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
            raise refusal("file_broken", place=member.place)
        _, _, flags, method, _, _, crc, packed, size, name_size, extra_size = _LOCAL.unpack(header)
        if extra_size > _MOST_EXTRA:
            findings.add("file_member_overlap", place=member.place)
        awaits_descriptor = bool(flags & _DESCRIPTOR)
        name_at = member.header_at + _LOCAL.size
        name = _decode_name(source.at(name_at, name_size), flags)
        if method != member.method or name != member.name or (flags ^ member.flags) & (_ENCRYPTED | _DESCRIPTOR):
            findings.add("file_size_lie", place=member.place)
        if not awaits_descriptor and (crc, packed, size) != (member.crc, member.packed, member.size):
            findings.add("file_size_lie", place=member.place)
        data_at[member.number] = name_at + name_size + extra_size
        expected = data_at[member.number] + member.packed
    if not _follows(directory_at - expected, awaits_descriptor):
        findings.add("file_member_overlap")
    return data_at


def _follows(gap: int, awaits_descriptor: bool) -> bool:
    return gap in _DESCRIPTOR_SIZES if awaits_descriptor else gap == 0

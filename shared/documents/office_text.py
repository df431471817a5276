"""The plain text of DOCX and XLSX, for a preview: no layout, no pictures, no more than a given length."""

from __future__ import annotations

from collections.abc import Mapping

from shared.documents.archive import Archive, Member
from shared.documents.findings import Findings
from shared.documents.kinds import Limits
from shared.documents.office import parse_part, parts_of_type
from shared.documents.package_xml import Events, Silent

_DOCUMENT = ".document.main+xml"
_SHEET = ".worksheet+xml"
_STRINGS = ".sharedStrings+xml"
_LEFT_OUT = "…"
_BLANKS = {"tab": "\t", "br": "\n", "cr": "\n"}


class _Full(Exception):
    """Enough text was read."""


class _Paragraphs(Silent):
    """The main part of a DOCX: a line for each paragraph."""

    def __init__(self, most: int) -> None:
        self.pieces: list[str] = []
        self._room = most
        self._in_text = False

    def start(self, namespace: str, name: str, attributes: Mapping[str, str]) -> None:
        self._in_text = name == "t"
        if name in _BLANKS:
            self._put(_BLANKS[name])

    def end(self, name: str) -> None:
        self._in_text = False
        if name == "p":
            self._put("\n")

    def text(self, content: str) -> None:
        if self._in_text:
            self._put(content)

    def _put(self, content: str) -> None:
        self.pieces.append(content[: self._room])
        self._room -= len(content)
        if self._room <= 0:
            raise _Full


class _Strings(Silent):
    """The shared strings of an XLSX, each one made of one or more runs."""

    def __init__(self, most: int) -> None:
        self.strings: list[str] = []
        self._room = most
        self._in_text = False

    def start(self, namespace: str, name: str, attributes: Mapping[str, str]) -> None:
        self._in_text = name == "t"
        if name == "si":
            self.strings.append("")

    def end(self, name: str) -> None:
        self._in_text = False
        self._room -= name == "si"
        if self._room <= 0:
            raise _Full

    def text(self, content: str) -> None:
        if self._in_text and self.strings:
            self.strings[-1] += content[: self._room]
            self._room -= len(content)


class _Rows(Silent):
    """One sheet of an XLSX: a line for each row, its filled cells apart by tabs, values as they are stored."""

    def __init__(self, strings: list[str], most: int) -> None:
        self.lines: list[str] = []
        self._strings = strings
        self._room = most
        self._cells: list[str] = []
        self._value = ""
        self._is_shared = False
        self._in_value = False

    def start(self, namespace: str, name: str, attributes: Mapping[str, str]) -> None:
        if name == "c":
            self._value, self._is_shared = "", attributes.get("t") == "s"
        self._in_value = name in {"v", "t"}

    def end(self, name: str) -> None:
        self._in_value = False
        if name == "c" and self._value:
            self._cells.append(self._shared() if self._is_shared else self._value)
        if name == "row" and self._cells:
            line = "\t".join(self._cells)
            self._cells = []
            self.lines.append(line[: self._room])
            self._room -= len(line) + 1
            if self._room <= 0:
                raise _Full

    def text(self, content: str) -> None:
        if self._in_value and len(self._value) < self._room:
            self._value += content

    def _shared(self) -> str:
        known = self._value.isascii() and self._value.isdecimal() and int(self._value) < len(self._strings)
        return self._strings[int(self._value)] if known else _LEFT_OUT


def docx_text(archive: Archive, limits: Limits, most: int) -> str:
    """At most `most` characters of a DOCX. Raises what its parsing raises."""
    paragraphs = _Paragraphs(most)
    for member in parts_of_type(archive, limits, _DOCUMENT)[:1]:
        _read(archive, member, limits, paragraphs)
    return "".join(paragraphs.pieces).strip()


def xlsx_text(archive: Archive, limits: Limits, most: int) -> str:
    """At most `most` characters of an XLSX, sheet after sheet with an empty line between."""
    strings = _Strings(most)
    for member in parts_of_type(archive, limits, _STRINGS)[:1]:
        _read(archive, member, limits, strings)
    sheets: list[str] = []
    for member in parts_of_type(archive, limits, _SHEET):
        room = most - sum(len(sheet) + 2 for sheet in sheets)
        if room <= 0:
            break
        rows = _Rows(strings.strings, room)
        _read(archive, member, limits, rows)
        sheets.append("\n".join(rows.lines))
    return "\n\n".join(sheets).strip()


def _read(archive: Archive, member: Member, limits: Limits, events: Events) -> None:
    try:
        parse_part(archive, member, limits, Findings(), events)
    except _Full:
        return

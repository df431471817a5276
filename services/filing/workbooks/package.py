"""The parts of a workbook that somebody sent: its sheets by name, its shared texts, and which cells are dates.

Read from the parts themselves, one line after the other. Two libraries were tried first and can't be used on files of
strangers: calamine ends the whole process on a sheet of two cells far apart, and openpyxl fills memory on one merged
range (decision 0019).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from defusedxml.ElementTree import fromstring

from services.filing.workbooks.cells import Line
from services.filing.workbooks.parsing import parse_lines, parse_texts
from services.filing.workbooks.wording import refused
from shared.documents.source import Source, guarded
from shared.errors import Invalid

_MOST_SMALL_PART = 8 * 1024 * 1024
_DATE_FORMATS = frozenset({14, 15, 16, 17, 18, 19, 20, 21, 22, *range(27, 37), 45, 46, 47, *range(50, 59)})
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_DATE_LETTERS = re.compile(r"[ymdhs]", re.IGNORECASE)


@dataclass(frozen=True)
class Package:
    """A workbook whose directory, sheets and styles are known; lines are read on demand."""

    source: Source
    archive: ZipFile
    paths: Mapping[str, str]
    date_styles: frozenset[str]
    is_from_1904: bool
    texts: list[str] = field(repr=False)

    def lines(self, sheet: str) -> Iterator[tuple[int, Line]]:
        """Yield number and cells of each line that has any, in order. Raises Invalid: workbook_broken."""
        lines = self._lines(sheet)
        while True:
            with _readable(self.source):
                found = next(lines, None)
            if found is None:
                return
            yield found

    def _lines(self, sheet: str) -> Iterator[tuple[int, Line]]:
        with self.archive.open(self.paths[sheet]) as part:
            yield from parse_lines(part, self.texts, self.date_styles)


def open_package(file: BinaryIO) -> Package:
    """Read the small parts and the shared texts of a workbook. Raises Invalid: workbook_broken.

    Failures of the stream itself go through as they are.
    """
    source = Source(file)
    with _readable(source):
        archive = ZipFile(source)
        main = _target(archive, "", "officeDocument")
        book = _tree(archive, main)
        links = dict(_links(archive, main))
        paths = {
            sheet.get("name", ""): links[_attribute(sheet, "id")]
            for sheet in _all(book, "sheet")
            if _attribute(sheet, "id") in links
        }
        settings = next(_all(book, "workbookPr"), None)
        return Package(
            source,
            archive,
            paths,
            _date_styles(archive, main),
            settings is not None and settings.get("date1904") in ("1", "true"),
            _texts(archive, main),
        )
    raise AssertionError  # the block above returned or raised


class _readable:
    """The guard of `shared.documents` around everything that parses, told as a broken workbook."""

    def __init__(self, source: Source) -> None:
        self._guard = guarded(source)

    def __enter__(self) -> None:
        self._guard.__enter__()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        try:
            self._guard.__exit__(kind, error, trace)  # type: ignore[arg-type]
        except Invalid as invalid:
            if invalid is error:
                raise
            raise refused("workbook_broken") from None


def _read(archive: ZipFile, path: str) -> bytes:
    with archive.open(path) as part:
        data = part.read(_MOST_SMALL_PART + 1)
    if len(data) > _MOST_SMALL_PART:
        raise refused("workbook_broken")
    return data


def _tree(archive: ZipFile, path: str) -> Element:
    root: Element = fromstring(_read(archive, path), forbid_dtd=True)
    return root


def _all(root: Element, name: str) -> Iterator[Element]:
    return (element for element in root.iter() if element.tag.rpartition("}")[2] == name)


def _attribute(element: Element, name: str) -> str:
    """Return an attribute by its local name, in whatever namespace."""
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), "")


def _links(archive: ZipFile, path: str) -> Iterator[tuple[str, str]]:
    for element in _relationships(archive, path):
        yield element.get("Id", ""), _resolved(path, element)


def _target(archive: ZipFile, path: str, kind: str) -> str:
    """Return the part that a part leads to by a kind of relationship, empty where there is none."""
    found = (each for each in _relationships(archive, path) if each.get("Type", "").rpartition("/")[2] == kind)
    first = next(found, None)
    return "" if first is None else _resolved(path, first)


def _relationships(archive: ZipFile, path: str) -> Iterator[Element]:
    folder, name = posixpath.split(path)
    return _all(_tree(archive, posixpath.join(folder, "_rels", f"{name}.rels")), "Relationship")


def _resolved(path: str, element: Element) -> str:
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(path), element.get("Target", ""))).lstrip("/")


def _texts(archive: ZipFile, main: str) -> list[str]:
    path = _target(archive, main, "sharedStrings")
    if path not in archive.namelist():
        return []
    with archive.open(path) as part:
        return parse_texts(part)


def _date_styles(archive: ZipFile, main: str) -> frozenset[str]:
    """Return the numbers of the cell styles that show a number as a date."""
    path = _target(archive, main, "styles")
    if path not in archive.namelist():
        return frozenset()
    root = _tree(archive, path)
    own = {
        int(each.get("numFmtId", "0"))
        for each in _all(root, "numFmt")
        if _DATE_LETTERS.search(_QUOTED.sub("", each.get("formatCode", "")))
    }
    styles = next(_all(root, "cellXfs"), None)
    formats = [] if styles is None else [int(each.get("numFmtId", "0")) for each in styles]
    return frozenset(str(number) for number, each in enumerate(formats) if each in _DATE_FORMATS | own)

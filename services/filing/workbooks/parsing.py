"""Sheets and shared texts, read as events: one line at a time, whatever the length of the sheet.

Written for speed, since a list has hundreds of thousands of cells: handlers are closures, a cell costs five calls.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO
from xml.parsers.expat import ParserCreate, XMLParserType

from services.filing.workbooks.cells import Content, Flag, Line, Number, Uncalculated, error_value
from services.filing.workbooks.spots import number
from services.filing.workbooks.wording import refused

_BLOCK = 64 * 1024
_MOST_COLUMNS = 16_384
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def parse_lines(part: IO[bytes], texts: Sequence[str], date_styles: frozenset[str]) -> Iterator[tuple[int, Line]]:
    """Yield number and cells of each line that has any. Raises whatever parsers raise, and Invalid."""
    ready: deque[tuple[int, Line]] = deque()
    parser = _parser()
    parser.StartElementHandler = _first_of_sheet(parser, ready, texts, date_styles)
    while block := part.read(_BLOCK):
        parser.Parse(block, False)
        while ready:
            yield ready.popleft()
    parser.Parse(b"", True)
    yield from ready


def parse_texts(part: IO[bytes]) -> list[str]:
    """Return the shared texts in their order; how they are pronounced (rPh) is left out."""
    texts: list[str] = []
    parser = _parser()
    parser.StartElementHandler = _first_of_texts(parser, texts)
    while block := part.read(_BLOCK):
        parser.Parse(block, False)
    parser.Parse(b"", True)
    return texts


def _parser() -> XMLParserType:
    parser = ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: object) -> None:
    raise refused("workbook_broken")


def _unescaped(text: str) -> str:
    """Return text in which _x000A_ stands for the character of that number, as spreadsheet programs write it."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _first_of_texts(parser: XMLParserType, texts: list[str]) -> Callable[[str, Mapping[str, str]], None]:
    def begin(root: str, _: Mapping[str, str]) -> None:
        item, text, aside = (f"{root.rpartition(' ')[0]} {name}" for name in ("si", "t", "rPh"))
        pieces: list[str] = []
        is_aside = False

        def start(name: str, _: Mapping[str, str]) -> None:
            nonlocal is_aside
            if name == text:
                if not is_aside:
                    parser.CharacterDataHandler = pieces.append
            elif name == item:
                pieces.clear()
            elif name == aside:
                is_aside = True

        def end(name: str) -> None:
            nonlocal is_aside
            if name == text:
                parser.CharacterDataHandler = None
            elif name == item:
                texts.append(_unescaped("".join(pieces)))
            elif name == aside:
                is_aside = False

        parser.StartElementHandler = start
        parser.EndElementHandler = end

    return begin


def _first_of_sheet(
    parser: XMLParserType, ready: deque[tuple[int, Line]], texts: Sequence[str], date_styles: frozenset[str]
) -> Callable[[str, Mapping[str, str]], None]:
    columns: dict[str, int] = {}

    def begin(root: str, _: Mapping[str, str]) -> None:
        cell, value, text, row, formula, aside = (
            f"{root.rpartition(' ')[0]} {name}" for name in ("c", "v", "t", "row", "f", "rPh")
        )
        writings = frozenset((value, text))
        line: Line = {}
        at = column = 0
        pieces: list[str] = []
        attributes: Mapping[str, str] = {}
        has_formula = is_aside = False

        def start(name: str, given: Mapping[str, str]) -> None:
            nonlocal attributes, has_formula, is_aside, line, at, column
            if name == cell:
                attributes = given
            elif name in writings:
                if not is_aside:
                    parser.CharacterDataHandler = pieces.append
            elif name == row:
                number = int(given.get("r", at + 1))
                if number <= at:
                    raise refused("workbook_broken")
                at, column, line = number, 0, {}
            elif name == formula:
                has_formula = True
            elif name == aside:
                is_aside = True

        def end(name: str) -> None:
            nonlocal column, has_formula, is_aside
            if name in writings:
                parser.CharacterDataHandler = None
            elif name == cell:
                reference = attributes.get("r")
                if reference is None:
                    column += 1
                else:
                    name = reference.rstrip("0123456789")
                    column = columns.get(name) or columns.setdefault(name, _column(name))
                if pieces:
                    written = pieces[0] if len(pieces) == 1 else "".join(pieces)
                    pieces.clear()
                    if attributes.get("t") == "s":
                        line[column] = texts[int(written)]
                    else:
                        line[column] = _content(written, attributes, date_styles)
                elif has_formula and attributes.get("t") != "str":
                    line[column] = Uncalculated()
                has_formula = False
            elif name == row:
                if line:
                    ready.append((at, line))
            elif name == aside:
                is_aside = False

        parser.StartElementHandler = start
        parser.EndElementHandler = end

    return begin


def _column(name: str) -> int:
    found = number(name) if name.isascii() and name.isalpha() and name.isupper() else 0
    if not 0 < found <= _MOST_COLUMNS:
        raise refused("workbook_broken")
    return found


def _content(written: str, attributes: Mapping[str, str], date_styles: frozenset[str]) -> Content:
    kind = attributes.get("t", "n")
    if kind == "n":
        return Number(written.strip(), attributes.get("s") in date_styles)
    if kind in ("inlineStr", "str"):
        return _unescaped(written)
    match kind:
        case "b":
            return Flag(written.strip() == "1")
        case "e":
            return error_value(written.strip())
        case "d":
            return written.strip().removesuffix("T00:00:00")
        case _:
            raise refused("workbook_broken")

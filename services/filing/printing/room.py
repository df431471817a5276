"""Room to write: how long the empty lines of a field are, so that what stands side by side shares the width of paper."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace

from services.filing.printing.drawing import Drawn

EM, BOX, GAP = 3.18, 3.1, 1.8
"""Millimetres of a full-width character in the type of the forms, of a box, and around a line to write on."""

LEAST, MOST = 10.0, 95.0
_DATE = 13.0
_TABLES = frozenset({"columns", "tree", "rows"})
_FEED = Drawn("words", "\n")


def with_room(column: Iterable[Drawn], width: float) -> tuple[Drawn, ...]:
    """Return the column with the length of its empty lines set; `width` is that of the field in millimetres."""
    drawn: list[Drawn] = []
    for line in _lines(column):
        free = [each for each in line if _is_free(each)]
        taken = sum(map(_width, line)) + GAP * len(free)
        room = max(LEAST, min(MOST, (width - taken) / max(1, len(free))))
        drawn += [replace(each, width=round(room, 1)) if _is_free(each) else each for each in line]
    return tuple(drawn)


def _lines(column: Iterable[Drawn]) -> Iterator[list[Drawn]]:
    """Yield line after line, each but the first begun by a line feed; none is needed before and behind a table."""
    line: list[Drawn] = []
    is_after_table = False
    for piece in _split(column):
        if piece.manner in _TABLES:
            yield [] if line == [_FEED] else line
            yield [piece]
            line, is_after_table = [], True
        elif piece == _FEED:
            yield line
            line, is_after_table = [] if is_after_table else [_FEED], False
        else:
            line.append(piece)
    yield line


def _split(column: Iterable[Drawn]) -> Iterator[Drawn]:
    """Yield the pieces with line feeds as pieces of their own."""
    for piece in column:
        if piece.manner != "words":
            yield piece
            continue
        for number, text in enumerate(piece.text.split("\n")):
            if number:
                yield _FEED
            if text:
                yield Drawn("words", text)


def _is_free(piece: Drawn) -> bool:
    return piece.manner == "line" and not piece.text


def _width(piece: Drawn) -> float:
    match piece.manner:
        case "boxes":
            return BOX * len(piece.boxes) + GAP + (EM if piece.text else 0)
        case "date":
            return _DATE * len(piece.boxes) + EM * len(piece.boxes)
        case "marks":
            return sum(
                _text(mark.sign + mark.label) + GAP for group in piece.groups for _, m in group.lines for mark in m
            )
        case _:
            return _text(piece.text)


def _text(text: str) -> float:
    return sum(EM if unicodedata.east_asian_width(each) in "FWA" else EM / 2 for each in text)

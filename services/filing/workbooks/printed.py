"""What is printed on a sheet, with the cells that are filled in between: the lines above and beside the answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import ceil

from services.filing.workbooks.looks import WRAPPED, Look
from services.filing.workbooks.shape import Shape, Style
from services.filing.workbooks.spots import Spot
from services.filing.workbooks.writing import Cell, Written

GUIDE = "只填白色的单元格；灰色的由系统计算或不填数。有下拉列表的请从列表中选择。一格填几项的，每行写一项（Alt+Enter 换行）。"
LINE_HEIGHT = 16


def printed_lines(
    shape: Shape, sheet: str, given: Mapping[Spot, tuple[Look, Written]]
) -> list[tuple[int, Sequence[Cell]]]:
    """Return the lines of a sheet that are printed, with what is given for the cells on them.

    Cells that take nothing are grey beside fields, and plain elsewhere.
    """
    lines: dict[int, dict[int, tuple[Look, Written]]] = defaultdict(dict)
    for label in shape.labels:
        if label.spot.sheet == sheet:
            for step in range(label.width):
                look = (Look(label.style), label.text if step == 0 else "")
                lines[label.spot.line][label.spot.column + step] = look
    for spot, written in given.items():
        if spot.sheet == sheet:
            lines[spot.line][spot.column] = written
    with_fields = {entry.spot.line for entry in shape.fields if entry.spot.sheet == sheet}
    columns = range(1, len(shape.sheets[sheet]) + 1)
    for line, cells in lines.items():
        rest = (Look(Style.SHUT if line in with_fields else Style.PLAIN), "")
        lines[line] = {column: cells.get(column, rest) for column in columns}
    return [(line, [(column, *lines[line][column]) for column in columns]) for line in sorted(lines)]


def heights_of(lines: Iterable[tuple[int, Sequence[Cell]]], shape: Shape, sheet: str) -> dict[int, int]:
    """Return the heights of lines whose text takes more than one line of its column; the program finds the others."""
    spans = {label.spot: label.width for label in shape.labels if label.width > 1}
    widths = shape.sheets[sheet]
    heights: dict[int, int] = {}
    for line, cells in lines:
        most = 1
        for column, look, content in cells:
            if isinstance(content, str) and content and look.style in WRAPPED:
                width = sum(widths[column - 1 : column - 1 + spans.get(Spot(sheet, line, column), 1)])
                most = max(most, lines_in(content, width))
        if most > 1:
            heights[line] = most * LINE_HEIGHT
    return heights


def lines_in(text: str, width: int) -> int:
    """Return how many lines a text takes in a column; a Chinese character is as wide as two others."""
    pieces = (sum(1 if character.isascii() else 2 for character in piece) for piece in text.split("\n"))
    return sum(max(1, ceil(piece / width)) for piece in pieces)


def printed_notes(shape: Shape, sheet: str) -> list[tuple[Spot, str]]:
    """Return the notes of a sheet: how to fill it in, and what the edition says of its items."""
    noted = [(label.spot, label.note) for label in shape.labels if label.note and label.spot.sheet == sheet]
    return [(Spot(sheet, 1, 1), GUIDE), *noted]

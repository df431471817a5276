"""A copy of somebody's workbook with its faults: coloured cells, comments, and a sheet that names them all.

The copy is written anew on our own template, from the texts of the cells that were sent: nothing else of the file goes
into it, and it can be mended and sent again. Lines keep their numbers. One line is held at a time, however long the list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import BinaryIO

from services.filing.forms.model import Edition, Form, Severity
from services.filing.workbooks.cells import Line, Number
from services.filing.workbooks.drawing import shape_of
from services.filing.workbooks.faults import CellFault
from services.filing.workbooks.limits import MOST_COMMENTS
from services.filing.workbooks.looks import Look
from services.filing.workbooks.mould import SUMMARY, SUMMARY_WIDTHS, mould_of
from services.filing.workbooks.offers import Offers
from services.filing.workbooks.opening import Lines, Opened, opened_as
from services.filing.workbooks.package import open_package
from services.filing.workbooks.printed import LINE_HEIGHT, heights_of, lines_in, printed_lines, printed_notes
from services.filing.workbooks.recognition import arrangement_of
from services.filing.workbooks.shape import DASH, Area, Role, Style, official
from services.filing.workbooks.spots import Spot
from services.filing.workbooks.writing import Cell, Filling, Written, write

SEVERITIES = {Severity.ERROR: "错误", Severity.QUERY: "需说明", Severity.NOTE: "提示"}

_GRAVITY = (Severity.ERROR, Severity.QUERY, Severity.NOTE)
_HEADS = ("序号", "级别", "工作表", "单元格", "代码", "说明", "应为")


def mark(edition: Edition, form: Form, file: BinaryIO, faults: Sequence[CellFault]) -> Iterator[bytes]:
    """Yield the marked copy block by block. Raises Invalid where the workbook is no template of the form."""
    package = open_package(file)
    shape = shape_of(edition, form, arrangement_of(package))
    opened = opened_as(package, edition, shape)
    marks = _Marks(faults)
    sheets = ((sheet, _marked(opened, sheet, marks)) for sheet in shape.sheets)
    notes = [(Spot(SUMMARY, 1, 1), "改正后可直接重新上传本文件。")]
    summary = Filling(_summary(faults), notes, _heights(faults))
    yield from write(mould_of(edition, shape, Offers(), is_marked=True), chain([(SUMMARY, summary)], sheets))


class _Marks:
    """The faults by cell."""

    def __init__(self, faults: Iterable[CellFault]) -> None:
        self._by_line: dict[tuple[str, int], dict[int, list[CellFault]]] = defaultdict(dict)
        self._spots: dict[str, list[Spot]] = defaultdict(list)
        self._left = MOST_COMMENTS
        for fault in faults:
            spot = fault.spot
            self._by_line[spot.sheet, spot.line].setdefault(spot.column, []).append(fault)

    def on_line(self, sheet: str, line: int) -> Mapping[int, list[CellFault]]:
        """Return the faults of a line by column."""
        return self._by_line.get((sheet, line), {})

    def severity(self, spot: Spot) -> Severity | None:
        """Return the gravest severity at a cell, None where nothing is wrong."""
        return gravest(self.on_line(spot.sheet, spot.line).get(spot.column, ()))

    def notes(self, sheet: str) -> Iterator[tuple[Spot, str]]:
        """Yield the comments of a sheet, as many as there may still be."""
        for (name, line), columns in self._by_line.items():
            if name != sheet:
                continue
            for column, faults in columns.items():
                if self._left <= 0:
                    return
                self._left -= 1
                yield Spot(sheet, line, column), "\n".join(map(_told, faults))


def gravest(faults: Iterable[CellFault]) -> Severity | None:
    """Return the gravest severity of some faults."""
    found = {fault.severity for fault in faults}
    return next((severity for severity in _GRAVITY if severity in found), None)


def _marked(opened: Opened, sheet: str, marks: _Marks) -> Filling:
    shape = opened.shape
    printed, below = opened.split(sheet)
    lines = printed_lines(shape, sheet, _given(opened, sheet, printed, marks))
    area = next((area for area in shape.areas if area.sheet == sheet), None)
    rows = iter(()) if area is None else _rows(opened, area, below, marks)
    notes = [*printed_notes(shape, sheet), *marks.notes(sheet)]
    return Filling(chain(lines, rows), notes, heights_of(lines, shape, sheet))


def _given(opened: Opened, sheet: str, printed: Mapping[int, Line], marks: _Marks) -> dict[Spot, tuple[Look, Written]]:
    shape = opened.shape
    looks = {entry.spot: entry.style for entry in shape.fields}
    looks |= {area.none: Style.TEXT for area in shape.areas if area.none is not None}
    looks |= dict.fromkeys(shape.facts.values(), Style.FACT)
    dashes = {entry.spot for entry in shape.fields if entry.role is Role.DASH}
    return {
        spot: (
            Look(style, marks.severity(spot) if style is not Style.FACT else None),
            opened.copied(printed.get(spot.line, {}).get(spot.column, DASH if spot in dashes else "")),
        )
        for spot, style in looks.items()
        if spot.sheet == sheet
    }


def _rows(opened: Opened, area: Area, lines: Lines, marks: _Marks) -> Iterator[tuple[int, Sequence[Cell]]]:
    columns = [(entry.spot.column, entry.style) for entry in area.columns]
    clean = {column: Look(style) for column, style in columns}
    for line, cells in lines:
        faults = marks.on_line(area.sheet, line)
        looks = {column: Look(style, gravest(faults.get(column, ()))) for column, style in columns} if faults else clean
        yield line, [(column, looks[column], opened.copied(cells.get(column, ""))) for column, _ in columns]


def _summary(faults: Sequence[CellFault]) -> Iterator[tuple[int, Sequence[Cell]]]:
    more = f"；批注只加在前 {MOST_COMMENTS} 处" if len(faults) > MOST_COMMENTS else ""
    yield 1, [(1, Look(Style.PLAIN), f"共 {len(faults)} 处，已在各单元格标出{more}。")]
    yield 2, [(column, Look(Style.HEAD), text) for column, text in enumerate(_HEADS, 1)]
    for number, fault in enumerate(faults, 1):
        texts = (
            SEVERITIES[fault.severity],
            fault.sheet,
            fault.cell,
            official(fault.indicator),
            fault.message,
            fault.expected,
        )
        look = Look(Style.TEXT, fault.severity)
        rest = [(column, Look(Style.TEXT), text) for column, text in enumerate(texts[1:], 3)]
        yield number + 2, [(1, Look(Style.NUMBER), Number(str(number))), (2, look, texts[0]), *rest]


def _heights(faults: Sequence[CellFault]) -> dict[int, int]:
    """Return the heights of the lines of the summary whose texts are long."""
    *_, said, expected = SUMMARY_WIDTHS
    lines = (max(lines_in(fault.message, said), lines_in(fault.expected, expected)) for fault in faults)
    return {number: count * LINE_HEIGHT for number, count in enumerate(lines, 3) if count > 1}


def _told(fault: CellFault) -> str:
    expected = f"（应为：{fault.expected}）" if fault.expected else ""
    return f"{SEVERITIES[fault.severity]}：{fault.message}{expected}"

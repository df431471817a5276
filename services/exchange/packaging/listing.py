"""A list that somebody may see, as a workbook of one sheet: written as a stream, a row in memory at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from zipfile import ZIP_DEFLATED, ZipFile

from shared.outflow import Outflow
from shared.tabulation.members import member
from shared.tabulation.workbook import DECLARATION, MAIN, Shown, cell, frame

_SHEET = "列表"


def listing(title: str, heads: Sequence[str], rows: Iterable[Sequence[Shown]]) -> Iterator[bytes]:
    """Yield the workbook block by block: the title, the heads, then the rows. Raises `ValueError` for a ragged row."""
    sink = Outflow()
    with ZipFile(sink, "w", ZIP_DEFLATED) as archive:
        for path, text in frame([(1, _SHEET)]):
            archive.writestr(member(path), DECLARATION + text)
        with archive.open(member("xl/worksheets/sheet1.xml"), "w") as part:
            for piece in _pieces(title, heads, rows):
                part.write(piece.encode())
                if sink.is_full:
                    yield sink.taken()
    yield sink.taken()


def _pieces(title: str, heads: Sequence[str], rows: Iterable[Sequence[Shown]]) -> Iterator[str]:
    columns = f'<cols><col min="1" max="{len(heads)}" width="20" customWidth="1"/></cols>'
    yield f'{DECLARATION}<worksheet xmlns="{MAIN}">{columns}<sheetData>'
    yield _row((title,), 1)
    yield _row(heads, 2)
    for line, row in enumerate(rows, 3):
        if len(row) != len(heads):
            raise ValueError(f"{len(row)} cells for {len(heads)} columns")
        yield _row(row, line)
    yield "</sheetData></worksheet>"


def _row(cells: Sequence[Shown], line: int) -> str:
    return f'<row r="{line}">{"".join(cell(each, line) for each in cells)}</row>'

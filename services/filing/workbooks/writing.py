"""Workbooks written as a stream of bytes: a mould, and lines that come one after the other.

Memory holds one block of the archive and the notes; nothing is written to a temporary file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from services.filing.workbooks.cells import Number
from services.filing.workbooks.escaping import xml_text
from services.filing.workbooks.looks import Look
from services.filing.workbooks.mould import Mould, SheetMould
from services.filing.workbooks.notes import comment_part, drawing_part
from services.filing.workbooks.spots import Spot, letters
from shared.outflow import Outflow

Written = str | Number
Cell = tuple[int, Look, Written]
"""Column, look and content; an empty text is a cell that only looks."""

_LEVEL = 3
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t")


@dataclass(frozen=True)
class Filling:
    """What goes into a sheet: its lines from the top, notes at cells, and heights of lines that need one."""

    lines: Iterable[tuple[int, Sequence[Cell]]] = field(repr=False)
    notes: Sequence[tuple[Spot, str]] = field(default=(), repr=False)
    heights: Mapping[int, int] = field(default_factory=dict)


def write(mould: Mould, fillings: Iterable[tuple[str, Filling]]) -> Iterator[bytes]:
    """Yield the workbook block by block; the sheets are filled in the order given."""
    sink = Outflow()
    with ZipFile(sink, "w", ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for name, data in mould.parts.items():
            archive.writestr(_member(name), data)
        for sheet, filling in fillings:
            for name, pieces in _parts(mould, mould.sheets[sheet], filling):
                with archive.open(_member(name), "w") as part:
                    for piece in pieces:
                        part.write(piece.encode())
                        if sink.is_full:
                            yield sink.taken()
    yield sink.taken()


def _parts(mould: Mould, sheet: SheetMould, filling: Filling) -> Iterator[tuple[str, Iterable[str]]]:
    yield sheet.path, _sheet(mould, sheet, filling)
    if sheet.comments:
        yield sheet.comments, comment_part(filling.notes)
        yield sheet.drawing, drawing_part(filling.notes)


def _sheet(mould: Mould, sheet: SheetMould, filling: Filling) -> Iterator[str]:
    yield f"{sheet.before}<sheetData>"
    for line, cells in filling.lines:
        written = "".join([_cell(f"{letters(column)}{line}", mould, look, content) for column, look, content in cells])
        height = f' ht="{filling.heights[line]}" customHeight="1"' if line in filling.heights else ""
        yield f'<row r="{line}"{height}>{written}</row>'
    yield f"</sheetData>{sheet.after}"


def _cell(reference: str, mould: Mould, look: Look, content: Written) -> str:
    if isinstance(content, Number):
        return f'<c r="{reference}" s="{mould.styles[look]}"><v>{content.digits}</v></c>'
    if not content:
        return f'<c r="{reference}" s="{mould.styles[look]}"/>'
    if content.startswith(_FORMULA_SIGNS):
        look = quoted(look, mould)
    text = xml_text(content)
    return f'<c r="{reference}" s="{mould.styles[look]}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def quoted(look: Look, mould: Mould) -> Look:
    """Return the look with an apostrophe before the text, the same look where there is no such one."""
    found = Look(look.style, look.severity, is_quoted=True)
    return found if found in mould.styles else look


def _member(name: str) -> ZipInfo:
    info = ZipInfo(name)
    info.compress_type = ZIP_DEFLATED
    info._compresslevel = _LEVEL  # type: ignore[attr-defined]  # the archive's level is not used for a ZipInfo
    return info

"""The empty workbook of a shape, made by openpyxl: looks, locks, lists.

What is filled in never passes through it, since openpyxl writes every sheet to a temporary file in clear.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from zipfile import ZipFile

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from services.filing.forms.model import Edition
from services.filing.workbooks.looks import LOOKS, Look, look_at
from services.filing.workbooks.notes import AUTHOR
from services.filing.workbooks.offers import NONE, Offer, Offers, takes_several
from services.filing.workbooks.recognition import MARKS, marks
from services.filing.workbooks.shape import Area, Entry, Role, Shape
from services.filing.workbooks.spots import Spot

LISTS = "_lists"
LIST = "列表"
"""The only sheet of a plain list."""
SUMMARY = "错误汇总"
"""The sheet of a marked copy that names every fault."""
SUMMARY_WIDTHS = (8, 10, 14, 12, 14, 60, 40)

_SHORTEST_LIST = 2
_PROPERTIES = "docProps/core.xml"
_MOMENTS = re.compile(rb"<dcterms:(created|modified).*?</dcterms:\1>", re.DOTALL)
"""When the library made the empty workbook, which says nothing."""
_DIMENSION = re.compile("<dimension [^>]*/>")
"""Says how far a sheet goes, which nobody knows before its lines are written; readers that trust it would stop there."""


@dataclass(frozen=True)
class SheetMould:
    """A sheet without its lines: the XML around them, the parts of its comments, and the heights of lines."""

    path: str
    before: str
    after: str
    comments: str = ""
    drawing: str = ""


@dataclass(frozen=True)
class Mould:
    """An empty workbook: its parts as they are, the sheets that are filled, and the numbers of its cell styles."""

    parts: Mapping[str, bytes]
    sheets: Mapping[str, SheetMould]
    styles: Mapping[Look, int]


def mould_of(edition: Edition, shape: Shape, offers: Offers, *, is_marked: bool = False) -> Mould:
    """Make the empty workbook of a shape; one that is to be marked has a summary sheet in front."""
    book = Workbook()
    book.remove(book.active)
    if is_marked:
        _summary(book)
    for name, widths in shape.sheets.items():
        _sheet(book, name, widths, shape.frozen.get(name, 0))
    for label in shape.labels:
        if label.width > 1:
            sheet = book[label.spot.sheet]
            line, column = label.spot.line, label.spot.column
            sheet.merge_cells(start_row=line, end_row=line, start_column=column, end_column=column + label.width - 1)
    _lists(book, shape, offers)
    _recognition(book, edition, shape)
    styles = _styles(book)
    for area in shape.areas:
        _open_columns(book[area.sheet], area, styles)
    return _taken_apart(book, styles, [SUMMARY, *shape.sheets] if is_marked else list(shape.sheets))


def mould_of_list(widths: Iterable[int]) -> Mould:
    """Make the empty workbook of a plain list, its heads in the first line."""
    book = Workbook()
    book.active.title = LIST
    _dress(book.active, widths, 1)
    return _taken_apart(book, _styles(book), [LIST])


def _sheet(book: Workbook, name: str, widths: Iterable[int], frozen: int) -> None:
    sheet = book.create_sheet(name)
    _dress(sheet, widths, frozen)
    _placeholder(sheet)
    sheet.protection.sheet = True
    for free in ("formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows", "sort", "autoFilter"):
        setattr(sheet.protection, free, False)


def _dress(sheet: Worksheet, widths: Iterable[int], frozen: int) -> None:
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    if frozen:
        sheet.freeze_panes = f"A{frozen + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _placeholder(sheet: Worksheet) -> None:
    """Give the sheet the parts for comments; what they say is written with the lines."""
    sheet["A1"].comment = Comment("·", AUTHOR)


def _summary(book: Workbook) -> None:
    sheet = book.create_sheet(SUMMARY)
    _dress(sheet, SUMMARY_WIDTHS, 2)
    _placeholder(sheet)


def _lists(book: Workbook, shape: Shape, offers: Offers) -> None:
    """Write what cells offer on a hidden sheet, each list once, and have the cells point there."""
    hidden = book.create_sheet(LISTS)
    hidden.sheet_state = "veryHidden"
    numbers = count(1)
    names: dict[tuple[str, ...], str] = {}
    for entry, cells in _listed_cells(shape):
        offer = offers.of(entry.part)
        if (
            entry.role is not Role.VALUE
            or offer is None
            or takes_several(entry.part)
            or len(offer.shown) < _SHORTEST_LIST
        ):
            continue
        shown = tuple(offer.shown.values())
        if shown not in names:
            names[shown] = _named_list(book, hidden, shown, next(numbers))
        book[entry.spot.sheet].add_data_validation(_pick(names[shown], offer, cells))
    for area in shape.areas:
        if area.none is not None:
            book[area.sheet].add_data_validation(_only_none(area.none))


def _listed_cells(shape: Shape) -> Iterable[tuple[Entry, str]]:
    for entry in shape.fields:
        yield entry, entry.spot.cell
    for area in shape.areas:
        for column in area.columns:
            last = area.spot(column, area.first_line + area.most - 1)
            yield column, f"{column.spot.cell}:{last.cell}"


def _named_list(book: Workbook, hidden: Worksheet, shown: tuple[str, ...], number: int) -> str:
    for line, text in enumerate(shown, 1):
        _put(hidden, line, number, text)
    letter, name = get_column_letter(number), f"list_{number}"
    book.defined_names[name] = DefinedName(name, attr_text=f"{LISTS}!${letter}$1:${letter}${len(shown)}")
    return name


def _pick(name: str, offer: Offer, cells: str) -> DataValidation:
    return DataValidation(
        type="list",
        formula1=f"={name}",
        sqref=cells,
        allow_blank=True,
        showErrorMessage=offer.is_closed,
        errorTitle="不在列表中",
        error="请从下拉列表中选择一项。",
    )


def _only_none(spot: Spot) -> DataValidation:
    return DataValidation(type="list", formula1=f'"{NONE}"', sqref=spot.cell, allow_blank=True, showErrorMessage=True)


def _recognition(book: Workbook, edition: Edition, shape: Shape) -> None:
    hidden = book.create_sheet(MARKS)
    hidden.sheet_state = "veryHidden"
    for line, (key, value) in enumerate(marks(edition, shape.form, shape.arrangement).items(), 1):
        _put(hidden, line, 1, key)
        _put(hidden, line, 2, value)


def _put(sheet: Worksheet, line: int, column: int, text: str) -> None:
    cell = sheet.cell(line, column, text)
    cell.data_type = "s"  # also where the text begins like a formula


def _styles(book: Workbook) -> dict[Look, int]:
    """Register every look and return its number; the cell that carried it goes away again."""
    sheet = book.worksheets[0]
    numbers: dict[Look, int] = {}
    for look in LOOKS:
        cell = sheet.cell(1, 2)
        look_at(cell, look)
        numbers[look] = cell.style_id
        del sheet._cells[1, 2]
    return numbers


def _open_columns(sheet: Worksheet, area: Area, styles: Mapping[Look, int]) -> None:
    """Unlock the columns of an area as a whole, so that any line below the heads can be filled."""
    for entry in area.columns:
        dimension = sheet.column_dimensions[get_column_letter(entry.spot.column)]
        look_at(dimension, Look(entry.style))


def _taken_apart(book: Workbook, styles: Mapping[Look, int], names: Iterable[str]) -> Mould:
    saved = io.BytesIO()
    book.properties.creator = AUTHOR
    paths = {sheet.title: f"xl/worksheets/sheet{number}.xml" for number, sheet in enumerate(book.worksheets, 1)}
    book.save(saved)
    with ZipFile(saved) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[_PROPERTIES] = _MOMENTS.sub(b"", parts[_PROPERTIES])
    sheets = {}
    for number, name in enumerate(names, 1):
        text = parts.pop(paths[name]).decode()
        before, _, rest = _DIMENSION.sub("", text).partition("<sheetData")
        after = rest[2:] if rest.startswith("/>") else rest.partition("</sheetData>")[2]
        sheets[name] = SheetMould(paths[name], before, after, *_note_parts(parts, number))
    return Mould(parts, sheets, styles)


def _note_parts(parts: dict[str, bytes], number: int) -> tuple[str, ...]:
    """Take the parts with the placeholder's comment away and return their names; nothing where there are none."""
    names = (f"xl/comments/comment{number}.xml", f"xl/drawings/commentsDrawing{number}.vml")
    return names if None not in [parts.pop(name, None) for name in names] else ()

"""A workbook that was recognised: its package, its shape, and how each part is understood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from services.filing.forms.model import Edition
from services.filing.workbooks.cells import Content, Line, Number
from services.filing.workbooks.decoding import Decoder, decoder
from services.filing.workbooks.encoding import copied
from services.filing.workbooks.lines import Key, is_blank, key_of
from services.filing.workbooks.offers import NONE, Offers
from services.filing.workbooks.package import Package, open_package
from services.filing.workbooks.recognition import recognise
from services.filing.workbooks.shape import Area, Role, Shape
from services.filing.workbooks.spots import Spot
from services.filing.workbooks.wording import refused

Lines = Iterator[tuple[int, Line]]


@dataclass(frozen=True)
class Opened:
    """The template of a form that somebody filled in."""

    package: Package
    shape: Shape
    decoders: dict[Key, Decoder]

    def split(self, sheet: str) -> tuple[Mapping[int, Line], Lines]:
        """Return the printed lines of a sheet by number, and an iterator over the filled lines of its area.

        Raises Invalid: workbook_heads_changed, where what is printed does not stand there any more.
        """
        area = next((area for area in self.shape.areas if area.sheet == sheet), None)
        last = max(label.spot.line for label in self.shape.labels if label.spot.sheet == sheet)
        printed: dict[int, Line] = {}
        lines = self.package.lines(sheet)
        rest: Lines = iter(())
        for line, cells in lines:
            if line > last:
                rest = chain([(line, cells)], lines)
                break
            printed[line] = cells
        self._check_heads(sheet, printed)
        return printed, iter(()) if area is None else _filled(area, rest)

    def copied(self, content: Content) -> str | Number:
        """Return what stands in a copy for what stands in a cell."""
        return copied(content, is_from_1904=self.package.is_from_1904)

    def _check_heads(self, sheet: str, printed: Mapping[int, Line]) -> None:
        for (line, column), label in self.shape.checked(sheet).items():
            found = printed.get(line, {}).get(column)
            if not isinstance(found, str) or found.strip() != label.text.strip():
                raise refused("workbook_heads_changed", f"{sheet}!{Spot(sheet, line, column).cell} 为“{label.text}”")


def open_workbook(edition: Edition, shape: Shape, file: BinaryIO) -> Opened:
    """Open a workbook. Raises Invalid where it is broken, foreign, or of another form, edition or arrangement."""
    return opened_as(open_package(file), edition, shape)


def opened_as(package: Package, edition: Edition, shape: Shape) -> Opened:
    """Take a workbook for the template of a shape. Raises Invalid as `open_workbook`."""
    recognise(package, edition, shape.form, shape.arrangement)
    for sheet in shape.sheets:
        if sheet not in package.paths:
            raise refused("workbook_heads_changed", f"工作表“{sheet}”")
    entries = chain(shape.fields, *(area.columns for area in shape.areas))
    parts = {key_of(entry): entry.part for entry in entries if entry.role is Role.VALUE}
    offers = Offers()
    decoders = {key: decoder(part, offers.of(part), is_from_1904=package.is_from_1904) for key, part in parts.items()}
    return Opened(package, shape, decoders)


def content_at(printed: Mapping[int, Line], spot: Spot) -> Content | None:
    """Return what stands in a printed cell, None for nothing."""
    content = printed.get(spot.line, {}).get(spot.column)
    return None if content is None or is_blank(content) else content


def is_none(content: Content | None) -> bool:
    """Tell whether a cell says "无"."""
    return isinstance(content, str) and content.strip() == NONE


def _filled(area: Area, lines: Lines) -> Lines:
    """Yield the lines on which something stands in a column of the area."""
    columns = [entry.spot.column for entry in area.columns]
    for line, cells in lines:
        if any(not is_blank(cells[column]) for column in columns if column in cells):
            yield line, cells

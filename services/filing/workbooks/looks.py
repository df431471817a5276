"""How cells look: fonts, fills, locks, number formats, and the three colours of findings."""

from __future__ import annotations

from dataclasses import dataclass

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.dimensions import ColumnDimension

from services.filing.forms.model import Severity
from services.filing.workbooks.shape import Style

_FONT = "宋体"
_LINE = Side(style="thin", color="FFB0B7C3")
_GRID = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_FILLS = {Severity.ERROR: "FFFFC7CE", Severity.QUERY: "FFFFEB9C", Severity.NOTE: "FFDDEBF7"}
_HEAD_FILL = "FFE4EAF2"
_SHUT_FILL = "FFE3E3E3"
_ALIGNED = {Style.TITLE: "center", Style.HEAD: "center", Style.SHUT: "center", Style.NUMBER: "right"}
_BOLD = frozenset({Style.TITLE, Style.HEAD, Style.HEADING})
_FORMATS = {Style.TEXT: "@", Style.NUMBER: "General"}


WRAPPED = frozenset({Style.HEAD, Style.LABEL, Style.TEXT, Style.NUMBER, Style.SHUT})
"""Styles whose text goes on in the next line of the cell."""


@dataclass(frozen=True)
class Look:
    """A style, with the colour of a finding where there is one; `is_quoted` shows an apostrophe before the text.

    A quoted text that begins like a formula stays a text when somebody edits it.
    """

    style: Style
    severity: Severity | None = None
    is_quoted: bool = False


LOOKS: tuple[Look, ...] = tuple(
    Look(style, severity, is_quoted)
    for style in Style
    for severity in ((None, *Severity) if style in (Style.TEXT, Style.NUMBER, Style.SHUT) else (None,))
    for is_quoted in ((False, True) if style in (Style.TEXT, Style.NUMBER) else (False,))
)
"""Every look that a workbook has."""


def look_at(cell: Cell | ColumnDimension, look: Look) -> None:
    """Make a cell, or a whole column, look so."""
    style = look.style
    is_open = style in (Style.TEXT, Style.NUMBER)
    cell.font = Font(name=_FONT, size=16 if style is Style.TITLE else 11, bold=style in _BOLD)
    cell.protection = Protection(locked=not is_open)
    cell.number_format = _FORMATS.get(style, "General")
    cell.alignment = Alignment(
        horizontal=_ALIGNED.get(style, "left"),
        vertical="center",
        wrap_text=style in WRAPPED,
    )
    if style not in (Style.TITLE, Style.PLAIN, Style.FACT):
        cell.border = _GRID
    fill = _FILLS[look.severity] if look.severity else {Style.HEAD: _HEAD_FILL, Style.SHUT: _SHUT_FILL}.get(style)
    if fill:
        cell.fill = PatternFill("solid", fgColor=fill)
    cell.quotePrefix = look.is_quoted

"""Comments at cells: the part with their texts, and the drawing that spreadsheet programs want beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.filing.workbooks.escaping import xml_text
from services.filing.workbooks.spots import Spot

AUTHOR = "统报"

_COMMENTS = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><comments xmlns="{}"><authors><author>{}</author></authors><commentList>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DRAWING = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel">'
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    '<v:shape id="_x0000_s{id}" type="#_x0000_t202" fillcolor="#ffffe1" o:insetmode="auto" '
    'style="position:absolute;width:{width}pt;height:{height}pt;z-index:1;visibility:hidden">'
    '<v:fill color2="#ffffe1"/><v:textbox style="mso-fit-shape-to-text:t"/>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:AutoFill>False</x:AutoFill>'
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_FIRST_ID = 1025
_WIDTH = 240
_LINE_HEIGHT = 16
_IN_A_LINE = 20


def comment_part(notes: Sequence[tuple[Spot, str]]) -> Iterator[str]:
    """Yield the part with the texts."""
    yield _COMMENTS.format(_MAIN, AUTHOR)
    for spot, text in notes:
        kept = xml_text(text)
        yield f'<comment ref="{spot.cell}" authorId="0"><text><t xml:space="preserve">{kept}</t></text></comment>'
    yield "</commentList></comments>"


def drawing_part(notes: Sequence[tuple[Spot, str]]) -> Iterator[str]:
    """Yield the drawing with a box for each text."""
    yield _DRAWING
    for number, (spot, text) in enumerate(notes, _FIRST_ID):
        height = _LINE_HEIGHT * sum(1 + len(line) // _IN_A_LINE for line in text.split("\n"))
        yield _SHAPE.format(id=number, width=_WIDTH, height=height, row=spot.line - 1, column=spot.column - 1)
    yield "</xml>"

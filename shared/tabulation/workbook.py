"""A set of tables as a workbook, a sheet for each: written as a stream, the same bytes for the same set.

Office Open XML as far as a list of names and numbers needs it; a library writes the moment of writing into the file.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from shared.tabulation.members import member
from shared.tabulation.tables import Sheets, Table

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME = 31
SUPPRESSED = "*"
"""What stands in the place of a number that is not to be seen."""

_HEAD, _TEXT, _WHOLE, _DECIMAL = 1, 0, 2, 3
_STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="2"><font><sz val="11"/><name val="等线"/></font>'
    '<font><b/><sz val="11"/><name val="等线"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="4"><xf xfId="0"/><xf xfId="0" fontId="1" applyFont="1"/>'
    '<xf xfId="0" numFmtId="3" applyNumberFormat="1"/><xf xfId="0" numFmtId="4" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)

Shown = str | Decimal


def workbook_of(made: Sheets) -> bytes:
    """Return the workbook of some tables."""
    file = io.BytesIO()
    sheets = [(number, _name(number, table), table) for number, table in enumerate(made.tables, 1)]
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for path, text in frame([(number, name) for number, name, _ in sheets]):
            archive.writestr(member(path), DECLARATION + text)
        for number, _, table in sheets:
            with archive.open(member(f"xl/worksheets/sheet{number}.xml"), "w") as part:
                for piece in _sheet(made, table):
                    part.write(piece.encode())
    return file.getvalue()


def frame(sheets: Sequence[tuple[int, str]]) -> Iterator[tuple[str, str]]:
    """Yield the parts that hold sheets together, each sheet a number and a name."""
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_TYPES}.worksheet+xml"/>'
        for number, _ in sheets
    )
    yield (
        "[Content_Types].xml",
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>{kinds}</Types>',
    )
    yield "_rels/.rels", _linked([("r1", "officeDocument", "xl/workbook.xml")])
    targets = [(f"r{number}", "worksheet", f"worksheets/sheet{number}.xml") for number, _ in sheets]
    yield "xl/_rels/workbook.xml.rels", _linked([*targets, ("styles", "styles", "styles.xml")])
    listed = "".join(f'<sheet name="{escape(name)}" sheetId="{number}" r:id="r{number}"/>' for number, name in sheets)
    yield "xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{_LINKS}"><sheets>{listed}</sheets></workbook>'
    yield "xl/styles.xml", _STYLES


def _linked(links: Sequence[tuple[str, str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="{id}" Type="{_LINKS}/{kind}" Target="{target}"/>' for id, kind, target in links
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _sheet(made: Sheets, table: Table) -> Iterator[str]:
    columns = 2 * len(table.dimensions) + len(table.measures)
    yield f'{DECLARATION}<worksheet xmlns="{MAIN}"><cols><col min="1" max="{columns}" width="20" customWidth="1"/></cols><sheetData>'
    for line, cells in enumerate(_lines(made, table), 1):
        yield f'<row r="{line}">{"".join(cell(each, line) for each in cells)}</row>'
    yield "</sheetData></worksheet>"


def _lines(made: Sheets, table: Table) -> Iterator[Sequence[Shown]]:
    yield (f"{table.title}（{made.period}，{made.nature}；{SUPPRESSED}：依统计保密规定隐去）",)
    names = [text for each in table.dimensions for text in (f"{each.title}代码", each.title)]
    yield (*names, *(f"{each.title}（{each.unit}）" for each in table.measures))
    titles = [{item.code: item.title for item in each.items} for each in table.dimensions]
    for at, cells in table.rows():
        named = [text for of, code in zip(titles, at, strict=True) for text in (code, of[code])]
        found = [cells.get(measure.code) for measure in table.measures]
        yield (*named, *("" if cell is None else SUPPRESSED if cell.value is None else cell.value for cell in found))


def cell(content: Shown, line: int) -> str:
    """Return a cell: a number, or a text that no program takes for a formula; the first two lines are heads."""
    if isinstance(content, Decimal):
        style = _DECIMAL if content.as_tuple().exponent else _WHOLE
        return f'<c s="{style}"><v>{content:f}</v></c>'
    style = _HEAD if line <= 2 else _TEXT
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(content)}</t></is></c>'


def _name(number: int, table: Table) -> str:
    """Return a name that a sheet may have; the number in front keeps two apart."""
    return f"{number} {_NOT_IN_NAMES.sub('', table.title)}"[:_LONGEST_NAME]

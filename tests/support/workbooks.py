"""What the tests of workbooks share: the forms, workbooks as another program saves them, and a long list."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from services.filing.forms.answers import Answers, Cells, Given
from services.filing.forms.catalogue import load_catalogue
from services.filing.forms.known_lists import KnownLists
from services.filing.forms.model import Edition, Form
from services.filing.workbooks.drawing import shape_of
from services.filing.workbooks.faults import CellFault
from services.filing.workbooks.shape import MAIN, Role
from services.filing.workbooks.template import template
from tests.support.files import make_zip, zip_parts

Change = Callable[[Worksheet], None]


@cache
def edition_2022() -> Edition:
    """Return the edition whose nine forms are tested."""
    return load_catalogue(KnownLists()).editions[0]


def form_of(key: str) -> Form:
    """Return one of its forms."""
    form = edition_2022().form(key)
    assert form is not None
    return form


def saved_elsewhere(workbook: bytes, *changes: Change, sheet: str = MAIN) -> bytes:
    """Return the workbook as openpyxl saves it, shared texts and all, after changes on a sheet."""
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    for change in changes:
        change(book[sheet])
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def put(cell: str, value: Any, **looks: Any) -> Change:
    """Return the change that puts something into a cell; `data_type` and `number_format` are how it is stored."""

    def change(sheet: Worksheet) -> None:
        sheet[cell].value = value
        for name, look in looks.items():
            setattr(sheet[cell], name, look)

    return change


def cell_of(form: Form, code: str, part: str = "", role: Role = Role.VALUE) -> str:
    """Return the cell of a field of a form: D5."""
    entries = shape_of(edition_2022(), form).fields
    found = (each for each in entries if (each.indicator.code, each.part.key, each.role) == (code, part, role))
    return next(found).spot.cell


def filled_with(form: Form, cells: Mapping[str, Any], sheet: str = MAIN) -> io.BytesIO:
    """Return the empty template with some cells filled in by another program."""
    changes = [put(cell, value) for cell, value in cells.items()]
    return io.BytesIO(saved_elsewhere(template(edition_2022(), form), *changes, sheet=sheet))


def told(faults: tuple[CellFault, ...]) -> list[str]:
    """Return faults as short lines: cell, pointer, code."""
    return [f"{fault.sheet}!{fault.cell} {fault.pointer} {fault.code}" for fault in faults]


def training(number: int) -> Cells:
    """Return a row of 城市1表, unlike every other; each 25th costs so much that it must be explained."""
    return {
        "firm": Given(f"某某软件技术有限公司{number % 3000}"),
        "institution": Given(f"第{number % 200}培训学校"),
        "content": Given(f"工程师实训课程第{number}期"),
        "category": Given(str(number % 7 + 1)),
        "venue": Given(f"浙江省杭州市西湖区文三路{number % 500}号"),
        "hours": Given(Decimal(f"{number % 400}.5")),
        "fee": Given(Decimal(5000) if number % 25 == 0 else Decimal(f"{number % 90}.1234")),
    }


def trainings(count: int) -> Answers:
    """Return a 城市1表 of that many rows."""
    return Answers(rows={"rows": tuple(map(training, range(count)))})


def chunks(blocks: Iterator[bytes]) -> io.BytesIO:
    """Return a stream of what came in blocks."""
    return io.BytesIO(b"".join(blocks))


def with_cell(workbook: bytes, cell: str, xml: str, sheet: str = "xl/worksheets/sheet1.xml") -> bytes:
    """Return a workbook of ours with the inside of one cell replaced, for what no library writes."""
    parts = zip_parts(workbook)
    text, count = re.subn(rf'<c r="{cell}" s="(\d+)"[^>]*?(/>|>.*?</c>)', xml, parts[sheet].decode(), count=1)
    assert count == 1
    return make_zip(parts | {sheet: text.encode()})


def with_shared_texts(workbook: bytes) -> bytes:
    """Return a workbook of ours with the texts of its first sheet kept apart, as spreadsheet programs save them."""
    parts = zip_parts(workbook)
    numbers: dict[str, int] = {}

    def shared(found: re.Match[str]) -> str:
        return f't="s"><v>{numbers.setdefault(found[1], len(numbers))}</v></c>'

    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = _INLINE.sub(shared, parts[sheet].decode()).encode()
    items = "".join(f'<si><t xml:space="preserve">{text}</t></si>' for text in numbers)
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{_OFFICE}/spreadsheetml/2006/main">{items}</sst>'.encode()
    for part, addition in _LINKS_TO_TEXTS.items():
        head, end, tail = parts[part].decode().rpartition("</")
        parts[part] = f"{head}{addition}{end}{tail}".encode()
    return make_zip(parts)


_OFFICE = "http://schemas.openxmlformats.org"
_INLINE = re.compile(r't="inlineStr"><is><t xml:space="preserve">(.*?)</t></is></c>', re.DOTALL)
_LINKS_TO_TEXTS = {
    "[Content_Types].xml": '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.sharedStrings+xml"/>',
    "xl/_rels/workbook.xml.rels": '<Relationship Id="rIdTexts" Target="sharedStrings.xml" '
    f'Type="{_OFFICE}/officeDocument/2006/relationships/sharedStrings"/>',
}

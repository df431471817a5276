"""The marked copy: faults at their cells, named on a sheet of their own, and ready to be mended and sent again."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import orjson
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from services.filing.forms.model import Severity
from services.filing.workbooks import marking
from services.filing.workbooks.faults import CellFault, dump_faults, load_faults
from services.filing.workbooks.marking import mark
from services.filing.workbooks.reading import read_workbook
from services.filing.workbooks.rows import check_rows, filings, rows
from services.filing.workbooks.template import list_template, template
from shared.documents.inspect import inspect
from shared.documents.kinds import Kind
from tests.support.filing import a_context
from tests.support.workbooks import (
    cell_of,
    chunks,
    edition_2022,
    filled_with,
    form_of,
    put,
    saved_elsewhere,
    told,
    trainings,
)

RED, YELLOW = "FFFFC7CE", "FFFFEB9C"


def _marked(key: str, file: io.BytesIO, faults: tuple[CellFault, ...]) -> io.BytesIO:
    return chunks(mark(edition_2022(), form_of(key), file, faults))


def _sheet(stream: io.BytesIO, name: str = "填报") -> Worksheet:
    return openpyxl.load_workbook(stream)[name]


def test_a_fault_is_coloured_and_said_at_its_cell_and_in_the_summary() -> None:
    form = form_of("enterprise-1")
    cell, good = cell_of(form, "117", "cny"), cell_of(form, "102")
    file = filled_with(form, {cell: "很多", good: "某公司"})
    reading = read_workbook(edition_2022(), form, file)

    copy = _marked("enterprise-1", file, reading.faults)

    sheet, summary = _sheet(copy), _sheet(copy, "错误汇总")
    assert (sheet[cell].value, sheet[cell].fill.fgColor.rgb) == ("很多", RED)
    assert sheet[cell].comment.text == "错误：应为以数字填写的数值。（应为：数字，如 1234.56）"
    assert (sheet[good].value, sheet[good].fill.fill_type, sheet[good].comment) == ("某公司", None, None)
    assert [each.value for each in summary[3]][1:] == [
        "错误",
        "填报",
        cell,
        "117",
        "应为以数字填写的数值。",
        "数字，如 1234.56",
    ]
    assert str(summary["A1"].value).startswith("共 1 处")


def test_the_gravest_fault_gives_the_colour_and_all_are_said() -> None:
    form = form_of("enterprise-5")
    file = filled_with(form, {"A6": "GLP", "B6": "2030-01-01"}, "502")
    query = CellFault("/502/0/date", "502", "502", "B6", "q", "请说明。", severity=Severity.QUERY)
    error = CellFault("/502/0/date", "502", "502", "B6", "e", "不对。")

    both = _sheet(_marked("enterprise-5", file, (query, error)), "502")
    one = _sheet(_marked("enterprise-5", file, (query,)), "502")

    assert (both["B6"].fill.fgColor.rgb, one["B6"].fill.fgColor.rgb) == (RED, YELLOW)
    assert both["B6"].comment.text == "需说明：请说明。\n错误：不对。"


def test_a_marked_copy_is_mended_and_read_again() -> None:
    form = form_of("enterprise-5")
    file = filled_with(form, {"A6": "GLP", "B6": "2023-13-01", "C6": 1.5, "A8": "=X", "B8": "2023-02-01"}, "502")
    copy = _marked("enterprise-5", file, read_workbook(edition_2022(), form, file).faults)

    mended = saved_elsewhere(copy.getvalue(), put("B6", "2023-12-01"), put("A8", "某认证"), sheet="502")

    reading = read_workbook(edition_2022(), form, io.BytesIO(mended))
    assert reading.faults == ()
    assert reading.lines["502"] == (6, 8)
    assert [len(cells) for cells in reading.answers.rows["502"]] == [3, 2]


ODD: dict[str, tuple[Any, dict[str, str], Any]] = {
    "an error value": ("#REF!", {"data_type": "e"}, "#REF!"),
    "a truth value": (True, {}, "TRUE"),
    "a number": (12.5, {}, 12.5),
    "a formula without result": ("=A1", {}, None),
    "a text like a formula": ("=HYPERLINK(1)", {"data_type": "s"}, "=HYPERLINK(1)"),
}


@pytest.mark.parametrize("what", ODD)
def test_the_copy_shows_what_stood_in_the_cell_and_never_as_a_formula(what: str) -> None:
    value, looks, shown = ODD[what]
    form = form_of("enterprise-1")
    cell = cell_of(form, "102")
    file = io.BytesIO(saved_elsewhere(template(edition_2022(), form), put(cell, value, **looks)))
    reading = read_workbook(edition_2022(), form, file)

    found = _sheet(_marked("enterprise-1", file, reading.faults))[cell]

    assert found.value == shown
    assert found.data_type in ("s", "n")


def test_nothing_else_of_the_file_goes_into_the_copy() -> None:
    form = form_of("enterprise-1")

    def foreign(sheet: Worksheet) -> None:
        sheet["Z99"] = "别处"
        sheet["A1"].hyperlink = "https://elsewhere.example/"
        sheet.parent.create_sheet("别的")["A1"] = "别处"

    file = io.BytesIO(saved_elsewhere(template(edition_2022(), form), foreign))
    copy = openpyxl.load_workbook(_marked("enterprise-1", file, ()))

    assert copy.sheetnames == ["错误汇总", "填报", "119", "_lists", "_tongbao"]
    assert (copy["填报"]["Z99"].value, copy["填报"]["A1"].hyperlink) == (None, None)


def test_rows_of_a_long_list_keep_their_lines_and_are_marked_there() -> None:
    edition, form = edition_2022(), form_of("city-1")
    file = io.BytesIO(saved_elsewhere(template(edition, form, trainings(1500)), put("D1100", "8"), put("A700", None)))
    faults = [
        fault
        for batch in rows(edition, form, file)
        for fault in (*batch.faults, *check_rows(edition, form, batch, a_context()))
    ]

    copy = _marked("city-1", file, tuple(faults))

    sheet, summary = _sheet(copy), _sheet(copy, "错误汇总")
    red = [cell.coordinate for line in sheet.iter_rows() for cell in line if cell.fill.fgColor.rgb == RED]
    yellow = [cell for line in sheet.iter_rows() for cell in line if cell.fill.fgColor.rgb == YELLOW]
    assert sorted(red) == ["A700", "D1100"]
    assert len(yellow) == 1500 // 25
    assert len(list(summary.iter_rows(min_row=3))) == len(faults) == 62
    assert [row.number for batch in rows(edition, form, copy) for row in batch.rows] == list(range(1500))
    assert inspect(copy, "表.xlsx", frozenset({Kind.XLSX})).kind is Kind.XLSX


def test_a_list_of_filings_is_marked_as_a_list() -> None:
    edition, form = edition_2022(), form_of("enterprise-3")
    file = io.BytesIO(saved_elsewhere(list_template(edition, form), put("A12", "某公司"), put("H12", "2023-13-01")))
    [batch] = filings(edition, form, file)

    copy = _marked("enterprise-3", file, batch.faults)

    assert told(batch.faults)
    assert [_sheet(copy)[fault.cell].fill.fgColor.rgb for fault in batch.faults] == [RED]
    [again] = filings(edition, form, copy)
    assert again.rows == batch.rows


def test_beyond_a_number_of_comments_faults_are_coloured_and_listed_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marking, "MOST_COMMENTS", 2)
    form = form_of("enterprise-1")
    cells = [cell_of(form, "117", "cny"), cell_of(form, "117", "usd"), cell_of(form, "118", "cny")]
    file = filled_with(form, dict.fromkeys(cells, "很多"))

    copy = _marked("enterprise-1", file, read_workbook(edition_2022(), form, file).faults)

    sheet = _sheet(copy)
    assert [sheet[cell].fill.fgColor.rgb for cell in cells] == [RED] * 3
    assert [sheet[cell].comment is not None for cell in cells] == [True, True, False]
    assert "前 2 处" in str(_sheet(copy, "错误汇总")["A1"].value)


def test_faults_are_kept_as_json_and_come_back_the_same() -> None:
    form = form_of("enterprise-1")
    file = filled_with(form, {cell_of(form, "117", "cny"): "很多", cell_of(form, "108"): 999})
    faults = read_workbook(edition_2022(), form, file).faults

    body = orjson.loads(orjson.dumps(dump_faults(faults)))

    assert load_faults(body) == faults
    assert body[1] == {
        "pointer": "/117/cny",
        "indicator": "117",
        "sheet": "填报",
        "cell": faults[1].cell,
        "code": "not_amount",
        "message": "应为以数字填写的数值。",
        "expected": "数字，如 1234.56",
        "severity": "error",
        "row": None,
    }

"""Long lists: rows in batches with their numbers, taken up again at a row, and filings with one line each."""

from __future__ import annotations

import io
from typing import Any

import pytest

from services.filing.forms.checks import check
from services.filing.forms.context import FirmFacts
from services.filing.forms.model import Severity
from services.filing.workbooks.rows import (
    ROWS_IN_BATCH,
    Batch,
    FilingRow,
    check_rows,
    count_rows,
    filing_faults,
    filings,
    look_at_list,
    rows,
)
from services.filing.workbooks.template import list_template, template
from tests.support.filing import a_context, answers_of
from tests.support.filing_samples import CITY
from tests.support.workbooks import (
    edition_2022,
    filled_with,
    form_of,
    put,
    saved_elsewhere,
    told,
    training,
    trainings,
    with_shared_texts,
)

FIRST_LINE = 12
"""The line of the first row of 城市1表."""


def _batches(workbook: bytes | io.BytesIO, start: int = 0, key: str = "city-1") -> list[Batch]:
    stream = io.BytesIO(workbook) if isinstance(workbook, bytes) else workbook
    return list(rows(edition_2022(), form_of(key), stream, start))


def _trainings(count: int) -> bytes:
    return template(edition_2022(), form_of("city-1"), trainings(count))


def test_rows_come_in_batches_with_their_numbers_and_lines() -> None:
    workbook = _trainings(2 * ROWS_IN_BATCH + 1)

    batches = _batches(workbook)

    assert [(batch.first, batch.next) for batch in batches] == [(0, 1000), (1000, 2000), (2000, 2001)]
    found = [row for batch in batches for row in batch.rows]
    assert [row.number for row in found] == list(range(2001))
    assert [row.line for row in found] == list(range(FIRST_LINE, FIRST_LINE + 2001))
    assert [row.cells for row in found] == [training(number) for number in range(2001)]


@pytest.mark.parametrize("start", [0, 1, 999, 1000, 1500, 2000, 2001, 5000])
def test_a_list_is_taken_up_again_at_any_row(start: int) -> None:
    workbook = _trainings(2001)

    again = [row for batch in _batches(workbook, start) for row in batch.rows]

    assert [row.number for row in again] == list(range(start, 2001))
    assert [row.cells for row in again[:3]] == [training(number) for number in range(start, min(start + 3, 2001))]
    assert [row.line for row in again[:1]] == [FIRST_LINE + start][: len(again)]


def test_a_list_that_another_program_saved_reads_the_same() -> None:
    workbook = _trainings(30)

    ours, theirs, shared = (
        _batches(each) for each in (workbook, saved_elsewhere(workbook), with_shared_texts(workbook))
    )

    assert ours[0].rows == theirs[0].rows == shared[0].rows


def test_blank_lines_are_passed_over_and_the_others_keep_theirs() -> None:
    form = form_of("city-1")
    cells = {"A12": "甲公司", "A14": "  ", "B14": "", "A16": "乙公司", "K17": "旁注"}

    batches = _batches(filled_with(form, cells))

    assert [(row.number, row.line) for batch in batches for row in batch.rows] == [(0, 12), (1, 16)]
    assert count_rows(edition_2022(), form, filled_with(form, cells)) == 2


def test_faults_name_row_and_cell_and_the_batch_goes_on() -> None:
    workbook = saved_elsewhere(
        _trainings(1500), put("D1100", "8"), put("F1101", 10.123), put("G1101", "#N/A", data_type="e"), put("A1102", 5)
    )

    batches = _batches(workbook)

    assert told(batches[1].faults) == [
        "填报!D1100 /rows/1088/category not_a_choice",
        "填报!G1101 /rows/1089/fee cell_error",
        "填报!F1101 /rows/1089/hours too_many_places",
        "填报!A1102 /rows/1090/firm number_in_text",
    ]
    assert [fault.row for fault in batches[1].faults] == [1088, 1089, 1089, 1090]
    assert batches[0].faults == ()
    assert set(batches[1].rows[89].cells) == {"firm", "institution", "content", "category", "venue"}


def test_findings_of_rows_stand_at_their_cells() -> None:
    edition, form = edition_2022(), form_of("city-1")
    workbook = saved_elsewhere(_trainings(1500), put("A1100", None), put("B1101", 5))
    context = a_context({"city": CITY}, firms={"某某软件技术有限公司1001": FirmFacts(city="310000")})

    batch = _batches(workbook)[1]
    found = check_rows(edition, form, batch, context)

    assert told(found)[:2] == ["填报!G1012 /rows/1000/fee c1-fee-unit", "填报!A1013 /rows/1001/firm c1-firm-outside"]
    assert "填报!A1100 /rows/1088/firm required" in told(found)
    assert [fault for fault in found if fault.cell == "B1101"] == []
    assert {fault.severity for fault in found} == {Severity.QUERY, Severity.ERROR}


def test_a_list_says_that_it_has_no_rows_or_says_nothing() -> None:
    form = form_of("city-1")

    silent = look_at_list(edition_2022(), form, filled_with(form, {}))
    none = look_at_list(edition_2022(), form, filled_with(form, {"C8": "无"}))
    both = look_at_list(edition_2022(), form, filled_with(form, {"C8": "无", "A12": "某公司"}))

    assert (silent.count, silent.says_none) == (0, False)
    assert (none.count, none.says_none, none.faults) == (0, True, ())
    assert told(both.faults) == ["填报!C8 /rows none_with_rows"]


CONTRACT: dict[str, Any] = {
    "201": {"name": "某公司"},
    "202": {"number": "HT-001"},
    "203": {"content": "软件开发"},
    "204": "2023-06-01",
    "205": "无",
    "206": {"amount": "100", "currency": "CNY", "usd": "14"},
    "207": {"where": "1", "city": "330100"},
    "208": {"nature": "1"},
    "209": "I11",
    "210": {"chinese_name": "某客户"},
    "211": {"where": "1", "city": "310000"},
    "212": "I",
}


def _filings(key: str, lines: list[dict[str, Any]]) -> list[FilingRow]:
    """Return the filings of a list in which another program filled the columns of the given names."""
    workbook = list_template(edition_2022(), form_of(key))

    def fill(sheet: Any) -> None:
        names = {str(cell.value): cell.column for row in sheet.iter_rows() for cell in row if cell.value}
        first = max(cell.row for row in sheet.iter_rows() for cell in row if cell.value == "万美元") + 1
        for line, cells in enumerate(lines, first):
            for name, value in cells.items():
                sheet.cell(line, names[name], value)

    stream = io.BytesIO(saved_elsewhere(workbook, fill))
    return [row for batch in filings(edition_2022(), form_of(key), stream) for row in batch.rows]


def test_each_line_of_a_list_of_contracts_is_a_filing() -> None:
    line = {
        "接包企业名称：单位详细名称": "某公司",
        "合同号": "HT-001",
        "合同内容": "软件开发",
        "签字日期": "2023-06-01",
        "合同期限": "无",
        "合同金额：原币": 100,
        "合同金额：原币的币种": "CNY 人民币",
        "合同金额：折": "14",
        "合同服务交付地": "1 境内",
        "合同服务交付地：城市名称": "330100 杭州市",
        "合同性质": "1 在岸合同",
        "合同业务类型": "I11 软件研发服务",
        "发包企业名称：中文名称": "某客户",
        "发包企业注册地（地区）：注册地（地区）": "1 境内",
        "发包企业注册地（地区）：城市名称": "310000 上海市",
        "发包企业行业类别": "I",
    }

    found = _filings("enterprise-2", [line, {**line, "合同号": "HT-002"}])

    assert [row.faults for row in found] == [(), ()]
    assert found[0].answers == answers_of(form_of("enterprise-2"), CONTRACT)
    assert [row.answers.value("202", "number") for row in found] == ["HT-001", "HT-002"]


def test_what_is_wrong_with_a_filing_of_a_list_is_said_at_its_line() -> None:
    edition, form = edition_2022(), form_of("enterprise-3")

    [row] = _filings("enterprise-3", [{"银行名称": "某银行", "银行名称：不适用的理由": "没有", "当期执行金额": "多"}])
    findings = check(edition, form, row.answers, a_context(month=6))
    found = filing_faults(edition, form, row, findings)

    assert [(fault.pointer, fault.code, fault.line, fault.row) for fault in row.faults] == [
        ("/306", "value_and_reason", row.line, 0),
        ("/308", "not_amount", row.line, 0),
    ]
    assert ("/303", "required") in [(fault.pointer, fault.code) for fault in found]
    assert ("/308", "required") not in [(fault.pointer, fault.code) for fault in found]
    assert {(fault.line, fault.row) for fault in found} == {(row.line, 0)}


@pytest.mark.parametrize("key", ["enterprise-1", "platform-1"])
def test_a_form_that_is_no_list_has_no_list_template(key: str) -> None:
    with pytest.raises(LookupError):
        list_template(edition_2022(), form_of(key))
    with pytest.raises(LookupError):
        _batches(b"", key=key)

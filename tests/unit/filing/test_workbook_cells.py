"""What can stand in a cell: what is understood, what is refused, and where that is said."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import pytest

from services.filing.forms.answers import Place
from services.filing.forms.reading import json_value
from services.filing.workbooks.reading import WorkbookReading, faults_of, read_workbook
from services.filing.workbooks.shape import Role
from services.filing.workbooks.template import template
from tests.support.filing import a_context, answers_of, findings_of
from tests.support.workbooks import (
    Change,
    cell_of,
    edition_2022,
    filled_with,
    form_of,
    put,
    saved_elsewhere,
    told,
    with_cell,
)

BROKEN = [
    ("101", "uscc", 9.1110000600037341e16, {}, "code_as_number"),
    ("106", "division_code", 330106001002, {}, "code_as_number"),
    ("120", "area_code", 571, {}, "code_as_number"),
    ("102", "", 12, {}, "number_in_text"),
    ("102", "", True, {}, "flag_in_cell"),
    ("102", "", "#REF!", {"data_type": "e"}, "cell_error"),
    ("102", "", "=A1", {}, "formula_without_value"),
    ("102", "", "a\u202eb", {}, "forbidden_character"),
    ("104", "", 36526, {}, "number_in_text"),
    ("108", "", 999, {}, "number_in_text"),
    ("108", "", "173 公司", {}, "not_a_choice"),
    ("107", "industry_code", "9999", {}, "code_unknown"),
    ("115", "domestic", "330100\n330100", {}, "repeated"),
    ("117", "cny", 1.23456, {}, "too_many_places"),
    ("117", "cny", "一千", {}, "not_amount"),
    ("117", "cny", -1, {}, "out_of_range"),
]
"""What somebody typed into a cell of 企业1表, how the program kept it, and what is said."""


def _read(form: str, workbook: bytes) -> WorkbookReading:
    return read_workbook(edition_2022(), form_of(form), io.BytesIO(workbook))


def _with(form: str, *changes: Change) -> WorkbookReading:
    return _read(form, saved_elsewhere(template(edition_2022(), form_of(form)), *changes))


@pytest.mark.parametrize(("code", "part", "value", "looks", "fault"), BROKEN)
def test_what_is_no_answer_is_refused_at_its_cell(
    code: str, part: str, value: Any, looks: dict[str, Any], fault: str
) -> None:
    cell = cell_of(form_of("enterprise-1"), code, part)

    reading = _with("enterprise-1", put(cell, value, **looks))

    assert told(reading.faults) == [f"填报!{cell} {Place(code, part).pointer} {fault}"]
    assert [(each.indicator, each.line, each.row) for each in reading.faults] == [(code, int(cell[1:]), None)]
    assert str(value) not in reading.faults[0].message


UNDERSTOOD = [
    ("104", "", date(1999, 12, 31), "yyyy-mm", "1999-12"),
    ("104", "", date(1999, 12, 1), 'yyyy"年"m"月"', "1999-12"),
    ("108", "", 173, "General", "173"),
    ("108", "", "173 私营有限责任公司", "@", "173"),
    ("108", "", "私营有限责任公司", "@", "173"),
    ("109", "", "1.是", "@", "1"),
    ("109", "", " 否 ", "@", "2"),
    ("107", "industry_code", "6510", "@", "6510"),
    ("115", "domestic", "330100 杭州市；310000", "@", ["330100", "310000"]),
    ("115", "abroad", "无", "@", []),
    ("114", "parks", "软件园\n高新区", "@", ["high_tech", "software"]),
    ("117", "cny", 0, "General", "0"),
    ("117", "cny", 1234.5, "0.00", "1234.5"),
    ("117", "cny", "1234.50", "@", "1234.5"),
]
"""Ways of writing that mean one thing only."""


@pytest.mark.parametrize(("code", "part", "value", "number_format", "meant"), UNDERSTOOD)
def test_what_means_one_thing_only_is_understood(
    code: str, part: str, value: Any, number_format: str, meant: Any
) -> None:
    cell = cell_of(form_of("enterprise-1"), code, part)

    reading = _with("enterprise-1", put(cell, value, number_format=number_format))

    assert reading.faults == ()
    found = reading.answers.value(code, part)
    assert found is not None
    assert json_value(found) == meant


@pytest.mark.parametrize(
    ("digits", "meant"),
    [
        ("0.30000000000000004", "0.3"),
        ("1E-3", "0.001"),
        ("123456789012.34999", "123456789012.35"),
        ("1.5E+3", "1500"),
        ("12345678901234.568", None),
        ("1E+400", None),
        ("NaN", None),
    ],
)
def test_a_number_is_what_the_program_shows_or_refused(digits: str, meant: str | None) -> None:
    form = form_of("enterprise-1")
    cell = cell_of(form, "117", "cny")

    reading = _read(
        "enterprise-1", with_cell(template(edition_2022(), form), cell, f'<c r="{cell}"><v>{digits}</v></c>')
    )

    found = reading.answers.value("117", "cny")
    assert (None if found is None else str(json_value(found))) == meant
    assert len(reading.faults) == (meant is None)


def test_a_formula_counts_by_the_result_that_the_program_kept() -> None:
    form = form_of("enterprise-1")
    cell = cell_of(form, "117", "cny")
    formula = f'<c r="{cell}"><f>1+1</f><v>2</v></c>'

    reading = _read("enterprise-1", with_cell(template(edition_2022(), form), cell, formula))

    assert reading.faults == ()
    assert reading.answers == answers_of(form, {"117": {"cny": "2"}})


def test_a_date_is_read_by_its_look_and_only_without_a_time() -> None:
    form = form_of("enterprise-2")
    cell = cell_of(form, "204")

    of_day = _with("enterprise-2", put(cell, date(2023, 6, 1), number_format="yyyy/m/d"))
    with_time = _with("enterprise-2", put(cell, datetime(2023, 6, 1, 12, 0), number_format="yyyy/m/d"))  # noqa: DTZ001

    assert of_day.answers.value("204") == date(2023, 6, 1)
    assert told(with_time.faults) == [f"填报!{cell} /204 date_with_time"]


def test_a_book_that_counts_from_1904_means_the_same_day() -> None:
    form = form_of("enterprise-2")
    cell = cell_of(form, "204")

    def from_1904(sheet: Any) -> None:
        sheet.parent.epoch = datetime(1904, 1, 1)  # noqa: DTZ001  # as the library wants it

    reading = _with("enterprise-2", from_1904, put(cell, date(2023, 6, 1), number_format="yyyy/m/d"))

    assert reading.answers.value("204") == date(2023, 6, 1)


def test_not_applicable_needs_its_reason_and_no_value() -> None:
    form = form_of("enterprise-3")
    value, reason = cell_of(form, "306"), cell_of(form, "306", role=Role.REASON)

    alone = _with("enterprise-3", put(reason, "现金结算"))
    both = _with("enterprise-3", put(value, "某银行"), put(reason, "现金结算"))

    assert alone.answers == answers_of(form, {"306": {"not_applicable": "现金结算"}})
    assert told(both.faults) == [f"填报!{reason} /306 value_and_reason"]


def test_a_dash_cell_takes_nothing_and_a_computed_one_is_passed_over() -> None:
    dash = cell_of(form_of("platform-1"), "602", "1", Role.DASH)
    computed = cell_of(form_of("enterprise-3"), "310", role=Role.COMPUTED)

    in_dash = _with("platform-1", put(dash, 0))
    in_computed = _with("enterprise-3", put(computed, 5))

    assert told(in_dash.faults) == [f"填报!{dash} /602/1 dash"]
    assert (in_computed.faults, in_computed.answers.cells) == ((), {})


def test_rows_none_and_nothing_are_three_different_things() -> None:
    form = form_of("enterprise-5")

    nothing = _read("enterprise-5", template(edition_2022(), form))
    none = read_workbook(edition_2022(), form, filled_with(form, {"C2": "无"}, "502"))
    rows = read_workbook(edition_2022(), form, filled_with(form, {"A6": "GLP", "B6": "2023-05-01"}, "502"))
    both = read_workbook(edition_2022(), form, filled_with(form, {"C2": "无", "A6": "GLP"}, "502"))
    other = read_workbook(edition_2022(), form, filled_with(form, {"C2": "没有"}, "502"))

    assert [dict(each.answers.rows).keys() for each in (nothing, none, rows)] == [set(), {"502"}, {"502"}]
    assert none.answers.rows["502"] == ()
    assert len(rows.answers.rows["502"]) == 1
    assert told(both.faults) == ["502!C2 /502 none_with_rows"]
    assert told(other.faults) == ["502!C2 /502 not_none"]


def test_all_faults_come_at_once_in_the_order_of_the_sheet() -> None:
    form = form_of("enterprise-5")
    cells = {"A7": 5, "B7": "2023-13-01", "C9": "多", "A9": "GLP"}

    reading = read_workbook(edition_2022(), form, filled_with(form, cells, "502"))

    assert told(reading.faults) == [
        "502!A7 /502/0/certificate number_in_text",
        "502!B7 /502/0/date date_malformed",
        "502!C9 /502/1/fee not_amount",
    ]
    assert [fault.problem.message for fault in reading.faults] == [fault.message for fault in reading.faults]


def test_findings_stand_at_the_cells_they_point_at_and_unread_cells_are_not_called_missing() -> None:
    form = form_of("platform-1")
    total, unread = cell_of(form, "604", "2"), cell_of(form, "602", "2")
    cells = {cell_of(form, code, "2"): 1 for code in ("605", "606", "607", "608", "609")}
    reading = read_workbook(edition_2022(), form, filled_with(form, {**cells, total: 6, unread: "多"}))

    found = faults_of(edition_2022(), form, reading, findings_of(edition_2022(), form, _body(reading), a_context()))

    by_cell = {fault.cell: fault for fault in found if fault.code == "p1-buyer-firms"}
    assert by_cell[total].pointer == "/604/2"
    assert by_cell[total].expected == "5"
    assert [fault.code for fault in found if fault.cell == unread] == []
    assert any(fault.cell == cell_of(form, "603", "2") and fault.code == "required" for fault in found)


def _body(reading: WorkbookReading) -> dict[str, Any]:
    return {
        code: {part: json_value(answer.value) for part, answer in cells.items() if hasattr(answer, "value")}
        for code, cells in reading.answers.cells.items()
    }

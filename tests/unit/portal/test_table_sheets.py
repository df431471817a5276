"""Tables as people read them: what stands down the page, growth and shares, the unit, the chart, and nothing of what is hidden."""

from __future__ import annotations

from collections.abc import Mapping

from services.portal.model.publications import TableAnswer
from services.portal.presenters.comparing import comparable, note_on
from services.portal.presenters.table_sheets import MOST_BARS, YI, sheet_of
from services.portal.presenters.tables import grid_of
from tests.support.portal_statistics import CLASSES_2022, CLASSES_BEFORE, make_class_table, make_table


def of_places(values: dict[str, str | None], measures: tuple[str, ...] = ("execution_cny",)) -> TableAnswer:
    """Return a table by place, the first of which is the whole; every measure has the same numbers."""
    whole = next(iter(values))
    return {
        "code": "t",
        "title": "t",
        "dimensions": [
            {
                "code": "place",
                "title": "地区",
                "items": [{"code": code, "title": code, "parent": "" if code == whole else whole} for code in values],
            }
        ],
        "measures": [
            {"code": code, "title": code, "unit": "万元", "currency": "CNY", "decimals": 2} for code in measures
        ],
        "cells": [
            {
                "at": [code],
                "measure": measure,
                "status": "suppressed" if value is None else "published",
                "value": value,
            }
            for measure in measures
            for code, value in values.items()
        ],
    }


def texts_of(table: TableAnswer, before: TableAnswer | None = None) -> list[list[str]]:
    sheet = sheet_of(grid_of(table), {}, grid_of(before) if before else None)
    return [[cell.text for cell in row.cells] for row in sheet.rows]


def test_growth_and_share_need_both_numbers() -> None:
    now = of_places({"000000": "400.00", "a": "300.00", "b": None, "c": "0.00"})
    before = of_places({"000000": "200.00", "a": None, "b": "50.00", "c": "0.00"})

    assert texts_of(now, before) == [
        ["400.00", "100.0", "100.0"],
        ["300.00", "—", "75.0"],
        ["*", "—", "—"],
        ["0.00", "—", "0.0"],
    ]


def test_no_share_is_told_of_a_whole_that_is_hidden() -> None:
    assert texts_of(of_places({"000000": None, "a": "300.00"})) == [["*", "—"], ["300.00", "—"]]


def test_rates_that_the_table_says_are_not_reckoned_again() -> None:
    table = of_places({"000000": "1.0", "a": "1.0"}, ("execution_cny", "execution_cny_growth"))

    assert texts_of(table, table) == [["1.0", "1.0"], ["1.0", "1.0"]]


def growth_of(now: Mapping[str, str | None], before: Mapping[str, str | None], period: str) -> dict[str, str]:
    grid = grid_of(make_class_table(now))
    sheet = sheet_of(grid, {}, comparable(grid_of(make_class_table(before)), grid, period))
    return {row.label: row.cells[1].text for row in sheet.rows}


def test_over_two_versions_of_the_classes_growth_compares_what_a_class_holds_now() -> None:
    # I1 lost the platforms, I23: 110 would make it a loss. I39 held in 2021 what became classes of their own.
    expected = {"total": "50.0", "I1": "100.0", "I11": "100.0", "I23": "60.0", "I39": "—"}

    assert growth_of(CLASSES_2022, CLASSES_BEFORE, "2022-03") == expected
    assert growth_of(CLASSES_2022, CLASSES_BEFORE, "2022") == expected


def test_a_part_that_is_hidden_leaves_no_growth_of_the_class_put_together_from_it() -> None:
    found = growth_of(CLASSES_2022, {**CLASSES_BEFORE, "I14": None}, "2022-03")

    assert (found["I1"], found["I23"]) == ("—", "60.0")


def test_within_one_version_the_numbers_of_the_year_before_stand_as_they_are() -> None:
    assert growth_of(CLASSES_2022, CLASSES_BEFORE, "2023-03")["I1"] == "-81.8"
    assert note_on(grid_of(make_class_table(CLASSES_2022)), "2023-03") == ""


def test_a_table_says_which_of_its_classes_are_not_compared() -> None:
    note = note_on(grid_of(make_class_table(CLASSES_2022)), "2022-03")

    assert "2019 年版 → 2022 年版" in note
    assert note.endswith("不计算同比：I39。")
    assert note_on(grid_of(make_table()), "2022-03") == ""


def test_the_year_to_date_and_the_whole_stand_unless_others_are_asked_for() -> None:
    grid = grid_of(make_table())

    usual, asked = sheet_of(grid, {}), sheet_of(grid, {"span": "period", "rows": "place", "unit": "nonsense"})

    assert {each.name: each.chosen for each in usual.pickers} == {"span": "to_date", "unit": "wan"}
    assert {each.name: each.chosen for each in asked.pickers} == {"span": "period", "unit": "wan"}
    assert [row.depth for row in usual.rows] == [0, 1, 1]


def test_amounts_in_the_larger_unit_are_rounded_half_up() -> None:
    sheet = sheet_of(grid_of(of_places({"000000": "12350.00", "a": "49.99"})), {}, unit=YI)

    assert [row.cells[0].text for row in sheet.rows] == ["1.24", "0.00"]
    assert sheet.columns[0].unit == "亿元"


def test_a_chart_of_many_has_the_largest_of_those_that_are_shown() -> None:
    values: dict[str, str | None] = {"000000": "9999", **{f"p{number}": str(number) for number in range(30)}}

    chart = sheet_of(grid_of(of_places({**values, "hidden": None})), {}).chart

    assert chart is not None
    assert len(chart.bars) == MOST_BARS
    assert chart.bars[0].label == "p29"
    assert "hidden" not in {bar.label for bar in chart.bars}


def test_a_row_without_a_number_is_left_out() -> None:
    table = of_places({"000000": "1", "a": "1", "b": "1"})
    table["cells"] = table["cells"][:2]

    assert [row.label for row in sheet_of(grid_of(table), {}).rows] == ["000000", "a"]


def test_two_dimensions_stand_against_each_other_with_one_measure() -> None:
    table = make_table()
    natures = [{"code": code, "title": code, "parent": ""} for code in ("total", "2")]
    table["dimensions"].append({"code": "nature", "title": "合同性质", "items": natures})  # type: ignore[typeddict-item]  # dictionaries as they come
    for cell in table["cells"]:
        cell["at"] = [*cell["at"], "2"]

    sheet = sheet_of(grid_of(table), {"columns": "nature", "measure": "execution_usd"})

    assert [column.title for column in sheet.columns] == ["total", "2"]
    assert [column.unit for column in sheet.columns] == ["万美元", "万美元"]
    assert [[cell.text for cell in row.cells] for row in sheet.rows] == [
        ["—", "200,000.00"],
        ["—", "150,000.00"],
        ["—", "*"],
    ]


def test_a_table_of_one_part_has_no_chart() -> None:
    assert sheet_of(grid_of(of_places({"000000": "1", "a": "1"})), {}).chart is None

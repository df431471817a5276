"""What a bulletin says in sentences: both currencies, growth and share, and nothing of what is hidden."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from services.portal.model.publications import SeriesAnswer
from services.portal.presenters.bulletins import MOST_PARTS, told_of
from services.portal.presenters.tables import Grid, Number

UNITS = {"_cny": ("（人民币）", "万元", "CNY"), "_usd": ("（美元）", "万美元", "USD")}


def measure(code: str) -> SeriesAnswer:
    words, unit, currency = next((said for end, said in UNITS.items() if code.endswith(end)), ("", "%", ""))
    return {"code": code, "title": f"执行额{words}", "unit": unit, "currency": currency, "decimals": 2}


def grid(values: Mapping[str, Mapping[str, str | None]]) -> Grid:
    """Return a table by class: the values of each item by measure, the whole first."""
    codes = list(dict.fromkeys(code for said in values.values() for code in said))
    items = [{"code": code, "title": f"项目{code}", "parent": ""} for code in values]
    numbers = {
        (("to_date", item), code): Number(None if value is None else Decimal(value))
        for item, said in values.items()
        for code, value in said.items()
    }
    spans = {"code": "span", "title": "期间", "items": [{"code": "to_date", "title": "本年累计", "parent": ""}]}
    dimensions = (spans, {"code": "business_class", "title": "业务类别", "items": items})
    return Grid("release_structure", "业务结构", dimensions, tuple(measure(code) for code in codes), numbers)  # type: ignore[arg-type]  # dictionaries as they come


def test_rmb_stands_first_usd_in_brackets_then_growth_and_share() -> None:
    whole = {
        "execution_cny": "89530000.00",
        "execution_usd": "13000000.00",
        "execution_cny_growth": "-1.2",
        "execution_cny_share": "100.0",
    }
    part = {
        "execution_cny": "36720000.00",
        "execution_usd": "5300000.00",
        "execution_cny_growth": "3.0",
        "execution_cny_share": "41.0",
    }

    (told,) = told_of([grid({"total": whole, "1": part})])

    assert told.lines == (
        "项目total：执行额 8,953.00 亿元（1,300.00 亿美元），同比下降 1.2%。",
        "项目1：执行额 3,672.00 亿元（530.00 亿美元），同比增长 3.0%，占 41.0%。",
    )


def test_nothing_is_said_of_what_is_hidden() -> None:
    hidden = {"execution_cny": None, "execution_usd": None, "execution_cny_growth": None, "execution_cny_share": None}

    (told,) = told_of([grid({"total": {"execution_cny": "1.00"}, "1": hidden})])

    assert told.lines[1] == "项目1：执行额不公布。"


def test_of_many_parts_the_largest_that_are_shown_are_told() -> None:
    parts = {f"p{number}": {"execution_cny": str(number)} for number in range(20)}

    (told,) = told_of([grid({"total": {"execution_cny": "190"}, **parts, "hidden": {"execution_cny": None}})])

    assert len(told.lines) == MOST_PARTS + 1
    assert told.lines[1].startswith("项目p19")
    assert "hidden" not in "".join(told.lines)


def test_parts_of_parts_and_those_that_come_to_nothing_are_left_to_the_table() -> None:
    made = grid({"total": {"execution_cny": "1.00"}, "1": {"execution_cny": "1.00"}, "11": {"execution_cny": "1.00"}})
    made.dimensions[1]["items"][2]["parent"] = "1"
    empty = grid({"total": {"execution_cny": "1.00"}, "2": {"execution_cny": "0.00"}})

    deep, blank = told_of([made, empty])

    assert [len(deep.lines), len(blank.lines)] == [2, 1]


def test_a_table_without_numbers_is_left_out() -> None:
    assert told_of([grid({"total": {}})]) == ()

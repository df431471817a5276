"""Charts: bars and lines in their places, and nothing drawn of what is hidden."""

from __future__ import annotations

from decimal import Decimal

import pytest

from services.portal.presenters.charts import BAR_WIDTH, LABEL_WIDTH, MOST_LINES, Datum, Series, bar_chart, line_chart


def datum(label: str, value: str | None) -> Datum:
    return Datum(label, None if value is None else Decimal(value), "*" if value is None else value)


def test_bars_are_as_long_as_their_numbers() -> None:
    chart = bar_chart("执行额", [datum("北京市", "300"), datum("浙江省", "150")])

    assert [(bar.x, bar.width) for bar in chart.bars] == [(LABEL_WIDTH, BAR_WIDTH), (LABEL_WIDTH, BAR_WIDTH / 2)]
    assert chart.bars[0].words == "北京市：300"


def test_a_number_below_zero_lies_on_the_other_side() -> None:
    chart = bar_chart("变更额", [datum("甲", "30"), datum("乙", "-10")])

    first, second = chart.bars
    assert first.x == second.x + second.width == chart.zero
    assert first.width == second.width * 3


def test_the_drawing_is_the_same_whatever_a_hidden_number_is() -> None:
    chart = bar_chart("执行额", [datum("北京市", "300"), datum("西藏自治区", None)])

    assert chart.bars[1].width == 0
    assert chart.bars[1].text == "*"
    assert chart.bars[0].width == BAR_WIDTH
    assert "其中 1 项不画" in chart.description


def test_bars_without_a_number_and_no_bars_at_all_are_drawn_too() -> None:
    assert bar_chart("执行额", [datum("甲", None), datum("乙", "0")]).bars[1].width == 0
    assert bar_chart("执行额", []).bars == ()


def test_a_long_name_is_cut_beside_the_bar_and_whole_in_its_title() -> None:
    bar = bar_chart("执行额", [datum("新疆生产建设兵团及其所属各师和城市", "1")]).bars[0]

    assert bar.label == "新疆生产建设兵团及其所…"
    assert bar.words == "新疆生产建设兵团及其所属各师和城市：1"


def test_a_line_breaks_off_where_a_month_is_hidden() -> None:
    months = ["1月", "2月", "3月", "4月"]
    data = [datum(month, value) for month, value in zip(months, ("1", None, "3", "4"), strict=True)]

    chart = line_chart("执行额", months, [Series("全国", data)])

    assert [len(piece) for piece in chart.lines[0].pieces] == [1, 2]
    assert chart.lines[0].pieces[1][0].words == "全国，3月：3"


def test_the_scale_has_few_round_marks_around_all_numbers() -> None:
    data = [datum("1月", "-12"), datum("2月", "873")]

    scale = line_chart("执行额", ["1月", "2月"], [Series("全国", data)]).scale

    assert [tick.text for tick in scale] == ["-500", "0", "500", "1,000"]
    assert [tick.at for tick in scale] == sorted((tick.at for tick in scale), reverse=True)


def test_a_chart_without_a_number_still_has_a_scale() -> None:
    chart = line_chart("执行额", ["1月"], [Series("全国", [datum("1月", None)])])

    assert chart.lines[0].pieces == ()
    assert [tick.text for tick in chart.scale] == ["0", "1"]


def test_more_lines_than_can_be_told_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="told apart"):
        line_chart("执行额", [], [Series(str(number), []) for number in range(MOST_LINES + 1)])

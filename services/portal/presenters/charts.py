"""Charts drawn by the server: bars side by side, and lines over months. The page shows the same numbers as a table beside.

What is hidden has no length and no place: only words. Nothing of a drawing depends on a value that isn't shown.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

LABEL_WIDTH, BAR_WIDTH, TEXT_WIDTH, BAR_HEIGHT, STEP = 168, 400, 132, 16, 26
"""A chart of bars from the left, in its own units: names, bars, numbers; and how high a bar and a row are."""

LONGEST_LABEL = 12
"""Characters of a name beside its bar; the bar's title has all of them."""

LEFT, RIGHT, TOP, PLOT_WIDTH, PLOT_HEIGHT, FOOT = 88, 32, 12, 596, 190, 28
"""A chart of lines: the margins around its plot, and the plot."""

MOST_TICKS = 5
MOST_LABELS = 13
"""So many months are named at most below a chart of lines."""

MOST_LINES = 4
"""So many lines can be told apart without their colours."""


@dataclass(frozen=True)
class Datum:
    """A number to be drawn, with the words that stand for it; `value` is None for one that is hidden or that isn't there."""

    label: str
    value: Decimal | None
    text: str


@dataclass(frozen=True)
class Bar:
    """A row of a chart of bars; `width` is 0 for a number that is hidden or not there."""

    label: str
    words: str
    text: str
    y: int
    x: float
    width: float
    text_x: float


@dataclass(frozen=True)
class BarChart:
    """A chart of bars, `zero` is where they begin."""

    title: str
    description: str
    bars: tuple[Bar, ...]
    zero: float
    width: int
    height: int


@dataclass(frozen=True)
class Series:
    """A line to be drawn: a number for each month, in the order of the chart's months."""

    name: str
    data: Sequence[Datum]


@dataclass(frozen=True)
class Point:
    """A month of a line."""

    words: str
    x: float
    y: float


@dataclass(frozen=True)
class Line:
    """A line, in one piece for each run of months whose numbers are shown; `look` is its place among the lines, from 1."""

    name: str
    look: int
    pieces: tuple[tuple[Point, ...], ...]


@dataclass(frozen=True)
class Tick:
    """A mark of an axis."""

    text: str
    at: float


@dataclass(frozen=True)
class LineChart:
    """A chart of lines over months."""

    title: str
    description: str
    lines: tuple[Line, ...]
    months: tuple[Tick, ...]
    scale: tuple[Tick, ...]
    width: int
    height: int


def bar_chart(title: str, data: Sequence[Datum]) -> BarChart:
    """Return a bar for each datum, in their order; those below zero lie to the left of it."""
    shown = [each.value for each in data if each.value is not None]
    low, high = min([Decimal(0), *shown]), max([Decimal(0), *shown])
    per_unit = BAR_WIDTH / float(high - low) if high > low else 0.0
    zero = LABEL_WIDTH - float(low) * per_unit
    return BarChart(
        title=title,
        description=f"共 {len(data)} 项{_lacking(data)}。各数见表。",
        bars=tuple(_bar(each, number, zero, per_unit) for number, each in enumerate(data)),
        zero=round(zero, 1),
        width=LABEL_WIDTH + BAR_WIDTH + TEXT_WIDTH,
        height=STEP * len(data),
    )


def line_chart(title: str, months: Sequence[str], series: Sequence[Series]) -> LineChart:
    """Return a line for each series over the same months. Raises `ValueError` for more than four, or for a missing month."""
    if len(series) > MOST_LINES:
        raise ValueError("lines that can't be told apart")
    shown = [each.value for one in series for each in one.data if each.value is not None]
    ticks = _ticks(float(min([Decimal(0), *shown])), float(max([Decimal(0), *shown])))
    every = math.ceil(len(months) / MOST_LABELS) if months else 1
    xs = [_across(number, len(months)) for number in range(len(months))]
    return LineChart(
        title=title,
        description=f"{months[0]}至{months[-1]}，共 {len(months)} 期。各数见表。" if months else "没有数据。",
        lines=tuple(_line(one, look, months, xs, ticks) for look, one in enumerate(series, 1)),
        months=tuple(Tick(month, x) for month, x in list(zip(months, xs, strict=True))[::every]),
        scale=tuple(Tick(_plain(each), _up(each, ticks)) for each in ticks),
        width=LEFT + PLOT_WIDTH + RIGHT,
        height=TOP + PLOT_HEIGHT + FOOT,
    )


def _bar(datum: Datum, number: int, zero: float, per_unit: float) -> Bar:
    length = 0.0 if datum.value is None else float(datum.value) * per_unit
    is_cut = len(datum.label) > LONGEST_LABEL
    return Bar(
        label=f"{datum.label[: LONGEST_LABEL - 1]}…" if is_cut else datum.label,
        words=f"{datum.label}：{datum.text}",
        text=datum.text,
        y=number * STEP,
        x=round(min(zero, zero + length), 1),
        width=round(abs(length), 1),
        text_x=round(max(zero, zero + length) + 6, 1),
    )


def _lacking(data: Sequence[Datum]) -> str:
    lacking = sum(each.value is None for each in data)
    return f"，其中 {lacking} 项不画" if lacking else ""


def _line(one: Series, look: int, months: Sequence[str], xs: Sequence[float], ticks: Sequence[float]) -> Line:
    placed = [
        Point(f"{one.name}，{month}：{each.text}", x, _up(float(each.value), ticks)) if each.value is not None else None
        for month, x, each in zip(months, xs, one.data, strict=True)
    ]
    runs = groupby(placed, key=lambda point: point is not None)
    pieces = tuple(tuple(point for point in run if point is not None) for is_shown, run in runs if is_shown)
    return Line(one.name, look, pieces)


def _across(number: int, count: int) -> float:
    return round(LEFT + PLOT_WIDTH * (number / (count - 1) if count > 1 else 0.5), 1)


def _up(value: float, ticks: Sequence[float]) -> float:
    low, high = ticks[0], ticks[-1]
    return round(TOP + PLOT_HEIGHT * (high - value) / (high - low), 1)


def _ticks(low: float, high: float) -> tuple[float, ...]:
    """Return round marks from at or below `low` to at or above `high`, few enough to be read."""
    if high <= low:
        return (0.0, 1.0)
    rough = (high - low) / (MOST_TICKS - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(each * power for each in (1, 2, 5, 10) if each * power >= rough)
    first, last = math.floor(low / step), math.ceil(high / step)
    return tuple(number * step for number in range(first, last + 1))


def _plain(value: float) -> str:
    return f"{value:,.0f}" if value.is_integer() else f"{value:,.10g}"

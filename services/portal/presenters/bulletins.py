"""What a bulletin says in sentences, in the ministry's order: RMB first, USD in brackets, then growth and share.

The order is that of the tables of the release: scale, business structure, regions, markets, ownership, employment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.portal.model.publications import SeriesAnswer
from services.portal.presenters.table_sheets import GROWTH, SHARE, TOPS
from services.portal.presenters.tables import SPAN, Grid
from shared.tabulation.arithmetic import rounded

IN_RMB, IN_USD = "_cny", "_usd"
_LARGE = {"万元": "亿元", "万美元": "亿美元"}
_LARGE_DIVISOR = Decimal(10_000)
_DECIMALS = 2

_WHOLE = Decimal(100)

MOST_PARTS = 8
"""So many parts of a table are told; all of them stand in the table."""

HIDDEN_WORDS = "不公布"


@dataclass(frozen=True)
class Told:
    """What is said of a table."""

    code: str
    title: str
    lines: tuple[str, ...]


def told_of(grids: Sequence[Grid]) -> tuple[Told, ...]:
    """Return what a bulletin says of its tables; one without a number is left out."""
    told = (Told(grid.code, grid.title, tuple(_lines(grid))) for grid in grids)
    return tuple(each for each in told if each.lines)


def _lines(grid: Grid) -> Iterator[str]:
    """Yield a line for the whole and for each of its parts, in the table's order; of many for the largest shown.

    Parts of parts, and those that come to nothing, are left to the table.
    """
    down, *others = (each for each in grid.dimensions if each["code"] != SPAN)
    spans = [each["items"][-1]["code"] for each in grid.dimensions if each["code"] == SPAN]
    rest = [each["items"][0]["code"] for each in others]
    items = [item for item in down["items"] if _has_number(grid, (*spans, item["code"], *rest))]
    parts = [item for item in items if item["code"] not in TOPS and item["parent"] in ("", *TOPS)]
    if len(parts) > MOST_PARTS:
        first = _amounts(grid)[0]["code"]
        parts = sorted(parts, key=lambda item: _size(grid, (*spans, item["code"], *rest), first), reverse=True)[
            :MOST_PARTS
        ]
    for item in (*(each for each in items if each["code"] in TOPS), *parts):
        said = "；".join(_said(grid, measure, (*spans, item["code"], *rest)) for measure in _amounts(grid))
        yield f"{item['title']}：{said}。"


def _amounts(grid: Grid) -> list[SeriesAnswer]:
    """Return the measures of which something is said: an amount once, and no rates."""
    return [each for each in grid.measures if not each["code"].endswith((IN_USD, GROWTH, SHARE))]


def _has_number(grid: Grid, at: tuple[str, ...]) -> bool:
    """Whether something is to be said of a place: a number that is not zero, or that is hidden."""
    found = (grid.numbers.get((at, measure["code"])) for measure in _amounts(grid))
    return any(number is not None and number.value != 0 for number in found)


def _size(grid: Grid, at: tuple[str, ...], measure: str) -> Decimal:
    number = grid.numbers.get((at, measure))
    return Decimal(-1) if number is None or number.value is None else number.value


def _said(grid: Grid, measure: SeriesAnswer, at: tuple[str, ...]) -> str:
    name = measure["title"].removesuffix("（人民币）")
    number = grid.numbers.get((at, measure["code"]))
    if number is None or number.value is None:
        return f"{name}{HIDDEN_WORDS if number else '没有数据'}"
    parts = [f"{name} {_amount(measure, number.value)}{_in_dollars(grid, measure, at)}"]
    grown, part = (grid.numbers.get((at, measure["code"] + end)) for end in (GROWTH, SHARE))
    if grown is not None and grown.value is not None:
        parts.append(_growth(grown.value))
    if part is not None and part.value is not None and part.value != _WHOLE:
        parts.append(f"占 {part.value}%")
    return "，".join(parts)


def _in_dollars(grid: Grid, measure: SeriesAnswer, at: tuple[str, ...]) -> str:
    code = measure["code"].removesuffix(IN_RMB) + IN_USD
    number = grid.numbers.get((at, code)) if code != measure["code"] else None
    if number is None or number.value is None:
        return ""
    dollars = next(each for each in grid.measures if each["code"] == code)
    return f"（{_amount(dollars, number.value)}）"


def _amount(measure: SeriesAnswer, value: Decimal) -> str:
    if measure["unit"] in _LARGE:
        return f"{rounded(value / _LARGE_DIVISOR, _DECIMALS):,f} {_LARGE[measure['unit']]}"
    return f"{value:,f} {measure['unit']}"


def _growth(rate: Decimal) -> str:
    if not rate:
        return "与上年同期持平"
    return f"同比{'增长' if rate > 0 else '下降'} {abs(rate)}%"

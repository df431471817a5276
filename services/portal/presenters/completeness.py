"""View-models of completeness: what can be asked, counts with their bars, a trend, and who has not filed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from services.portal.model.completeness import (
    CompletenessAnswer,
    CountsAnswer,
    MissingAnswer,
    PlaceAnswer,
    PointAnswer,
)
from services.portal.model.survey import EditionAnswer
from services.portal.presenters.reminding import SEPARATOR
from services.portal.presenters.words import EMPTY, Badge

YEARS_BACK, MONTHS_BACK = 4, 13
LABEL_WIDTH, BAR_WIDTH, BAR_HEIGHT, STEP = 150, 430, 16, 26
"""The chart of bars, in its own units."""

TREND_WIDTH, TREND_HEIGHT, TREND_FOOT = 640, 180, 24
PARTS = (("in_time", "按时", "in-time"), ("late", "逾期报送", "late"), ("returned", "退回待改", "returned"))
"""The parts of a bar from the left; what is left of it is not filed."""

STANDINGS = (("missing", "未报送"), ("returned", "退回待改"))
TONES = {"missing": "danger", "returned": "warning"}


@dataclass(frozen=True)
class Choices:
    """What can be asked: the forms of the newest edition, and the periods of the chosen form's kind."""

    forms: tuple[tuple[str, str], ...]
    periods: tuple[tuple[str, str], ...]
    form: str
    period: str


@dataclass(frozen=True)
class Segment:
    """A part of a bar."""

    name: str
    x: float
    width: float


@dataclass(frozen=True)
class Line:
    """A row of the table and of the chart; `url_division` is empty where nothing lies below."""

    label: str
    division: str
    url_division: str
    counts: CountsAnswer
    filed: str
    in_time: str
    final: str
    levels: tuple[str, ...]
    segments: tuple[Segment, ...]
    words: str
    y: int


@dataclass(frozen=True)
class Column:
    """A period of the trend; `height` and `top` draw its filed rate, and its rate in time over that."""

    label: str
    expected: str
    filed: str
    in_time: str
    x: float
    top: float
    height: float
    in_time_top: float
    in_time_height: float


@dataclass(frozen=True)
class MissingView:
    """A row of the list of who has not filed; `value` is what a ticked box sends."""

    row: MissingAnswer
    badge: Badge
    late: str
    people: str
    ways: str
    value: str


def choices(editions: Sequence[EditionAnswer], form: str, period: str, today: date) -> Choices:
    """Return what can be asked, with a period of the form's kind where another was named."""
    newest = max(editions, key=lambda each: each["valid_from"], default=None)
    rows = [each for each in newest["forms"] if each["key"] != "enterprise-2"] if newest else []
    kinds = {each["key"]: each["period"] for each in rows}
    chosen = form or "enterprise-3"
    periods = _months(today) if kinds.get(chosen) == "month" else _years(today)
    is_fit = kinds.get(chosen) is None or (len(period) > len("2025")) == (kinds[chosen] == "month")
    return Choices(
        forms=tuple((each["key"], f"{each['number']}　{each['title']}") for each in rows),
        periods=periods,
        form=chosen,
        period=period if period and is_fit else periods[0][0],
    )


def lines(answer: CompletenessAnswer) -> tuple[Line, ...]:
    """Return the rows of a division."""
    return tuple(_line(each, number) for number, each in enumerate(answer["rows"]))


def total_line(answer: CompletenessAnswer) -> Line:
    """Return the total as a row."""
    place: PlaceAnswer = {
        "division": answer["division"],
        "division_name": "合计",
        "is_own": False,
        "has_below": False,
        "counts": answer["total"],
    }
    return _line(place, 0)


def chart_height(rows: Sequence[Line]) -> int:
    """Return how high the chart of bars is."""
    return STEP * len(rows)


def columns(points: Sequence[PointAnswer]) -> tuple[Column, ...]:
    """Return the periods of a trend from left to right."""
    return tuple(_column(each, number, len(points)) for number, each in enumerate(points))


def missing_views(rows: Iterable[MissingAnswer]) -> tuple[MissingView, ...]:
    """Return the rows of the list of who has not filed."""
    return tuple(_missing(each) for each in rows)


def percent(rate: str | None) -> str:
    """Return a rate for people."""
    return EMPTY if rate is None else f"{rate}%"


def _line(place: PlaceAnswer, number: int) -> Line:
    counts = place["counts"]
    label = f"{place['division_name']}（本级）" if place["is_own"] else place["division_name"]
    said = "、".join(f"{words} {counts[name]}" for name, words, _ in PARTS)  # type: ignore[literal-required]  # names of counts
    return Line(
        label=label,
        division=place["division"],
        url_division="" if place["is_own"] or not place["has_below"] else place["division"],
        counts=counts,
        filed=percent(counts["filed_rate"]),
        in_time=percent(counts["in_time_rate"]),
        final=percent(counts["final_rate"]),
        levels=tuple(percent(each["rate"]) for each in counts["levels"]),
        segments=_segments(counts),
        words=f"{label}：应报 {counts['expected']}，{said}、未报送 {counts['missing']}",
        y=number * STEP,
    )


def _segments(counts: CountsAnswer) -> tuple[Segment, ...]:
    found: list[Segment] = []
    x = float(LABEL_WIDTH)
    for name, _, css in PARTS:
        count: int = counts[name]  # type: ignore[literal-required]  # names of counts
        width = BAR_WIDTH * count / counts["expected"] if counts["expected"] else 0.0
        if width:
            found.append(Segment(css, round(x, 1), round(width, 1)))
        x += width
    return tuple(found)


def _column(point: PointAnswer, number: int, count: int) -> Column:
    counts = point["counts"]
    span = TREND_WIDTH / max(count, 1)
    room = TREND_HEIGHT - TREND_FOOT
    filed, in_time = (_share(counts, name) for name in ("filed_rate", "in_time_rate"))
    return Column(
        label=point["period_label"],
        expected=str(counts["expected"]) if counts else "正在统计",
        filed=percent(counts["filed_rate"]) if counts else EMPTY,
        in_time=percent(counts["in_time_rate"]) if counts else EMPTY,
        x=round(number * span + span / 2, 1),
        top=round(room * (1 - filed), 1),
        height=round(room * filed, 1),
        in_time_top=round(room * (1 - in_time), 1),
        in_time_height=round(room * in_time, 1),
    )


def _share(counts: CountsAnswer | None, name: str) -> float:
    rate = counts[name] if counts else None  # type: ignore[literal-required]  # names of rates
    return float(rate) / 100 if rate else 0.0


def _missing(row: MissingAnswer) -> MissingView:
    contact = row["contact"]
    people = "、".join(dict.fromkeys(each for each in (contact["head"], contact["filler"]) if each)) if contact else ""
    ways = "　".join(dict.fromkeys(each for each in _ways(row) if each))
    return MissingView(
        row=row,
        badge=Badge(row["standing_label"], TONES.get(row["standing"], "secondary")),
        late=f"逾期 {row['days_late']} 天" if row["days_late"] else "未到期",
        people=people or EMPTY,
        ways=ways or "未报送过基本信息表，无联系方式",
        value=SEPARATOR.join((row["unit_id"], row["form"], row["period"], row["item"], row["unit_name"])),
    )


def _ways(row: MissingAnswer) -> tuple[str, ...]:
    contact = row["contact"]
    return (contact["phone"], contact["fixed"], contact["mobile"], contact["email"]) if contact else ()


def _years(today: date) -> tuple[tuple[str, str], ...]:
    return tuple((str(today.year - back), f"{today.year - back}年") for back in range(1, YEARS_BACK + 1))


def _months(today: date) -> tuple[tuple[str, str], ...]:
    months = []
    year, month = today.year, today.month
    for _ in range(MONTHS_BACK):
        months.append((f"{year}-{month:02}", f"{year}年{month}月"))
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return tuple(months)

"""What is unusual in a filing as it is shown: in words, and as a dot beside the ranges of others."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.portal.model.queue import ComparedAnswer, OutliersAnswer, SpreadAnswer

WIDTH = 200
"""Of a chart, in its own units; a value stands between its edges by its logarithm, nothing stands at the left."""

OWN_WORDS = {
    "high": "高于本单位以往各期",
    "low": "低于本单位以往各期",
    "zero": "以往各期均不为零",
    "first": "以往各期均为零",
    "usual": "在本单位以往各期范围内",
    "too_few": "本单位以往期数不足，未作比较",
}
REGION_WORDS = {
    "high": "明显高于其他单位",
    "low": "明显低于其他单位",
    "zero": "其他单位绝大多数不为零",
    "first": "其他单位绝大多数为零",
    "usual": "与其他单位相近",
    "too_few": "可比单位不足，未作比较",
}
UNUSUAL = frozenset({"high", "low", "zero", "first"})


@dataclass(frozen=True)
class Range:
    """The range of others on a chart, with their median, and in words."""

    left: int
    width: int
    median: int
    text: str


@dataclass(frozen=True)
class OutlierView:
    """A number beside others."""

    anchor: str
    indicator: str
    label: str
    value: str
    own: Range | None
    own_words: str
    is_own_unusual: bool
    region: Range | None
    region_words: str
    is_region_unusual: bool
    dot: int
    said: str
    """The chart in words."""


@dataclass(frozen=True)
class OutliersView:
    """All numbers of a filing beside others."""

    unusual: tuple[OutlierView, ...]
    others: tuple[OutlierView, ...]
    region: str
    units: int
    least_units: int
    is_sample: bool
    periods: int
    is_compared: bool
    """Whether there were enough others for any comparison."""


def outliers_view(found: OutliersAnswer) -> OutliersView:
    """Return a comparison as it is shown."""
    views = [(each["is_unusual"], _view(each)) for each in found["cells"]]
    return OutliersView(
        unusual=tuple(view for is_unusual, view in views if is_unusual),
        others=tuple(view for is_unusual, view in views if not is_unusual),
        region=found["division_name"],
        units=found["units"],
        least_units=found["least_units"],
        is_sample=found["is_sample"],
        periods=found["periods"],
        is_compared=any(verdict != "too_few" for verdict in _verdicts(found)),
    )


def _verdicts(found: OutliersAnswer) -> Iterator[str]:
    for cell in found["cells"]:
        yield from (cell["history"]["verdict"], cell["region"]["verdict"])


def _view(cell: ComparedAnswer) -> OutlierView:
    value = Decimal(cell["value"])
    spreads = [each for each in (cell["own"], cell["others"]) if each]
    scale = _Scale([value, *(Decimal(each[name]) for each in spreads for name in ("least", "most"))])
    measure = cell["measure"]
    own, region = _range(cell["own"], scale, measure), _range(cell["others"], scale, measure)
    own_verdict, verdict, z = cell["history"]["verdict"], cell["region"]["verdict"], cell["region"]["z"]
    score = f"（稳健得分 {z:+.1f}）" if z is not None else ""
    shown = f"{cell['value']} {measure}".strip()
    parts = [f"本表 {shown}"]
    parts += [f"以往各期 {own.text}"] if own else []
    parts += [f"其他单位 {region.text}"] if region else []
    return OutlierView(
        anchor="at" + cell["pointer"].replace("/", "-"),
        indicator=cell["indicator"] if cell["indicator"].isdecimal() else "",
        label=cell["label"],
        value=shown,
        own=own,
        own_words=OWN_WORDS[own_verdict],
        is_own_unusual=own_verdict in UNUSUAL,
        region=region,
        region_words=REGION_WORDS[verdict] + score,
        is_region_unusual=verdict in UNUSUAL,
        dot=scale.at(value),
        said="；".join(parts),
    )


class _Scale:
    """Where values stand on a chart: by their logarithm, those that are nothing at the left."""

    def __init__(self, values: Sequence[Decimal]) -> None:
        logs = [math.log10(each) for each in values if each > 0]
        self._least = min(logs, default=0.0) - 0.05
        self._span = max(logs, default=1.0) + 0.05 - self._least

    def at(self, value: Decimal) -> int:
        """Return the place of a value."""
        if value <= 0:
            return 4
        return round(12 + (WIDTH - 20) * (math.log10(value) - self._least) / self._span)


def _range(spread: SpreadAnswer | None, scale: _Scale, measure: str) -> Range | None:
    if spread is None:
        return None
    left, right = scale.at(Decimal(spread["least"])), scale.at(Decimal(spread["most"]))
    text = f"{spread['least']}～{spread['most']} {measure}，中位数 {_short(spread['median'])}（{spread['count']} 个）"
    return Range(left, max(right - left, 2), scale.at(Decimal(spread["median"])), text.replace(" ，", "，"))


def _short(text: str) -> str:
    value = Decimal(text)
    return format(round(value, 2).normalize() + 0, "f")

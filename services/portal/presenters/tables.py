"""Statistical tables as numbers at places, whether they come from a release or from a draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from services.portal.model.drafts import DraftAnswer
from services.portal.model.publications import DimensionAnswer, SeriesAnswer, TableAnswer

SPAN = "span"
"""The dimension of the months that a number is over."""

SPANS = {"period": "本期", "to_date": "本年累计"}

Place = tuple[tuple[str, ...], str]
"""The codes of all dimensions, and the measure."""


@dataclass(frozen=True)
class Number:
    """A number of a table; one that is hidden has no value. `growth` and `share` are there where the service said them."""

    value: Decimal | None
    growth: Decimal | None = None
    share: Decimal | None = None


@dataclass(frozen=True)
class Grid:
    """A table: its dimensions, its measures, and its numbers by place; `has_growth` where these say how they grew."""

    code: str
    title: str
    dimensions: tuple[DimensionAnswer, ...]
    measures: tuple[SeriesAnswer, ...]
    numbers: Mapping[Place, Number] = field(repr=False)
    has_growth: bool = False


def grid_of(table: TableAnswer) -> Grid:
    """Return a table of a release."""
    numbers = {
        (tuple(cell["at"]), cell["measure"]): Number(None if cell["value"] is None else Decimal(cell["value"]))
        for cell in table["cells"]
    }
    return Grid(table["code"], table["title"], tuple(table["dimensions"]), tuple(table["measures"]), numbers)


def draft_grid(draft: DraftAnswer) -> Grid:
    """Return a table as it would be now."""
    table = draft["table"]
    spans: DimensionAnswer = {
        "code": SPAN,
        "title": "期间",
        "items": [{"code": each, "title": SPANS.get(each, each), "parent": ""} for each in table["spans"]],
    }
    measures: tuple[SeriesAnswer, ...] = tuple(
        {
            "code": each["key"],
            "title": each["title"],
            "unit": each["unit"],
            "currency": each["currency"],
            "decimals": each["decimals"],
        }
        for each in table["measures"]
    )
    numbers = {
        ((each["span"], *each["codes"]), each["measure"]): Number(
            Decimal(each["value"]), _decimal(each["growth"]), _decimal(each["share"])
        )
        for each in draft["values"]
    }
    has_growth = any(each["growth"] is not None for each in draft["values"])
    return Grid(table["key"], table["title"], (spans, *draft["dimensions"]), measures, numbers, has_growth)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)

"""What statistics answers about tables before they are released, as the pages use it."""

from __future__ import annotations

from typing import TypedDict

from services.portal.model.publications import DimensionAnswer

LAYERS = {"approved": "各级审核通过的数据", "filed": "单位报送的数据（含未审核）", "final": "最终审定的数据"}
"""On which of the values that filings have a table is drawn up."""


class MeasureAnswer(TypedDict):
    """What is counted."""

    key: str
    title: str
    unit: str
    currency: str
    decimals: int


class AxisAnswer(TypedDict):
    """A dimension of a table."""

    dimension: str
    levels: list[str]


class DrawableAnswer(TypedDict):
    """A table that can be drawn up."""

    key: str
    title: str
    source: str
    rhythm: str
    audiences: list[str]
    measures: list[MeasureAnswer]
    axes: list[AxisAnswer]
    spans: list[str]


class ValueAnswer(TypedDict):
    """A value with the year before, and who contributes."""

    measure: str
    span: str
    codes: list[str]
    value: str
    before: str | None
    growth: str | None
    share: str | None
    units: int
    holdings: int
    lacking: int


class DraftAnswer(TypedDict):
    """A table as it would be now, or as it was frozen."""

    table: DrawableAnswer
    period: str
    layer: str
    drawn_at: str
    values: list[ValueAnswer]
    dimensions: list[DimensionAnswer]
    gaps: list[str]
    snapshot: str

"""What statistics answers about dashboards, as the pages use it."""

from __future__ import annotations

from typing import TypedDict

from services.portal.model.drafts import MeasureAnswer
from services.portal.model.publications import ItemAnswer

NUMBERS = {
    "value": "",
    "before": "上年同期",
    "growth": "同比增长",
    "share": "占比",
    "filed": "初报数",
    "filed_to_approved": "审核调整",
    "filed_to_approved_percent": "审核调整幅度",
    "final": "最终审定数",
    "approved_to_final": "最终审定与在用之差",
}
"""What a number of a figure is called; the value by its measure."""

PERCENTS = frozenset({"growth", "share", "filed_to_approved_percent"})

AMOUNTS = {
    "execution_usd": "执行额（万美元）",
    "execution_cny": "执行额（万元人民币）",
    "contract_usd": "合同额（万美元）",
    "contract_cny": "合同额（万元人民币）",
}
"""Measures of which a page shows one at a time."""


class FigureAnswer(TypedDict):
    """What is said of one measure at one place; `masked` names what is not to be seen."""

    measure: str
    numbers: dict[str, str]
    masked: list[str]


class RowAnswer(TypedDict):
    """A row of a panel."""

    time: str
    code: str
    rank: int | None
    figures: list[FigureAnswer]


class PanelAnswer(TypedDict):
    """A panel: its rows in their order, and what its codes are called."""

    key: str
    title: str
    axis: str
    chart: str
    numbers: list[str]
    measures: list[MeasureAnswer]
    times: list[ItemAnswer]
    items: list[ItemAnswer]
    rows: list[RowAnswer]


class DashboardAnswer(TypedDict):
    """What is shown of a division for a month."""

    division: str
    title: str
    level: str
    period: str
    drawn_at: str
    thresholds: str
    nature: str
    mark: str
    below: list[ItemAnswer]
    panels: list[PanelAnswer]
    unsure: list[MeasureAnswer]
    gaps: list[str]

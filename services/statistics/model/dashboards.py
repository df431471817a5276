"""Dashboards: what a department sees of its division for a month, small cells masked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from services.statistics.model.cells import Codes
from shared.tabulation.tables import Item


class Of(StrEnum):
    """What a number of a figure is."""

    VALUE = "value"
    BEFORE = "before"
    GROWTH = "growth"
    SHARE = "share"
    FILED = "filed"
    FILED_TO_APPROVED = "filed_to_approved"
    FILED_TO_APPROVED_PERCENT = "filed_to_approved_percent"
    FINAL = "final"
    APPROVED_TO_FINAL = "approved_to_final"


@dataclass(frozen=True)
class Figure:
    """What a panel says of one measure at one place.

    `numbers` are unrounded: `value` and `before` (the year before) in the measure's unit, `growth` and `share` in per cent; of
    the layers as filed, as settled, and what review has moved between them and what is in force. A number that says nothing
    is not there; one that is `masked` isn't either, and could not be reckoned from the others of the dashboard.
    """

    numbers: Mapping[Of, Decimal] = field(repr=False)
    masked: frozenset[Of] = frozenset()


@dataclass(frozen=True)
class Row:
    """A row of a panel: a code of time and one of the axis, a figure for each measure; `rank` where it is ranked."""

    at: Codes
    figures: Mapping[str, Figure]
    rank: int | None = None


@dataclass(frozen=True)
class PanelShown:
    """A panel with its rows in the order in which they are shown; `key` is that of its definition."""

    key: str
    times: tuple[Item, ...]
    items: tuple[Item, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Dashboard:
    """What is shown of a division for a month; `below` are the divisions that a reader can look into from here.

    `unsure` are measures of which nothing is shown, because it was not proven that small cells are safe.
    """

    division: str
    title: str
    level: str
    period: str
    drawn_at: datetime
    thresholds: str
    panels: tuple[PanelShown, ...]
    below: tuple[Item, ...]
    unsure: tuple[str, ...]
    gaps: tuple[str, ...]

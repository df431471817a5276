"""Decisions of the ministry to collect periods under an approval that has ended (L13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class CollectionDecision:
    """Periods that end within `from_period` to `to_period` (both with) are collected under the edition all the same.

    `document` is the ministry's own paper that says so, `ground` why.
    """

    id: str
    edition: str
    from_period: str
    to_period: str
    document: str
    ground: str
    decided_by: str
    decided_at: datetime

"""How far the columns are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PartitionState:
    """A partition: the lines that it holds, and how many filings it has to be brought up to date with."""

    key: str
    lines: int
    behind: int

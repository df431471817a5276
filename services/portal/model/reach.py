"""What filing and statistics answer about a correction and the released cells that it reaches."""

from __future__ import annotations

from typing import TypedDict


class ReachedCellAnswer(TypedDict):
    """A released cell in words; what is not told is None."""

    at: list[str]
    measure: str
    unit: str
    sight: str
    value: str | None
    change: str | None
    after: str | None


class ReachedTableAnswer(TypedDict):
    """A released table with the cells concerned; `count` may be more than are named."""

    code: str
    title: str
    count: int
    cells: list[ReachedCellAnswer]


class ReachedReleaseAnswer(TypedDict):
    """A released set with the tables concerned."""

    id: str
    kind: str
    title: str
    period: str
    number: int
    state: str
    state_label: str
    published_at: str | None
    outdated_since: str | None
    holders: list[str]
    count: int
    tables: list[ReachedTableAnswer]


class ReachAnswer(TypedDict):
    """The released sets that a correction reaches."""

    releases: list[ReachedReleaseAnswer]
    notes: list[str]

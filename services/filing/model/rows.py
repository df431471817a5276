"""Rows of long lists (城市1–3表): kept in segments beside the filing, never changed once written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

RowValues = Mapping[str, object]
"""One row as JSON, by the key of the part."""

SEGMENT_ROWS = 1000
"""Rows of a full segment."""


@dataclass(frozen=True)
class Segment:
    """A piece of a list: `count` rows, `digest` the SHA-256 of their canonical JSON in hex."""

    id: str
    count: int
    digest: str


@dataclass(frozen=True)
class RowSet:
    """A whole list as the segments in their order; the filing that it came from stands in each row of an assembled one."""

    segments: tuple[Segment, ...] = ()

    @property
    def count(self) -> int:
        """How many rows there are."""
        return sum(each.count for each in self.segments)

    def locate(self, row: int) -> tuple[int, int]:
        """Return the index of the segment with a row (from 0), and the row's place in it. Raises `IndexError`."""
        at = row
        for index, segment in enumerate(self.segments):
            if 0 <= at < segment.count:
                return index, at
            at -= segment.count
        raise IndexError(row)

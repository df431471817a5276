"""Frozen snapshots: what a period came to when it was settled for good, by the columns as they were then."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from shared.contracts.filing import FactKind

MONTHLY = frozenset({FactKind.CONTRACT, FactKind.EXECUTION})
"""Kinds whose facts count in months; all others count in years."""


WAITING_FOR = timedelta(hours=1)
"""So long the facts of a closed period may be on their way."""


class SnapshotState(StrEnum):
    """Whether all facts of a closed period have come, so that it could be frozen."""

    WAITING = "waiting"
    FROZEN = "frozen"


@dataclass(frozen=True)
class Pinned:
    """A segment that a snapshot names; `digest` is that of the segment as it is stored."""

    id: str
    rows: int
    digest: str


@dataclass(frozen=True)
class Snapshot:
    """A closed period. `counts` are the filings by form that filing settled, `digest_of_filings` its own digest over them.

    `unreadable` are those of them that filing could not open: their facts never come, and are not waited for. `controls`
    are the sums that filing reckoned, by form and measure; None where it told none. While it waits, `missing` says of which forms how many filings were not told yet. Once it is frozen, `partitions` name
    the segments that all tables of the period are reckoned from, for good: those of the year up to it, and of the year
    before, whose values stand beside. What was corrected afterwards is frozen anew, with the next `number`, where it is
    to be released; what was frozen before stays.
    """

    period: str
    version: int
    closing_id: str
    final_on: date
    counts: Mapping[str, int]
    digest_of_filings: str
    state: SnapshotState = SnapshotState.WAITING
    missing: Mapping[str, int] = field(default_factory=dict)
    partitions: Mapping[str, tuple[Pinned, ...]] = field(default_factory=dict)
    frozen_at: datetime | None = None
    number: int = 1
    closed_at: datetime | None = None
    unreadable: Mapping[str, int] = field(default_factory=dict)
    controls: Mapping[tuple[str, str], Decimal] | None = field(default=None, repr=False)

    def is_overdue(self, now: datetime) -> bool:
        """Tell whether it has waited for its facts for longer than they take."""
        is_waiting = self.state is SnapshotState.WAITING
        return is_waiting and self.closed_at is not None and now - self.closed_at > WAITING_FOR

    @property
    def digest(self) -> str:
        """What stands for everything that is frozen: the filings, and each segment in its place."""
        parts = [[key, [each.digest for each in self.partitions[key]]] for key in sorted(self.partitions)]
        said = [self.period, self.closing_id, self.digest_of_filings, parts]
        return hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()


def periods_of(period: str) -> tuple[str, ...]:
    """Return the periods of the filings that a closing settles: a month alone, a year with all its months."""
    if period[4:]:
        return (period,)
    return (period, *(f"{period}-{month:02}" for month in range(1, 13)))


def is_within(key: str, period: str) -> bool:
    """Tell whether tables of a period need a partition: its year up to it, the year before, and units of all years."""
    kind, _, counted_in = key.partition("/")
    year = int(period[:4])
    if FactKind(kind) is FactKind.UNIT:
        return int(counted_in) <= year
    if FactKind(kind) not in MONTHLY:
        return int(counted_in) in (year - 1, year)
    until = period[5:] or "12"
    return counted_in[5:] <= until and int(counted_in[:4]) in (year - 1, year)

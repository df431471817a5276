"""By what filings under review are put in order: three small numbers that are kept in clear, and tell no amount."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Ranks:
    """What a submission weighs in a queue.

    `severity` grows with the number and the kind of its queries, `days_late` are those after the due day, `change` is
    the band of its largest change (`outliers.change`).
    """

    severity: int = 0
    days_late: int = 0
    change: int = 0


class Order(StrEnum):
    """The orders of a queue; what waits longest comes first among those that weigh the same."""

    WAITING = "waiting"
    SEVERITY = "severity"
    LATENESS = "lateness"
    CHANGE = "change"


LARGE_CHANGE = 7
"""From this band on a change is called large: tenfold, or out of nothing."""

"""By what filings under review are put in order: three small numbers that are kept in clear and tell no amount, and what
a submission moves, which is sealed."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True)
class Moved:
    """A key total of a form as it was expected to be, by what is in force, and as it was submitted; None where there is none.

    `measure` names it among those of its form.
    """

    measure: str
    before: Decimal | None = field(repr=False)
    now: Decimal | None = field(repr=False)


@dataclass(frozen=True)
class Ranks:
    """What a submission weighs in a queue.

    `severity` grows with the number and the kind of its queries, `days_late` are those after the due day, `change` is
    the band of its largest change (`outliers.change`). `moves` are its key totals before and now.
    """

    severity: int = 0
    days_late: int = 0
    change: int = 0
    moves: tuple[Moved, ...] = field(default=(), repr=False)


class Order(StrEnum):
    """The orders of a queue; what waits longest comes first among those that weigh the same."""

    WAITING = "waiting"
    SEVERITY = "severity"
    LATENESS = "lateness"
    CHANGE = "change"
    INFLUENCE = "influence"


KEPT_ORDERS = (Order.WAITING, Order.SEVERITY, Order.LATENESS, Order.CHANGE)
"""The orders that an index keeps; that by influence is made when it is asked for (`outliers.influence`)."""


LARGE_CHANGE = 7
"""From this band on a change is called large: tenfold, or out of nothing."""

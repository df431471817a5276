"""How much a filing changes against the one before it, as a band from 0 to 9 by which a queue is put in order.

A band says between which ratios the largest change of the form's totals lies, as ten times as much or a tenth. Who knows
it knows no amount: every amount has the same bands around it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from decimal import Decimal

BOUNDS = tuple(map(Decimal, ("1.05", "1.1", "1.25", "1.5", "2", "3", "5", "10", "100")))
"""Up to which ratio each band reaches; the last has no end."""

OUT_OF_NOTHING = 7
"""The band of a total that came from nothing or went to nothing: like one that grew tenfold."""


def change_band(totals: Iterable[tuple[Decimal | None, Decimal | None]]) -> int:
    """Return the band of the largest change among totals, each as it was and as it is; 0 where none can be compared."""
    return max((_band(before, now) for before, now in totals if before is not None and now is not None), default=0)


def _band(before: Decimal, now: Decimal) -> int:
    if before == now:
        return 0
    if before <= 0 or now <= 0:
        return OUT_OF_NOTHING
    return bisect_left(BOUNDS, max(before, now) / min(before, now))

"""Where counts of expected forms are kept, so that a whole country is not counted each time somebody looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.filing.completeness.counts import Counts

Place = tuple[str, ...]
"""Where units are placed: their division and those above it."""


@dataclass(frozen=True)
class Cell:
    """The counts of a form and period for the units of one place."""

    path: Place
    counts: Counts


@dataclass(frozen=True)
class Mark:
    """Up to when a division's counts of a form and period are kept, and when all of it was last counted anew."""

    division: str
    as_of: datetime
    whole_at: datetime


class KeptCounts(Protocol):
    """Where counts are kept. They hold nothing that units, filings and contracts do not say."""

    def cells(self, form: str, period: str, division: str) -> Sequence[Cell]:
        """Return the counts of a form and period for the places in a division."""
        ...

    def find_mark(self, form: str, period: str, divisions: Sequence[str]) -> Mark | None:
        """Return the latest mark of any of these divisions, None where none was counted."""
        ...

    def put(self, form: str, period: str, cells: Sequence[Cell], at: datetime) -> None:
        """Keep the counts of some places as they were at a moment; later ones stay."""
        ...

    def drop_before(self, form: str, period: str, division: str, at: datetime) -> None:
        """Forget the places of a division that were not counted again since a moment: nobody is there any more."""
        ...

    def put_mark(self, form: str, period: str, mark: Mark) -> None:
        """Keep up to when a division is counted."""
        ...

    def forget(self) -> None:
        """Forget everything, so that it is counted anew."""
        ...

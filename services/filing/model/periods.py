"""Reporting periods: a year (2025) or a month (2025-03), kept as text that sorts by time."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

_FORM = re.compile(r"(20[0-9]{2})(?:-(0[1-9]|1[0-2]))?")


class NotAPeriod(ValueError):
    """The text names no period."""


@dataclass(frozen=True, order=True)
class Period:
    """A year, or one of its months; `month` is 0 for a whole year."""

    year: int
    month: int = 0

    @property
    def first_day(self) -> date:
        """The day on which the period begins."""
        return date(self.year, self.month or 1, 1)

    @property
    def last_day(self) -> date:
        """The day on which the period ends."""
        month = self.month or 12
        return date(self.year, month, calendar.monthrange(self.year, month)[1])

    @property
    def is_month(self) -> bool:
        """Whether it is a month."""
        return bool(self.month)

    @property
    def before(self) -> Period:
        """The period of the same length before this one."""
        if not self.month:
            return Period(self.year - 1)
        return Period(self.year - 1, 12) if self.month == 1 else Period(self.year, self.month - 1)

    @property
    def label(self) -> str:
        """The period as the head of a form prints it."""
        return f"{self.year}年{self.month}月" if self.month else f"{self.year}年"

    def __str__(self) -> str:
        """Return the text that is stored: 2025 or 2025-03."""
        return f"{self.year}-{self.month:02}" if self.month else str(self.year)


def period_of(text: str) -> Period:
    """Return the period of its stored text. Raises `NotAPeriod`."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise NotAPeriod(text)
    return Period(int(found[1]), int(found[2] or 0))

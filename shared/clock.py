"""Time as an argument: aware UTC inside, Asia/Shanghai at the edges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class SystemClock:
    """The clock of the machine, cut to milliseconds as MongoDB stores them."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        moment = datetime.now(UTC)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@dataclass
class FixedClock:
    """A clock that stands still until it is moved; for tests."""

    moment: datetime

    def now(self) -> datetime:
        """Return the moment that was set."""
        return self.moment

    def advance(self, step: timedelta) -> None:
        """Move the clock by `step`."""
        self.moment += step


def local_date(moment: datetime) -> date:
    """Return the calendar day in Asia/Shanghai of an aware moment."""
    return moment.astimezone(SHANGHAI).date()

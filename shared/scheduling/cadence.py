"""When a job is to run: moments in Asia/Shanghai, written as a line of a table. Pure.

| line | runs |
| --- | --- |
| `every 15 minutes` | at 00:00, 00:15, … of each day; the number divides a day |
| `daily 07:00 13:00` | each day at these times |
| `working days 08:00` | at these times of each working day of the State Council's calendar, make-up days included |
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from shared.calendar.days import day
from shared.clock import SHANGHAI, local_date

DAY_MINUTES = 24 * 60
ONE_DAY = timedelta(days=1)
_EVERY = re.compile(r"every ([0-9]{1,4}) minutes?")
_AT = re.compile(r"(daily|working days)((?: (?:[01][0-9]|2[0-3]):[0-5][0-9])+)")


class NotACadence(ValueError):
    """The line says no moments."""


@dataclass(frozen=True)
class Cadence:
    """Times of each day, or of each working day."""

    times: tuple[time, ...]
    is_working_days: bool = False
    every_minutes: int = 0

    @property
    def label(self) -> str:
        """How people read it."""
        if self.every_minutes:
            return f"每 {self.every_minutes} 分钟"
        return ("每个工作日 " if self.is_working_days else "每天 ") + "、".join(f"{each:%H:%M}" for each in self.times)

    def slot_at(self, moment: datetime) -> datetime:
        """Return the last moment of the cadence that is not after `moment`, in UTC."""
        on = local_date(moment)
        while True:
            past = [slot for slot in self._slots(on) if slot <= moment]
            if past:
                return past[-1]
            on -= ONE_DAY

    def next_after(self, moment: datetime) -> datetime:
        """Return the first moment of the cadence after `moment`, in UTC."""
        on = local_date(moment)
        while True:
            ahead = [slot for slot in self._slots(on) if slot > moment]
            if ahead:
                return ahead[0]
            on += ONE_DAY

    def _slots(self, on: date) -> list[datetime]:
        if self.is_working_days and not day(on).is_working:
            return []
        return [datetime.combine(on, each, SHANGHAI).astimezone(UTC) for each in self.times]


def cadence_of(line: str) -> Cadence:
    """Return the cadence of a line of a table. Raises `NotACadence`."""
    every = _EVERY.fullmatch(line)
    if every:
        minutes = int(every[1])
        if not minutes or DAY_MINUTES % minutes:
            raise NotACadence(line)
        times = (time(number // 60, number % 60) for number in range(0, DAY_MINUTES, minutes))
        return Cadence(tuple(times), every_minutes=minutes)
    at = _AT.fullmatch(line)
    if not at:
        raise NotACadence(line)
    times = (time.fromisoformat(each) for each in at[2].split())
    return Cadence(tuple(sorted(set(times))), is_working_days=at[1] == "working days")

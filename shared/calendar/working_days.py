"""Counting in working days: how many lie between two days, which day is the n-th, and why. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile

from shared.calendar.days import Day, day

ONE_DAY = timedelta(days=1)

DayOf = Callable[[date], Day]
"""Says what a day is; `day` of the calendar where nothing else is given."""


@dataclass(frozen=True)
class Count:
    """A number of working days; `is_provisional` where a day of the span is not announced."""

    days: int
    is_provisional: bool


@dataclass(frozen=True)
class Due:
    """The n-th working day after `start`; `special` are the days on the way that are not what their weekday says."""

    start: date
    days: int
    on: date
    is_provisional: bool
    special: tuple[Day, ...]

    @property
    def explanation(self) -> str:
        """Say in Chinese how the day was counted."""
        counted = counted_in_words(self.special, self.is_provisional)
        head = f"自{_written(self.start)}次日起第{self.days}个工作日"
        return f"{head}；{counted}。" if counted else f"{head}。"


def working_days_between(start: date, end: date) -> Count:
    """Return how many working days there are after `start`, up to and with `end`; 0 where `end` is not later."""
    days = [day(on) for on in takewhile(lambda on: on <= end, _after(start))]
    return Count(sum(each.is_working for each in days), any(each.is_provisional for each in days))


def add_working_days(start: date, n: int, day_of: DayOf = day) -> Due:
    """Return the n-th working day after `start`, the day of which counts as day 0.

    For 0 that is `start` itself. Raises `ValueError` for a negative number.
    """
    if n < 0:
        raise ValueError("a number of days from 0")
    special: list[Day] = []
    last, left, is_provisional = start, n, False
    for on in _after(start):
        if not left:
            break
        each = day_of(on)
        if each.name and (each.is_working or on.weekday() < 5):
            special.append(each)
        is_provisional = is_provisional or each.is_provisional
        left -= each.is_working
        last = on
    return Due(start, n, last, is_provisional, tuple(special))


def counted_in_words(special: Sequence[Day], is_provisional: bool) -> str:
    """Say in Chinese which holidays were left out, which make-up days counted, and what is only assumed; else nothing."""
    holidays = "、".join(f"{_short(each.on)}（{each.name}）" for each in special if not each.is_working)
    made_up = "、".join(f"{_short(each.on)}（{each.name}）" for each in special if each.is_working)
    assumed = "其中有的年份国务院尚未公布放假安排，按周末和固定节日暂计" if is_provisional else ""
    parts = (f"不计{holidays}" if holidays else "", f"计入{made_up}" if made_up else "", assumed)
    return "；".join(part for part in parts if part)


def _after(start: date) -> Iterator[date]:
    """Yield the days after `start`; whoever takes them says where to stop."""
    on = start
    while on < date.max:
        on += ONE_DAY
        yield on


def _written(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def _short(on: date) -> str:
    return f"{on.month}月{on.day}日"

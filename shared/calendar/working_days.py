"""Counting in working days: how many lie between two days, which day is the n-th, and why. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile

from shared.calendar.days import Day, day

ONE_DAY = timedelta(days=1)


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
        parts = [f"自{_written(self.start)}次日起第{self.days}个工作日"]
        holidays = [each for each in self.special if not each.is_working]
        made_up = [each for each in self.special if each.is_working]
        if holidays:
            parts.append("不计" + "、".join(f"{_short(each.on)}（{each.name}）" for each in holidays))
        if made_up:
            parts.append("计入" + "、".join(f"{_short(each.on)}（{each.name}）" for each in made_up))
        if self.is_provisional:
            parts.append("其中有的年份国务院尚未公布放假安排，按周末和固定节日暂计")
        return "；".join(parts) + "。"


def working_days_between(start: date, end: date) -> Count:
    """Return how many working days there are after `start`, up to and with `end`; 0 where `end` is not later."""
    days = [day(on) for on in takewhile(lambda on: on <= end, _after(start))]
    return Count(sum(each.is_working for each in days), any(each.is_provisional for each in days))


def add_working_days(start: date, n: int) -> Due:
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
        each = day(on)
        if each.name and (each.is_working or on.weekday() < 5):
            special.append(each)
        is_provisional = is_provisional or each.is_provisional
        left -= each.is_working
        last = on
    return Due(start, n, last, is_provisional, tuple(special))


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

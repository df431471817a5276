"""What one day is: a working day or none, on what ground, and whether that is announced or only assumed.

In this order: the table of `data/overrides.json`, the announced years of the library `chinesecalendar`, and beyond them
a fixed rule. What the fixed rule says is provisional: the State Council moves weekends around holidays, and dates of
the lunar calendar are left out, so that a day may turn out to be none.

Each row of the table: `{"date": "2027-02-08", "is_working": false, "name": "春节"}`; a year whose days are all known, by
the library or by rows, stands in `announced_years` and is no longer provisional.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

import chinese_calendar
from chinese_calendar.constants import Holiday, holidays

SATURDAY = 5

FIXED_HOLIDAYS: Mapping[tuple[int, int], str] = {
    (1, 1): "元旦",
    (5, 1): "劳动节",
    (5, 2): "劳动节",
    (10, 1): "国庆节",
    (10, 2): "国庆节",
    (10, 3): "国庆节",
}
"""Holidays that fall on the same day of every year (全国年节及纪念日放假办法, as amended from 2025)."""

_NAMES = {
    Holiday.new_years_day: "元旦",
    Holiday.spring_festival: "春节",
    Holiday.tomb_sweeping_day: "清明节",
    Holiday.labour_day: "劳动节",
    Holiday.dragon_boat_festival: "端午节",
    Holiday.national_day: "国庆节",
    Holiday.mid_autumn_festival: "中秋节",
    Holiday.anti_fascist_70th_day: "抗战胜利纪念日",
}
_NAME_OF = {kind.value: name for kind, name in _NAMES.items()}
_FILE = Path(__file__).parent / "data" / "overrides.json"


@dataclass(frozen=True)
class Day:
    """One day: `name` says why it is not what its place in the week says; `is_provisional` where nobody announced it."""

    on: date
    is_working: bool
    name: str = ""
    is_provisional: bool = False


@dataclass(frozen=True)
class Overrides:
    """What is known beyond the library: single days, and years that are announced in full."""

    days: Mapping[date, Day]
    announced_years: frozenset[int]


@lru_cache(maxsize=4096)  # the library goes through all its holidays at every question
def day(on: date) -> Day:
    """Return what a day is."""
    return day_in(on, _overrides())


def day_in(on: date, overrides: Overrides) -> Day:
    """Return what a day is where these overrides hold."""
    named = overrides.days.get(on)
    if named is not None:
        return named
    first, last = _years_of_the_library()
    if first <= on.year <= last:
        _, holiday = chinese_calendar.get_holiday_detail(on)
        is_working = chinese_calendar.is_workday(on)
        name = _NAME_OF.get(holiday or "", holiday or "")
        return Day(on, is_working, f"{name}调休上班" if name and is_working else name)
    fixed = FIXED_HOLIDAYS.get((on.month, on.day), "")
    is_working = on.weekday() < SATURDAY and not fixed
    return Day(on, is_working, fixed, is_provisional=on.year not in overrides.announced_years)


def read_overrides(text: str) -> Overrides:
    """Return the overrides of a JSON text. Raises `ValueError`, `KeyError` for a bad row or two of one day."""
    table = json.loads(text)
    rows = [Day(date.fromisoformat(row["date"]), bool(row["is_working"]), str(row["name"])) for row in table["days"]]
    days = {row.on: row for row in rows}
    if len(days) != len(rows):
        raise ValueError("two rows of one day")
    return Overrides(days, frozenset(int(year) for year in table["announced_years"]))


@cache
def _overrides() -> Overrides:
    return read_overrides(_FILE.read_text("utf-8"))


@cache
def _years_of_the_library() -> tuple[int, int]:
    return min(holidays).year, max(holidays).year

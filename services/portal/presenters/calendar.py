"""View-models of the calendar: the dates of a year with their grounds, and the working days month by month."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from services.portal.model.reliefs import DateAnswer, TimetableAnswer
from services.portal.presenters.words import Badge, chinese_date
from shared.calendar.days import Day, day
from shared.calendar.statutory import sharing_after, weekday

FIRST_YEAR, LAST_YEAR = 2022, 2035
TONES = {"due": "primary", "first": "primary", "lock": "danger", "query": "warning"}
WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日")


@dataclass(frozen=True)
class DateView:
    """A date of the year; `moved_from` is the statutory day where another one was granted."""

    on: str
    weekday: str
    badge: Badge
    what: str
    explanation: str
    moved_from: str
    is_provisional: bool
    is_exempt: bool
    is_past: bool
    is_next: bool
    is_today: bool


@dataclass(frozen=True)
class DayView:
    """A day of a month in the grid; `mark` is 休 or 班 where it is not what its weekday says."""

    number: int
    label: str
    mark: str
    name: str
    is_working: bool
    is_today: bool


@dataclass(frozen=True)
class MonthView:
    """A month: its dates, and its days in weeks from Monday, None outside of the month."""

    number: int
    dates: tuple[DateView, ...]
    weeks: tuple[tuple[DayView | None, ...], ...]
    working_days: int
    special: tuple[str, ...]


@dataclass(frozen=True)
class YearView:
    """A year; `is_provisional` where the State Council has not announced its days."""

    year: int
    before: int | None
    after: int | None
    months: tuple[MonthView, ...]
    later: tuple[DateView, ...]
    coming: tuple[DateView, ...]
    terms: tuple[tuple[str, int], ...]
    is_provisional: bool


@dataclass(frozen=True)
class Reckoned:
    """When statistics that are settled on a day may be shared."""

    approved: str
    possible: str
    scheduled: str
    explanation: str


def year_view(answer: TimetableAnswer, today: date) -> YearView:
    """Return a year of the calendar."""
    year = answer["year"]
    days = [day(date(year, month, number)) for month in range(1, 13) for number in range(1, _last(year, month) + 1)]
    coming = next((each["on"] for each in answer["items"] if each["on"] >= today.isoformat()), "")
    views = [(each["on"], date_view(each, today, coming)) for each in answer["items"]]
    months = tuple(_month(year, month, days, views, today) for month in range(1, 13))
    return YearView(
        year=year,
        before=year - 1 if year > FIRST_YEAR else None,
        after=year + 1 if year < LAST_YEAR else None,
        months=months,
        later=tuple(view for on, view in views if on[:4] != str(year)),
        coming=tuple(view for on, view in views if on == coming),
        terms=tuple((each["label"], each["working_days"]) for each in answer["review_terms"]),
        is_provisional=any(each.is_provisional for each in days),
    )


def date_view(answer: DateAnswer, today: date, coming: str = "") -> DateView:
    """Return one date; `coming` is the first day that is not past."""
    on, statutory = date.fromisoformat(answer["on"]), date.fromisoformat(answer["statutory"])
    about = answer["form_title"] or "全国数据"
    return DateView(
        on=chinese_date(on),
        weekday=weekday(on),
        badge=Badge(answer["topic_label"], TONES.get(answer["topic"], "secondary")),
        what="　".join(part for part in (answer["form_number"], about, answer["period_label"]) if part),
        explanation=answer["explanation"],
        moved_from="" if on == statutory else chinese_date(statutory),
        is_provisional=answer["is_provisional"],
        is_exempt=answer["is_exempt"],
        is_past=on < today,
        is_next=answer["on"] == coming,
        is_today=on == today,
    )


def reckoned(text: str) -> Reckoned | None:
    """Return when what is settled on a day may be shared, None where the text is no day of the calendar."""
    try:
        approved = date.fromisoformat(text)
    except ValueError:
        return None
    if not FIRST_YEAR <= approved.year <= LAST_YEAR:
        return None
    found = sharing_after(approved)
    possible, scheduled = chinese_date(found.possible.on), chinese_date(found.scheduled)
    return Reckoned(chinese_date(approved), possible, scheduled, found.explanation)


def _month(year: int, month: int, days: Sequence[Day], views: Iterable[tuple[str, DateView]], today: date) -> MonthView:
    mine = [each for each in days if each.on.month == month]
    cells: list[DayView | None] = [None] * mine[0].on.weekday() + [_day(each, today) for each in mine]
    cells += [None] * (-len(cells) % 7)
    return MonthView(
        number=month,
        dates=tuple(view for on, view in views if on.startswith(f"{year}-{month:02}")),
        weeks=tuple(tuple(cells[start : start + 7]) for start in range(0, len(cells), 7)),
        working_days=sum(each.is_working for each in mine),
        special=_special(mine),
    )


def _day(each: Day, today: date) -> DayView:
    mark = ("班" if each.is_working else "休") if each.name else ""
    what = "、".join(part for part in (each.name, "工作日" if each.is_working else "休息日") if part)
    label = f"{each.on.month}月{each.on.day}日，{weekday(each.on)}，{what}"
    return DayView(each.on.day, label, mark, each.name, each.is_working, each.on == today)


def _special(days: Sequence[Day]) -> tuple[str, ...]:
    """Return in words which days of a month are no working days for a holiday, and which are made up."""
    named = [each for each in days if each.name]
    found = []
    for (name, is_working), run in groupby(named, key=lambda each: (each.name, each.is_working)):
        held = [each.on.day for each in run]
        span = f"{held[0]}日" if len(held) == 1 else f"{held[0]}—{held[-1]}日"
        found.append(f"{span} {name}{'' if is_working else '，休'}")
    return tuple(found)


def _last(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]

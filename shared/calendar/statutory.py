"""The statutory clock: every date that the survey's rules give, and why it is that day. Pure.

Due days and locks are days of the civil calendar: the regulation names them and moves none for a weekend or a holiday. What is
counted in working days follows the State Council's calendar and is provisional beyond its announced years. A day lasts
until 24:00 in Asia/Shanghai and belongs to the time that it ends.
"""

from __future__ import annotations

import calendar
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from shared.calendar.days import Day, day
from shared.calendar.working_days import ONE_DAY, DayOf, Due, add_working_days, counted_in_words

LAST_MONTH_OF_FIRST_HALF = 6
SHARING_DAYS = 10
_WEEKDAYS = "一二三四五六日"
_SATURDAY = 5
_REVIEW_FILE = Path(__file__).parent / "data" / "review_days.json"
_NOT_MOVED = "制度没有规定遇周末或节假日顺延"


class Kind(StrEnum):
    """Which rule gave a date."""

    DUE_OF_MONTH = "due_of_month"
    DUE_OF_YEAR = "due_of_year"
    DUE_WITH_CONTRACT = "due_with_contract"
    LOCK_OF_EXECUTION = "lock_of_execution"
    YEAR_OF_SIGNING = "year_of_signing"
    REVIEW = "review"
    FINAL_APPROVAL = "final_approval"
    SHARING = "sharing"


@dataclass(frozen=True)
class StatutoryDay:
    """A date with the rule that gives it, in Chinese, and where the regulation says so.

    `is_first` says that something may be done from that day on; else it is the last day for it. `special` are the holidays and
    make-up days on the way, where working days were counted.
    """

    kind: Kind
    on: date
    rule: str
    source: str
    note: str = ""
    is_first: bool = False
    is_provisional: bool = False
    special: tuple[Day, ...] = ()

    @property
    def explanation(self) -> str:
        """Say in Chinese which day it is, by which rule, and how it was counted."""
        head = f"{self.rule}，即{written(self.on)}（{weekday(self.on)}）{'起' if self.is_first else '24时止'}"
        return "。".join(part for part in (head, f"依据：{self.source}", self.note) if part) + "。"


@dataclass(frozen=True)
class Sharing:
    """The sharing clock: the tenth working day after the final approval, when sharing is possible, and when it is done."""

    approved_on: date
    tenth: date
    possible: StatutoryDay
    scheduled: date

    @property
    def is_provisional(self) -> bool:
        """Whether a day on the way, or the scheduled one, is not announced."""
        return self.possible.is_provisional

    @property
    def explanation(self) -> str:
        """Say in Chinese how the days were found."""
        return f"{self.possible.explanation}系统安排在其后首个工作日{written(self.scheduled)}（{weekday(self.scheduled)}）共享。"


@dataclass(frozen=True)
class ReviewTerm:
    """How many working days a level has for its review, and what it is called."""

    label: str
    working_days: int


def due_of_month(year: int, month: int, source: str) -> StatutoryDay:
    """Return until when a form of a month is due: the last day of that month."""
    on = date(year, month, calendar.monthrange(year, month)[1])
    rule = f"{year}年{month}月的月报应于当月月末前报送"
    return StatutoryDay(Kind.DUE_OF_MONTH, on, rule, source, _not_moved(on))


def due_of_year(year: int, month: int, day_of_month: int, source: str) -> StatutoryDay:
    """Return until when a form of a year is due: a day of the next year."""
    on = date(year + 1, month, day_of_month)
    rule = f"{year}年的年报应于次年{month}月{day_of_month}日前报送，含当日"
    return StatutoryDay(Kind.DUE_OF_YEAR, on, rule, source, _not_moved(on))


def due_with_contract(filed_on: date, source: str) -> StatutoryDay:
    """Return until when the first basic information is due: with the first contract, filed on a day."""
    rule = f"企业基本信息表应与{written(filed_on)}初次申报的合同同时报送"
    note = "没有基本信息的，合同不能报送；此后每年更新"
    return StatutoryDay(Kind.DUE_WITH_CONTRACT, filed_on, rule, source, note)


def days_late(due: date, filed_on: date) -> int:
    """Return by how many days something was filed after it was due; 0 where it was in time."""
    return max((filed_on - due).days, 0)


def lock_of_execution(dated_on: date) -> StatutoryDay:
    """Return the last day on which an execution of a day may be filed first (结转).

    An execution of the first half-year is filed within that year; one of the second half-year may, for stated special reasons,
    be filed until the end of March of the next year. No department can move it.
    """
    source = "《服务外包统计调查制度》四（三）合同执行日期"
    if dated_on.month <= LAST_MONTH_OF_FIRST_HALF:
        on, rule = date(dated_on.year, 12, 31), f"{dated_on.year}年上半年执行的，须在当年填报"
        return StatutoryDay(Kind.LOCK_OF_EXECUTION, on, rule, source, f"{_NOT_MOVED}，过期不再受理")
    on = date(dated_on.year + 1, 3, 31)
    rule = f"{dated_on.year}年下半年执行的，应在当年填报，有特殊情况的可顺延至次年3月底前"
    return StatutoryDay(Kind.LOCK_OF_EXECUTION, on, rule, source, f"{_NOT_MOVED}，过期不再受理")


def may_file_execution(dated_on: date, filed_on: date) -> bool:
    """Tell whether an execution of a day, which must have come, may be filed first on another."""
    return dated_on <= filed_on <= lock_of_execution(dated_on).on


def year_of_signing(signed_on: date) -> StatutoryDay:
    """Return the last day on which a contract signed on a day is filed without a question: the end of that year."""
    on = date(signed_on.year, 12, 31)
    rule = f"{signed_on.year}年签署的合同，原则上应于当年填报"
    source = "《服务外包统计调查制度》三（一）企业2表说明1"
    return StatutoryDay(Kind.YEAR_OF_SIGNING, on, rule, source, "以后仍可填报，须说明原因")


def final_approval_from(year: int, month: int = 0) -> StatutoryDay:
    """Return the first day on which the ministry may settle a year, or one of its months, for good (最终审定).

    A year waits for the executions that are carried over until the end of March, which count in its December.
    """
    if not month:
        on, rule = date(year + 1, 4, 1), f"{year}年的数据在结转期（次年3月31日）满后方可最终审定"
        source = "《服务外包统计调查制度》四（三）合同执行日期、一（十）"
        return StatutoryDay(Kind.FINAL_APPROVAL, on, rule, source, "结转的执行计入上年12月", is_first=True)
    on = date(year, month, calendar.monthrange(year, month)[1]) + ONE_DAY
    note = "以后结转的执行计入12月，随全年数据审定" if month == 12 else ""
    rule, source = f"{year}年{month}月的月报在当月结束后方可最终审定", "《服务外包统计调查制度》一（七）2、一（十）"
    return StatutoryDay(Kind.FINAL_APPROVAL, on, rule, source, note, is_first=True)


def review_due(level: str, reached_on: date, day_of: DayOf = day) -> StatutoryDay:
    """Return until when a level should decide on what reached it on a day.

    `level` is the role that reviews; raises `KeyError` for one that reviews nothing.
    """
    term = review_terms()[level]
    due = add_working_days(reached_on, term.working_days, day_of)
    rule = f"{term.label}应在收到后第{term.working_days}个工作日前审核（{written(reached_on)}收到，次日起计）"
    return _counted(Kind.REVIEW, due, due.on, rule, "本系统的工作约定，制度没有规定审核时长")


def sharing_after(approved_on: date, day_of: DayOf = day) -> Sharing:
    """Return when statistics approved for good on a day, which counts as day 0, may be shared with other departments.

    Ten full working days must have passed: sharing is possible from the calendar day after the tenth, and is scheduled for the
    next working day.
    """
    tenth = add_working_days(approved_on, SHARING_DAYS, day_of)
    scheduled = add_working_days(tenth.on, 1, day_of)
    rule = (
        f"{written(approved_on)}最终审定，满{SHARING_DAYS}个工作日（第{SHARING_DAYS}个为{written(tenth.on)}）后可以共享"
    )
    passed = Due(
        tenth.start,
        tenth.days,
        tenth.on,
        tenth.is_provisional or scheduled.is_provisional,
        tuple(dict.fromkeys((*tenth.special, *scheduled.special))),
    )
    source = "《服务外包统计调查制度》一（十）"
    possible = _counted(Kind.SHARING, passed, tenth.on + ONE_DAY, rule, source, is_first=True)
    return Sharing(approved_on, tenth.on, possible, scheduled.on)


@cache
def review_terms() -> Mapping[str, ReviewTerm]:
    """Return the working days that each reviewing role has."""
    table = json.loads(_REVIEW_FILE.read_text("utf-8"))
    return {role: ReviewTerm(str(row["label"]), int(row["working_days"])) for role, row in table["levels"].items()}


def written(on: date) -> str:
    """Return a day in Chinese: 2026年1月10日."""
    return f"{on.year}年{on.month}月{on.day}日"


def weekday(on: date) -> str:
    """Return the day of the week in Chinese: 星期六."""
    return f"星期{_WEEKDAYS[on.weekday()]}"


def _counted(kind: Kind, due: Due, on: date, rule: str, source: str, is_first: bool = False) -> StatutoryDay:
    note = counted_in_words(due.special, due.is_provisional)
    return StatutoryDay(kind, on, rule, source, note, is_first, due.is_provisional, due.special)


def _not_moved(on: date) -> str:
    return f"{_NOT_MOVED}，当日为{weekday(on)}，时限不变" if on.weekday() >= _SATURDAY else _NOT_MOVED

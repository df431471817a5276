"""Who is reminded of what and when: each step once, made up for after an outage, anew where the last day moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.filing.reminding.owed import REMINDER, URGED, FormKey, Owed, Record
from services.filing.reminding.terms import Steps, TermsBroken, read_terms, the_terms
from services.filing.reminding.wording import MOST_LINES, owed_lines

DUE = date(2026, 1, 10)
TERMS = the_terms().reminders
YEARLY = Owed(FormKey("enterprise-4", "2025"), "服务外包人力资源情况登记表", "2025年", DUE, is_month=False)
MONTHLY = Owed(FormKey("enterprise-3", "2026-01"), "执行", "2026年1月", date(2026, 1, 31), is_month=True)
NOBODY = Record("u" * 32)
TABLE = """
[reminders]
cadence = "daily 07:00"
lapses_after = 3
[reminders.year]
before = [7]
after = [1]
[reminders.month]
before = []
after = []
[digests]
cadence = "working days 07:30"
escalates_after = 5
named_divisions = 20
"""


def days_told(*owed: Owed, first: date, last: date, missing: frozenset[date] = frozenset()) -> list[date]:
    """Return the days on which a unit that never files is told, where the job runs each day but the missing ones."""
    record, days, on = NOBODY, [], first
    while on <= last:
        if on not in missing:
            record, told = record.remind(owed, on, TERMS)
            record = replace(record, version=record.version + 1)
            days += [on] * bool(told)
        on += timedelta(days=1)
    return days


def test_a_unit_is_told_before_and_after_the_last_day():
    days = days_told(YEARLY, first=date(2025, 12, 1), last=date(2026, 6, 1))

    assert [(day - DUE).days for day in days] == [-7, -3, -1, 1, 7, 30]


def test_a_step_that_was_missed_is_made_up_for_once_and_not_for_ever():
    late = days_told(YEARLY, first=date(2025, 12, 1), last=DUE, missing=frozenset({date(2026, 1, 3)}))
    too_late = days_told(YEARLY, first=date(2026, 1, 21), last=date(2026, 2, 8))

    assert late == [date(2026, 1, 4), date(2026, 1, 7), date(2026, 1, 9)]
    assert too_late == []


def test_one_notice_lists_all_that_is_owed_the_most_pressing_first():
    record, told = NOBODY.remind([MONTHLY, replace(YEARLY, due=date(2026, 1, 17))], date(2026, 1, 24), TERMS)

    assert told == (replace(YEARLY, due=date(2026, 1, 17)), MONTHLY)
    assert [(each.occasion, each.keys) for each in record.open] == [(REMINDER, (YEARLY.key, MONTHLY.key))]


def test_what_is_not_at_a_step_today_stays_out_of_the_notice():
    _, told = NOBODY.remind([MONTHLY, YEARLY], date(2026, 1, 11), TERMS)

    assert told == (YEARLY,)


def test_a_job_that_runs_twice_tells_once():
    once, first = NOBODY.remind([YEARLY], date(2026, 1, 9), TERMS)

    twice, second = once.remind([YEARLY], date(2026, 1, 9), TERMS)

    assert (len(first), second) == (1, ())
    assert twice == once


def test_two_workers_that_remind_of_the_same_name_it_the_same():
    first, _ = NOBODY.remind([YEARLY], date(2026, 1, 9), TERMS)
    second, _ = NOBODY.remind([YEARLY], date(2026, 1, 9), TERMS)

    assert first.open[0].once == second.open[0].once


def test_a_later_last_day_begins_the_steps_anew():
    told = days_told(YEARLY, first=date(2026, 1, 1), last=DUE)
    record, _ = NOBODY.remind([YEARLY], DUE + timedelta(days=1), TERMS)
    moved = replace(YEARLY, due=date(2026, 2, 10))

    later = [
        day
        for day in (date(2026, 1, 20) + timedelta(days=n) for n in range(20))
        if record.remind([moved], day, TERMS)[1]
    ]

    assert len(told) == 3
    assert later[0] == date(2026, 2, 3)


@given(st.lists(st.integers(-30, 60), max_size=40, unique=True))
def test_whatever_days_the_job_runs_on_each_step_is_told_at_most_once(days: list[int]):
    record, steps = NOBODY, []
    for past in sorted(days):
        record, told = record.remind([YEARLY], DUE + timedelta(days=past), TERMS)
        steps += [record.told[each.key].step for each in told]

    assert steps == sorted(set(steps))


def test_a_form_that_was_filed_settles_the_notice_that_asked_for_it_alone():
    record, _ = NOBODY.remind([YEARLY], date(2026, 1, 9), TERMS)

    after, done = record.settle(YEARLY.key)

    assert [each.once for each in done] == [record.open[0].once]
    assert after.open == ()


def test_a_notice_stands_until_all_that_it_asks_for_is_filed():
    near = replace(YEARLY, due=date(2026, 1, 30))
    record, _ = NOBODY.remind([MONTHLY, near], date(2026, 1, 30), TERMS)

    halfway, nothing = record.settle(near.key)
    _, done = halfway.settle(MONTHLY.key)

    assert nothing == ()
    assert len(done) == 1


def test_a_department_urges_once_a_day_for_a_form():
    today = date(2026, 1, 15)
    record, first = NOBODY.urge([YEARLY], today)

    _, again = record.urge([YEARLY], today)
    mixed, other = record.urge([YEARLY, MONTHLY], today)
    _, next_day = record.urge([YEARLY], today + timedelta(days=1))

    assert (first, again, other, next_day) == ((YEARLY,), (), (MONTHLY,), (YEARLY,))
    assert [each.occasion for each in mixed.open] == [URGED, URGED]


def test_what_lies_far_back_is_forgotten():
    record, _ = NOBODY.remind([YEARLY], date(2026, 1, 9), TERMS)
    next_year = replace(YEARLY, key=FormKey("enterprise-4", "2026"), due=date(2027, 3, 1))

    later, _ = record.remind([next_year], date(2027, 3, 2), TERMS)

    assert list(later.told) == [next_year.key]
    assert [each.keys for each in later.open] == [(next_year.key,)]


def test_a_notice_says_until_when_and_how_late():
    text = owed_lines([YEARLY, replace(MONTHLY, is_returned=True)], date(2026, 1, 12))

    assert text.splitlines() == [
        "· 2025年《服务外包人力资源情况登记表》，已于2026年1月10日到期，逾期2天",
        "· 2026年1月《执行》，已退回待改，2026年1月31日前报送，还有19天",
    ]
    assert "今天（2026年1月10日）到期" in owed_lines([YEARLY], DUE)


def test_a_long_list_names_the_first_and_counts_the_rest():
    text = owed_lines([YEARLY] * (MOST_LINES + 5), DUE)

    assert len(text.splitlines()) == MOST_LINES + 1
    assert text.endswith("另有 5 份，请在待办中查看")


def test_the_reach_covers_every_step_of_the_table():
    reach = TERMS.reach

    assert reach == (-7, 33)


@pytest.mark.parametrize(
    ("line", "broken"),
    [
        ("before = [7]", "before = [-7]"),
        ("before = [7]", "before = [true]"),
        ("after = [1]", 'after = ["1"]'),
        ('cadence = "daily 07:00"', 'cadence = "at seven"'),
        ("escalates_after = 5", ""),
        ("lapses_after = 3", "lapses_after = 0.5"),
        ("[reminders.month]", "[reminders.week]"),
    ],
)
def test_a_faulty_table_is_refused(line: str, broken: str):
    read_terms(TABLE)

    with pytest.raises(TermsBroken):
        read_terms(TABLE.replace(line, broken, 1))


def test_steps_of_a_table_may_be_none():
    steps = read_terms(TABLE).reminders.month

    assert steps == Steps((), 3)
    assert steps.at(0) is None

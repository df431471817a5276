"""The statutory clock: literal dates of 2023–2026, reckoned by hand from the regulation and the State Council's notices."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.calendar.days import Day, day, day_in, read_overrides
from shared.calendar.statutory import (
    days_late,
    due_of_month,
    due_of_year,
    due_with_contract,
    final_approval_from,
    lock_of_execution,
    may_file_execution,
    review_due,
    review_terms,
    sharing_after,
    written,
    year_of_signing,
)

ONE_DAY = timedelta(days=1)
ANNOUNCED = st.dates(date(2010, 1, 1), date(2026, 11, 1))
ANY_DAY = st.dates(date(2010, 1, 1), date(2040, 12, 31))

MONTH_ENDS = """
2023-01-31 2023-02-28 2023-03-31 2023-04-30 2023-05-31 2023-06-30
2023-07-31 2023-08-31 2023-09-30 2023-10-31 2023-11-30 2023-12-31
2024-01-31 2024-02-29 2024-03-31 2024-04-30 2024-05-31 2024-06-30
2024-07-31 2024-08-31 2024-09-30 2024-10-31 2024-11-30 2024-12-31
2025-01-31 2025-02-28 2025-03-31 2025-04-30 2025-05-31 2025-06-30
2025-07-31 2025-08-31 2025-09-30 2025-10-31 2025-11-30 2025-12-31
2026-01-31 2026-02-28 2026-03-31 2026-04-30 2026-05-31 2026-06-30
2026-07-31 2026-08-31 2026-09-30 2026-10-31 2026-11-30 2026-12-31
"""

SHARING = (
    # Spring Festival 21–27 January; 28 and 29, a weekend, are worked
    ("2023-01-18", "2023-02-06", "2023-02-07", "2023-02-07"),
    # Mid-Autumn and National Day 29 September – 6 October; 7 and 8, a weekend, are worked; the tenth day is a Friday
    ("2023-09-25", "2023-10-13", "2023-10-14", "2023-10-16"),
    # Spring Festival 10–17 February; the Sundays 4 and 18 are worked
    ("2024-02-02", "2024-02-21", "2024-02-22", "2024-02-22"),
    # National Day 1–7 October; Sunday 29 September and Saturday 12 October are worked
    ("2024-09-27", "2024-10-16", "2024-10-17", "2024-10-17"),
    # Spring Festival 28 January – 4 February; Sunday 26 January and Saturday 8 February are worked
    ("2025-01-23", "2025-02-12", "2025-02-13", "2025-02-13"),
    # National Day and Mid-Autumn 1–8 October; Sunday 28 September and Saturday 11 October are worked
    ("2025-09-25", "2025-10-15", "2025-10-16", "2025-10-16"),
    # Spring Festival 15–23 February; the Saturdays 14 and 28 are worked
    ("2026-02-11", "2026-03-03", "2026-03-04", "2026-03-04"),
    # National Day 1–7 October; Saturday 10 is worked
    ("2026-09-30", "2026-10-20", "2026-10-21", "2026-10-21"),
    # no holiday: two weeks, the tenth day a Friday
    ("2026-03-06", "2026-03-20", "2026-03-21", "2026-03-23"),
    # approved on a Sunday
    ("2026-03-08", "2026-03-20", "2026-03-21", "2026-03-23"),
)


def test_a_form_of_a_month_is_due_on_its_last_day_whatever_day_of_the_week_that_is() -> None:
    months = [(year, month) for year in range(2023, 2027) for month in range(1, 13)]

    assert [due_of_month(year, month, "一").on.isoformat() for year, month in months] == MONTH_ENDS.split()


@pytest.mark.parametrize(
    ("month", "day_of_month", "dues"),
    [
        (1, 10, "2023-01-10 2024-01-10 2025-01-10 2026-01-10"),  # the last one is a Saturday
        (1, 31, "2023-01-31 2024-01-31 2025-01-31 2026-01-31"),  # 2025: in the Spring Festival; 2026: a Saturday
    ],
)
def test_a_form_of_a_year_is_due_on_its_day_of_the_next_year(month: int, day_of_month: int, dues: str) -> None:
    found = [due_of_year(year, month, day_of_month, "一").on.isoformat() for year in range(2022, 2026)]

    assert found == dues.split()


def test_a_due_day_on_a_weekend_stays_and_says_so() -> None:
    due = due_of_year(2025, 1, 10, "《服务外包统计调查制度》一（七）3")

    assert due.explanation == (
        "2025年的年报应于次年1月10日前报送，含当日，即2026年1月10日（星期六）24时止。"
        "依据：《服务外包统计调查制度》一（七）3。制度没有规定遇周末或节假日顺延，当日为星期六，时限不变。"
    )
    assert not due.is_provisional


def test_the_first_basic_information_is_due_with_the_first_contract() -> None:
    due = due_with_contract(date(2024, 2, 29), "《服务外包统计调查制度》一（七）1")

    assert due.on == date(2024, 2, 29)
    assert "初次申报" in due.explanation
    assert "2024年2月29日" in due.explanation


@pytest.mark.parametrize(
    ("due", "filed", "late"),
    [
        ("2026-01-10", "2026-01-09", 0),
        ("2026-01-10", "2026-01-10", 0),
        ("2026-01-10", "2026-01-11", 1),
        ("2024-02-28", "2024-03-01", 2),
        ("2023-02-28", "2023-03-01", 1),
        ("2025-12-31", "2026-12-31", 365),
    ],
)
def test_days_late_are_days_of_the_civil_calendar_after_the_due_day(due: str, filed: str, late: int) -> None:
    assert days_late(date.fromisoformat(due), date.fromisoformat(filed)) == late


@pytest.mark.parametrize(
    ("dated", "lock"),
    [
        ("2022-07-01", "2023-03-31"),
        ("2022-12-31", "2023-03-31"),
        ("2023-01-01", "2023-12-31"),
        ("2023-06-30", "2023-12-31"),
        ("2023-07-01", "2024-03-31"),
        ("2023-12-31", "2024-03-31"),
        ("2024-01-01", "2024-12-31"),
        ("2024-02-29", "2024-12-31"),
        ("2024-06-30", "2024-12-31"),
        ("2024-07-01", "2025-03-31"),
        ("2024-12-31", "2025-03-31"),
        ("2025-01-01", "2025-12-31"),
        ("2025-06-30", "2025-12-31"),
        ("2025-07-01", "2026-03-31"),
        ("2025-12-31", "2026-03-31"),
        ("2026-06-30", "2026-12-31"),
        ("2026-07-01", "2027-03-31"),
    ],
)
def test_an_execution_is_locked_after_its_year_or_after_march_for_the_second_half(dated: str, lock: str) -> None:
    day_of_execution, last = date.fromisoformat(dated), date.fromisoformat(lock)

    assert lock_of_execution(day_of_execution).on == last
    assert may_file_execution(day_of_execution, day_of_execution)
    assert may_file_execution(day_of_execution, last)
    assert not may_file_execution(day_of_execution, last + ONE_DAY)
    assert not may_file_execution(day_of_execution, day_of_execution - ONE_DAY)


@pytest.mark.parametrize(("signed", "last"), [("2023-01-01", "2023-12-31"), ("2024-02-29", "2024-12-31")])
def test_a_contract_is_filed_without_a_question_in_the_year_of_its_signing(signed: str, last: str) -> None:
    found = year_of_signing(date.fromisoformat(signed))

    assert found.on == date.fromisoformat(last)
    assert "说明" in found.explanation


@pytest.mark.parametrize(
    ("year", "month", "first"),
    [
        (2022, 0, "2023-04-01"),
        (2023, 0, "2024-04-01"),
        (2024, 0, "2025-04-01"),
        (2025, 0, "2026-04-01"),
        (2023, 2, "2023-03-01"),
        (2024, 2, "2024-03-01"),
        (2025, 12, "2026-01-01"),
        (2026, 9, "2026-10-01"),
    ],
)
def test_a_year_is_settled_after_the_carry_over_and_a_month_after_its_end(year: int, month: int, first: str) -> None:
    found = final_approval_from(year, month)

    assert (found.on, found.is_first) == (date.fromisoformat(first), True)


@pytest.mark.parametrize(("approved", "tenth", "possible", "scheduled"), SHARING)
def test_sharing_waits_for_ten_full_working_days(approved: str, tenth: str, possible: str, scheduled: str) -> None:
    found = sharing_after(date.fromisoformat(approved))

    said = (found.tenth, found.possible.on, found.scheduled)
    assert tuple(each.isoformat() for each in said) == (tenth, possible, scheduled)
    assert not found.is_provisional


def test_the_sharing_clock_names_every_holiday_and_make_up_day_that_it_met() -> None:
    found = sharing_after(date(2026, 2, 11)).explanation

    assert all(f"2月{each}日（春节）" in found for each in range(16, 21))
    assert "计入2月14日（春节调休上班）、2月28日（春节调休上班）" in found
    assert "一（十）" in found


def test_a_sharing_clock_that_runs_beyond_the_announced_years_is_provisional() -> None:
    found = sharing_after(date(2030, 12, 20))

    assert found.tenth == date(2031, 1, 6)  # seven until the 31st, New Year, then three
    assert found.is_provisional
    assert "暂计" in found.explanation


def test_an_override_row_moves_what_is_counted() -> None:
    table = '{"announced_years": [], "days": [{"date": "2026-03-09", "is_working": false, "name": "特别假"}]}'
    overrides = read_overrides(table)

    def day_of(on: date) -> Day:
        return day_in(on, overrides)

    found = sharing_after(date(2026, 3, 6), day_of)

    assert (found.tenth, found.possible.on, found.scheduled) == (
        date(2026, 3, 23),
        date(2026, 3, 24),
        date(2026, 3, 24),
    )
    assert "3月9日（特别假）" in found.explanation


@pytest.mark.parametrize(
    ("level", "reached", "due"),
    [
        ("county_reviewer", "2026-02-13", "2026-02-25"),  # the 14th is worked, Spring Festival until the 23rd
        ("city_reviewer", "2026-03-02", "2026-03-05"),
        ("province_reviewer", "2026-04-30", "2026-05-08"),  # Labour Day 1–5 May
        ("ministry", "2026-09-30", "2026-10-13"),  # National Day 1–7 October, Saturday 10 is worked
    ],
)
def test_a_level_has_its_working_days_from_the_day_that_a_filing_reached_it(level: str, reached: str, due: str) -> None:
    found = review_due(level, date.fromisoformat(reached))

    assert found.on == date.fromisoformat(due)
    assert review_terms()[level].label in found.explanation


def test_nobody_else_has_a_review_term() -> None:
    with pytest.raises(KeyError):
        review_due("operator", date(2026, 3, 2))


@given(ANNOUNCED)
def test_ten_working_days_lie_between_the_approval_and_the_first_day_of_sharing(approved: date) -> None:
    found = sharing_after(approved)

    span = (found.possible.on - approved).days
    between = [approved + timedelta(days=each) for each in range(1, span)]
    assert sum(day(each).is_working for each in between) == 10
    assert day(found.tenth).is_working
    assert found.possible.on == found.tenth + ONE_DAY


@given(ANNOUNCED)
def test_sharing_is_scheduled_for_the_first_working_day_on_which_it_is_possible(approved: date) -> None:
    found = sharing_after(approved)

    waiting = [found.possible.on + timedelta(days=each) for each in range((found.scheduled - found.possible.on).days)]
    assert day(found.scheduled).is_working
    assert not any(day(each).is_working for each in waiting)


@given(ANY_DAY)
def test_a_day_later_is_never_due_earlier(on: date) -> None:
    after = on + ONE_DAY

    assert sharing_after(on).possible.on <= sharing_after(after).possible.on
    assert lock_of_execution(on).on <= lock_of_execution(after).on
    assert year_of_signing(on).on <= year_of_signing(after).on
    assert due_of_month(on.year, on.month, "一").on <= due_of_month(after.year, after.month, "一").on
    for level in review_terms():
        assert review_due(level, on).on <= review_due(level, after).on


@given(ANY_DAY)
def test_every_explanation_names_its_day_and_its_ground(on: date) -> None:
    found = (
        due_of_month(on.year, on.month, "《服务外包统计调查制度》一（七）2"),
        due_of_year(on.year, 1, 31, "《服务外包统计调查制度》一（七）1"),
        due_with_contract(on, "《服务外包统计调查制度》一（七）1"),
        lock_of_execution(on),
        year_of_signing(on),
        final_approval_from(on.year),
        final_approval_from(on.year, on.month),
        sharing_after(on).possible,
        *(review_due(level, on) for level in review_terms()),
    )

    for each in found:
        assert written(each.on) in each.explanation
        assert f"依据：{each.source}" in each.explanation
        assert "制度" in each.source


@given(ANY_DAY, ANY_DAY)
def test_an_execution_may_be_filed_exactly_from_its_day_to_its_lock(dated_on: date, filed_on: date) -> None:
    is_same_year = filed_on.year == dated_on.year and filed_on >= dated_on
    is_carried = dated_on.month >= 7 and filed_on.year == dated_on.year + 1 and filed_on.month <= 3

    assert may_file_execution(dated_on, filed_on) == (is_same_year or is_carried)

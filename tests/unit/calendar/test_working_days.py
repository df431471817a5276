"""Working days: the announced calendar with its make-up days, and the assumption beyond it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.calendar.days import day, day_in, read_overrides
from shared.calendar.working_days import add_working_days, working_days_between

ANNOUNCED = st.dates(date(2010, 1, 1), date(2026, 10, 1))


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (date(2026, 3, 2), 15, date(2026, 3, 23)),  # no holiday
        (date(2026, 2, 13), 3, date(2026, 2, 25)),  # Spring Festival from the 15th to the 23rd, the 14th is made up
        (date(2026, 9, 29), 5, date(2026, 10, 12)),  # National Day; the 10th, a Saturday, is worked
        (date(2025, 1, 24), 3, date(2025, 2, 5)),  # the 26th, a Sunday, is worked; holiday from 28 January
    ],
)
def test_the_nth_working_day_follows_the_state_councils_calendar(start: date, days: int, due: date) -> None:
    found = add_working_days(start, days)

    assert (found.on, found.is_provisional) == (due, False)


def test_a_make_up_saturday_is_a_working_day_and_a_weekday_of_the_holiday_is_none() -> None:
    made_up, holiday = day(date(2026, 2, 14)), day(date(2026, 2, 17))

    assert made_up.is_working
    assert "春节" in made_up.name
    assert (holiday.is_working, holiday.name) == (False, "春节")


def test_beyond_the_announced_years_the_fixed_rule_is_marked_provisional() -> None:
    new_year, saturday, monday = (day(date(2031, 1, each)) for each in (1, 4, 6))

    assert [each.is_working for each in (new_year, saturday, monday)] == [False, False, True]
    assert all(each.is_provisional for each in (new_year, saturday, monday))


def test_a_span_that_touches_a_year_not_announced_is_provisional() -> None:
    due = add_working_days(date(2030, 12, 20), 10)

    assert due.is_provisional
    assert "暂计" in due.explanation


def test_an_override_beats_the_rule_and_a_full_year_is_no_longer_provisional() -> None:
    overrides = read_overrides(
        '{"announced_years": [2031], "days": [{"date": "2031-02-01", "is_working": true, "name": "春节调休上班"}]}'
    )

    named, other = day_in(date(2031, 2, 1), overrides), day_in(date(2031, 2, 3), overrides)

    assert (named.is_working, named.is_provisional) == (True, False)
    assert (other.is_working, other.is_provisional) == (True, False)


def test_a_table_with_two_rows_of_one_day_is_refused() -> None:
    row = '{"date": "2031-02-01", "is_working": true, "name": "春节"}'

    with pytest.raises(ValueError, match="two rows"):
        read_overrides(f'{{"announced_years": [], "days": [{row}, {row}]}}')


def test_the_explanation_names_holidays_and_make_up_days() -> None:
    due = add_working_days(date(2026, 2, 12), 5)

    assert "春节" in due.explanation
    assert "2月14日" in due.explanation


@given(ANNOUNCED, st.integers(0, 40))
def test_counting_back_what_was_added_gives_the_same_number(start: date, n: int) -> None:
    due = add_working_days(start, n)

    assert working_days_between(start, due.on).days == n
    assert n == 0 or day(due.on).is_working


@given(ANNOUNCED, st.integers(0, 60), st.integers(0, 60))
def test_spans_that_meet_add_up(start: date, first: int, second: int) -> None:
    middle = start + timedelta(days=first)
    end = middle + timedelta(days=second)

    whole = working_days_between(start, end).days

    assert whole == working_days_between(start, middle).days + working_days_between(middle, end).days


def test_a_span_that_ends_before_it_starts_holds_no_day() -> None:
    assert working_days_between(date(2026, 3, 5), date(2026, 3, 2)).days == 0


def test_a_negative_number_of_days_is_refused() -> None:
    with pytest.raises(ValueError, match="from 0"):
        add_working_days(date(2026, 3, 2), -1)

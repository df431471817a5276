"""When jobs run, in Shanghai, over weekends, holidays and make-up days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.clock import SHANGHAI
from shared.scheduling.cadence import NotACadence, cadence_of


def at(text: str) -> datetime:
    """Return a moment of Shanghai's day."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("line", "moment", "last", "following"),
    [
        ("daily 07:00", "2026-01-12 07:00", "2026-01-12 07:00", "2026-01-13 07:00"),
        ("daily 07:00", "2026-01-12 06:59", "2026-01-11 07:00", "2026-01-12 07:00"),
        ("daily 13:00 07:00", "2026-01-12 12:00", "2026-01-12 07:00", "2026-01-12 13:00"),
        ("every 15 minutes", "2026-01-12 00:14", "2026-01-12 00:00", "2026-01-12 00:15"),
        ("every 1440 minutes", "2026-01-12 23:59", "2026-01-12 00:00", "2026-01-13 00:00"),
        # Saturday and Sunday of an ordinary week
        ("working days 08:00", "2026-01-17 12:00", "2026-01-16 08:00", "2026-01-19 08:00"),
        # Spring Festival of 2026: off from 15 to 23 February, 14 and 28 February are worked
        ("working days 08:00", "2026-02-18 12:00", "2026-02-14 08:00", "2026-02-24 08:00"),
        ("working days 08:00", "2026-02-28 09:00", "2026-02-28 08:00", "2026-03-02 08:00"),
        # National Day of 2026: off from 1 to 7 October
        ("working days 08:00", "2026-10-05 12:00", "2026-09-30 08:00", "2026-10-08 08:00"),
    ],
)
def test_a_job_runs_at_the_moments_of_its_line(line: str, moment: str, last: str, following: str) -> None:
    cadence = cadence_of(line)

    slots = cadence.slot_at(at(moment)), cadence.next_after(at(moment))

    assert slots == (at(last), at(following))


@given(st.integers(0, 5 * 366 * 24 * 60), st.sampled_from(["daily 07:00", "every 90 minutes", "working days 08:00"]))
def test_no_moment_lies_between_the_last_and_the_next(minutes: int, line: str) -> None:
    cadence, now = cadence_of(line), datetime(2023, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)

    last, following = cadence.slot_at(now), cadence.next_after(now)

    assert last <= now < following
    assert cadence.next_after(last) == following
    assert cadence.slot_at(following) == following


@pytest.mark.parametrize(
    "line",
    ["", "daily", "daily 7:00", "daily 24:00", "every 7 minutes", "every 0 minutes", "monthly 1", "daily 07:00\n"],
)
def test_a_line_that_says_no_moments_is_refused(line: str) -> None:
    with pytest.raises(NotACadence):
        cadence_of(line)


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("every 15 minutes", "每 15 分钟"),
        ("daily 13:00 07:00", "每天 07:00、13:00"),
        ("working days 08:00", "每个工作日 08:00"),
    ],
)
def test_people_read_when_a_job_runs(line: str, label: str) -> None:
    cadence = cadence_of(line)

    said = cadence.label

    assert said == label

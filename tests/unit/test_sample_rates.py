"""The made-up rates of the sandbox: marked, reproducible, on working days, near their middle."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from services.sandbox.sample_rates import HEAD, SAMPLES, SOURCE, SWING, Sample, sample_rate, sample_table

SPRING_FESTIVAL = ("2026-02-14", "2026-02-15", "2026-02-17", "2026-02-23")
"""A make-up Saturday, on which no rates are published either, and days off."""


def test_every_line_says_that_it_is_made_up() -> None:
    head, *lines = sample_table(date(2024, 3, 1)).splitlines()

    assert head == HEAD
    assert len(lines) > 200
    assert all(line.endswith(f",{SOURCE}") for line in lines)


def test_weekends_and_days_off_have_no_rate() -> None:
    days = {line.split(",")[1] for line in sample_table(date(2026, 3, 1)).splitlines()}

    assert days.isdisjoint(SPRING_FESTIVAL)
    assert {"2026-02-13", "2026-02-24"} <= days


def test_a_later_table_begins_with_the_earlier_one() -> None:
    assert sample_table(date(2024, 6, 3)).startswith(sample_table(date(2024, 6, 1)))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda each: each.currency)
def test_a_rate_stays_within_its_swing(sample: Sample) -> None:
    rates = [sample_rate(sample, date.fromordinal(date(2024, 1, 1).toordinal() + number)) for number in range(400)]

    bound = sample.middle * SWING + Decimal("0.0001")
    assert max(abs(each - sample.middle) for each in rates) <= bound
    assert len(set(rates)) > 10

"""The cap of a route, given out in portions that are reserved at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.exchange.model.partners import RouteName
from services.exchange.repository.portions import Portions

ROUTE, OTHER = RouteName.DIRECTORY_CHANGES, RouteName.DIRECTORY_INQUIRIES
MINUTE = datetime(2026, 3, 1, 8, tzinfo=UTC)


class Counts:
    """What all processes have reserved of a minute."""

    def __init__(self, cap: int, used: int = 0) -> None:
        self.cap, self.used, self.asked = cap, used, 0

    def reserve(self, size: int) -> bool:
        self.asked += 1
        if self.used + size > self.cap:
            return False
        self.used += size
        return True


@pytest.mark.parametrize("cap", [0, 1, 3, 60, 100, 250, 24_000])
@pytest.mark.parametrize("processes", [1, 3])
def test_no_more_leave_than_the_cap_says_and_all_that_are_reserved_by_one(cap: int, processes: int) -> None:
    counts = Counts(cap)
    portions = [Portions() for _ in range(processes)]

    left = sum(portions[number % processes].take(ROUTE, cap, MINUTE, counts.reserve) for number in range(cap + 50))

    assert left <= cap
    assert left == cap or processes > 1
    assert left >= cap - (processes - 1) * (cap // 100)


def test_a_hundredth_is_reserved_at_once() -> None:
    counts, portions = Counts(24_000), Portions()

    admitted = [portions.take(ROUTE, 24_000, MINUTE, counts.reserve) for _ in range(241)]

    assert all(admitted)
    assert (counts.asked, counts.used) == (2, 480)


def test_what_does_not_fit_as_a_portion_any_more_goes_one_by_one() -> None:
    counts, portions = Counts(1_000, used=997), Portions()

    admitted = [portions.take(ROUTE, 1_000, MINUTE, counts.reserve) for _ in range(5)]

    assert admitted == [True, True, True, False, False]


def test_another_minute_another_cap_and_another_route_have_portions_of_their_own() -> None:
    counts, portions = Counts(10_000), Portions()
    portions.take(ROUTE, 1_000, MINUTE, counts.reserve)

    for route, cap, minute in (
        (ROUTE, 1_000, MINUTE + timedelta(minutes=1)),
        (ROUTE, 500, MINUTE + timedelta(minutes=1)),
        (OTHER, 1_000, MINUTE),
    ):
        portions.take(route, cap, minute, counts.reserve)

    assert (counts.asked, counts.used) == (4, 10 + 10 + 5 + 10)

"""Nothing leaves for the sharing database before ten full working days have passed since the final approval."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.exchange.errors import TooEarly
from services.exchange.model.messages import Kind, State
from services.exchange.model.partners import RouteName
from services.exchange.operations.changes import sending
from services.exchange.operations.embargo import sharing_of
from services.exchange.operations.sending import post
from shared.clock import SHANGHAI, FixedClock
from tests.support.exchange_desk import BY_ITSELF, make_deps, make_draft, make_message, make_secret

GOLDEN = [
    pytest.param(date(2026, 3, 2), date(2026, 3, 16), date(2026, 3, 17), id="two plain weeks"),
    pytest.param(date(2026, 2, 6), date(2026, 2, 27), date(2026, 2, 28), id="Spring Festival, both Saturdays made up"),
    pytest.param(date(2026, 9, 24), date(2026, 10, 15), date(2026, 10, 16), id="Mid-Autumn and National Day"),
    pytest.param(date(2026, 3, 6), date(2026, 3, 20), date(2026, 3, 21), id="possible on a Saturday"),
]
"""Day of approval, tenth working day, first day on which sharing is possible: counted by hand from the State Council's notice."""


def make_statistics(**changes: Any) -> Any:
    values = {
        "route": RouteName.SHARING_STATISTICS,
        "kind": Kind.STATISTICS,
        "party": "monthly-2026-01",
        "final_on": date(2026, 3, 2),
    }
    return make_draft(**(values | changes))


def deps_at(at: datetime) -> Any:
    return replace(make_deps(), clock=FixedClock(at))


def at_the_end_of(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 23, 59, 59, tzinfo=SHANGHAI)


@pytest.mark.parametrize(("final_on", "tenth", "first"), GOLDEN)
def test_the_tenth_working_day_is_too_early_and_the_day_after_is_not(final_on: date, tenth: date, first: date) -> None:
    draft = make_statistics(final_on=final_on)
    deps = deps_at(at_the_end_of(tenth))

    with pytest.raises(TooEarly) as caught:
        post(deps, BY_ITSELF, draft)
    later = post(deps_at(at_the_end_of(tenth) + timedelta(seconds=1)), BY_ITSELF, draft)

    assert f"{first.year}年{first.month}月{first.day}日" in caught.value.message
    assert later.state is State.PENDING
    assert later.attempts == 1


@pytest.mark.parametrize(("final_on", "tenth", "first"), GOLDEN)
def test_it_is_scheduled_for_the_first_working_day_on_which_it_is_possible(
    final_on: date, tenth: date, first: date
) -> None:
    sharing = sharing_of(RouteName.SHARING_STATISTICS, final_on)

    assert sharing is not None
    assert (sharing.tenth, sharing.possible.on) == (tenth, first)
    assert sharing.scheduled == (date(2026, 3, 23) if first == date(2026, 3, 21) else first)


def test_what_says_no_day_of_approval_never_leaves() -> None:
    deps = deps_at(at_the_end_of(date(2036, 1, 1)))

    with pytest.raises(TooEarly):
        post(deps, BY_ITSELF, make_statistics(final_on=None))


def test_a_message_that_is_sent_again_is_asked_again() -> None:
    message = make_message(
        route=RouteName.SHARING_STATISTICS, kind=Kind.STATISTICS, party="a", unit_id="", final_on=date(2026, 3, 2)
    )

    with pytest.raises(TooEarly):
        sending(make_deps(), message, make_secret(), at_the_end_of(date(2026, 3, 16)))


def test_statistics_for_the_bureau_are_not_held_back() -> None:
    deps = deps_at(at_the_end_of(date(2026, 3, 2)))

    message = post(deps, BY_ITSELF, make_statistics(route=RouteName.NBS_STATISTICS))

    assert message.attempts == 1
    assert sharing_of(RouteName.NBS_STATISTICS, date(2026, 3, 2)) is None

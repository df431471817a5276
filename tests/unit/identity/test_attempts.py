"""How many attempts are allowed, and how long one waits."""

from __future__ import annotations

from datetime import timedelta

from services.identity.model.attempts import Attempts, Rule
from tests.support.identity import MOMENT

MINUTE = timedelta(minutes=1)
RULE = Rule(attempts=5, window=15 * MINUTE, pause=15 * MINUTE, longest_pause=60 * MINUTE)


def after(count: int, attempts: Attempts | None = None, at: timedelta = timedelta()) -> Attempts:
    found = attempts or Attempts(since=MOMENT)
    for _ in range(count):
        found = found.counted(MOMENT + at, RULE)
    return found


def test_the_fifth_attempt_is_allowed_and_the_sixth_is_blocked() -> None:
    fifth, sixth = after(5), after(6)

    assert not fifth.is_blocked(MOMENT)
    assert sixth.is_blocked(MOMENT)
    assert sixth.blocked_until == MOMENT + 15 * MINUTE


def test_attempts_while_blocked_do_not_make_it_longer() -> None:
    blocked = after(6)

    later = after(100, blocked, at=MINUTE)

    assert later == blocked


def test_old_attempts_are_forgotten_after_the_window() -> None:
    four = after(4)

    later = after(5, four, at=15 * MINUTE)

    assert not later.is_blocked(MOMENT + 15 * MINUTE)


def test_each_further_block_lasts_twice_as_long_up_to_the_limit() -> None:
    attempts, now, pauses = Attempts(since=MOMENT), MOMENT, []
    for _ in range(5):
        while not attempts.is_blocked(now):
            attempts = attempts.counted(now, RULE)
        assert attempts.blocked_until is not None
        pauses.append((attempts.blocked_until - now) // MINUTE)
        now = attempts.blocked_until

    assert pauses == [15, 30, 60, 60, 60]


def test_a_day_of_rest_makes_the_next_block_short_again() -> None:
    blocked = after(6, after(6), at=15 * MINUTE)

    rested = after(6, blocked, at=timedelta(days=2))

    assert rested.blocks == 1


def test_an_attempt_can_be_given_back_but_never_more_than_there_were() -> None:
    two = after(2)

    given = two.given_back().given_back().given_back()

    assert given.count == 0

"""What is kept for a moment: bounded, and not longer than was said."""

from __future__ import annotations

from shared.recent import Recent


def test_what_was_kept_is_found_until_it_is_too_old() -> None:
    moment = [0.0]
    recent: Recent[str, int] = Recent(most=5, seconds=60, now=lambda: moment[0])
    recent.keep("one", 1)
    moment[0] = 60
    found = recent.find("one")
    moment[0] = 60.1

    late = recent.find("one")

    assert (found, late) == (1, None)
    assert len(recent) == 0


def test_the_longest_unasked_is_given_up_first() -> None:
    recent: Recent[str, int] = Recent(most=2)
    recent.keep("one", 1)
    recent.keep("two", 2)
    recent.find("one")

    recent.keep("three", 3)

    assert [recent.find(key) for key in ("one", "two", "three")] == [1, None, 3]


def test_a_value_takes_the_place_of_the_one_before_and_may_be_forgotten() -> None:
    recent: Recent[str, int] = Recent(most=2)
    recent.keep("one", 1)
    recent.keep("one", 2)
    found = recent.find("one")

    recent.forget("one")

    assert (found, recent.find("one")) == (2, None)

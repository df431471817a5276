"""What becomes of alarms as filings that are alike come and go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.filing.ledger.alarms import (
    AlarmState,
    DuplicateAlarm,
    Likeness,
    Outcome,
    Settlement,
    Shown,
    Verdict,
    followed,
    groups_of,
    raised,
)
from services.filing.ledger.likeness import Reason

NOW = datetime(2026, 1, 8, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def make_likeness(filing_id: str, *marks: str, reason: Reason = Reason.CLIENT) -> Likeness:
    """Return a likeness of a unit of its own."""
    shown = frozenset(Shown(reason, each.encode(), filing_id.encode()) for each in marks)
    return Likeness(filing_id, f"u-{filing_id}", "330106", ("330106", "000000"), "enterprise-2", "2025-12", 1, shown)


def make_alarm(*known: Likeness) -> DuplicateAlarm:
    """Return an open alarm about filings that are alike."""
    (group,) = groups_of(known)
    return raised("alarm", group, NOW)


def follow(alarm: DuplicateAlarm, read: str, *known: Likeness) -> DuplicateAlarm:
    """Return an alarm after a filing was read anew."""
    changed, left = followed([alarm], groups_of(known), read, LATER)
    assert not left
    return changed[0] if changed else alarm


def settle(alarm: DuplicateAlarm, verdict: Verdict, *stands: str) -> DuplicateAlarm:
    """Return the alarm with a decision."""
    return alarm.settled(Settlement(verdict, stands, "核实", "r-4", NOW))


ONE, TWO, THREE = make_likeness("1", "m"), make_likeness("2", "m"), make_likeness("3", "m")
UNLIKE = make_likeness("2", "x")


def test_filings_that_hang_together_are_one_group_with_the_reasons_of_each() -> None:
    middle = make_likeness("2", "m", "n")

    groups = groups_of([ONE, middle, make_likeness("3", "n"), make_likeness("4", "z")])

    assert [[side.filing_id for side in group] for group in groups] == [["1", "2", "3"]]
    assert {side.reasons for side in groups[0]} == {(Reason.CLIENT,)}


def test_what_differs_in_its_owner_alone_is_alike() -> None:
    same = Likeness("9", "u-1", "330106", (), "enterprise-2", "2025-12", 1, ONE.marks)

    assert groups_of([ONE, same]) == ()


@given(st.lists(st.sets(st.sampled_from("abcd")), max_size=6))
def test_groups_do_not_depend_on_the_order_and_no_filing_is_in_two(marks: Sequence[set[str]]) -> None:
    known = [make_likeness(str(number), *each) for number, each in enumerate(marks)]

    groups = groups_of(known)

    ids = [side.filing_id for group in groups for side in group]
    assert groups == groups_of(reversed(known))
    assert len(ids) == len(set(ids))
    assert all(len(group) > 1 for group in groups)


@pytest.mark.parametrize("order", list(permutations((ONE, TWO, THREE))))
def test_in_whatever_order_filings_come_there_is_one_alarm(order: Sequence[Likeness]) -> None:
    alarms: list[DuplicateAlarm] = []

    for count, read in enumerate(order, 1):
        changed, left = followed(alarms, groups_of(order[:count]), read.filing_id, NOW)
        alarms = [*changed, *(raised("alarm", group, NOW) for group in left)] or alarms

    (alarm,) = alarms
    assert (alarm.state, alarm.filing_ids) == (AlarmState.OPEN, frozenset("123"))


def test_an_alarm_is_withdrawn_with_the_likeness_and_comes_back_with_it() -> None:
    alarm = make_alarm(ONE, TWO)

    withdrawn = follow(alarm, "2", ONE, UNLIKE)
    back = follow(withdrawn, "2", ONE, TWO)

    assert (withdrawn.state, withdrawn.sides) == (AlarmState.WITHDRAWN, alarm.sides)
    assert (back.id, back.state, back.opened_at) == (alarm.id, AlarmState.OPEN, LATER)


def test_reading_a_filing_again_changes_nothing() -> None:
    alarm = make_alarm(ONE, TWO)
    settled = settle(alarm, Verdict.DUPLICATE, "1")
    withdrawn = follow(alarm, "2", ONE, UNLIKE)

    assert follow(alarm, "1", ONE, TWO) is alarm
    assert follow(settled, "1", ONE, TWO) is settled
    assert follow(withdrawn, "1", ONE, UNLIKE) is withdrawn


def test_a_group_that_falls_apart_keeps_one_alarm_and_leaves_the_rest_for_a_new_one() -> None:
    alarm = make_alarm(
        make_likeness("1", "m"), make_likeness("2", "m", "n"), make_likeness("3", "n", "o"), make_likeness("4", "o")
    )

    changed, left = followed(
        [alarm],
        groups_of([ONE, TWO, make_likeness("3", "o"), make_likeness("4", "o")]),
        "2",
        LATER,
    )

    assert [each.filing_ids for each in changed] == [{"1", "2"}]
    assert [[side.filing_id for side in group] for group in left] == [["3", "4"]]


def test_two_alarms_that_come_to_hang_together_become_the_older_one() -> None:
    older = make_alarm(ONE, TWO)
    younger = raised("younger", groups_of([make_likeness("3", "n"), make_likeness("4", "n")])[0], LATER)

    changed, left = followed(
        [younger, older],
        groups_of([ONE, TWO, make_likeness("3", "m", "n"), make_likeness("4", "n")]),
        "3",
        LATER,
    )

    assert {each.id: (each.state, len(each.sides)) for each in changed} == {
        "alarm": (AlarmState.OPEN, 4),
        "younger": (AlarmState.WITHDRAWN, 2),
    }
    assert left == ()


def test_a_decision_says_for_each_side_what_it_means() -> None:
    alarm = make_alarm(ONE, TWO)

    duplicate, distinct = settle(alarm, Verdict.DUPLICATE, "1"), settle(alarm, Verdict.DISTINCT)

    assert [duplicate.outcome_of(each) for each in "12"] == [Outcome.STANDS, Outcome.TO_CORRECT]
    assert [distinct.outcome_of(each) for each in "12"] == [Outcome.DISTINCT, Outcome.DISTINCT]
    assert alarm.outcome_of("1") is None


def test_what_was_decided_stays_until_a_filing_comes_that_the_decision_did_not_know() -> None:
    settled = settle(make_alarm(ONE, TWO), Verdict.DISTINCT)

    apart = follow(settled, "2", ONE, UNLIKE)
    again = follow(apart, "2", ONE, TWO)
    third = follow(again, "3", ONE, TWO, THREE)

    assert apart.state is again.state is AlarmState.SETTLED
    assert (third.state, third.filing_ids, len(third.settlements)) == (AlarmState.OPEN, frozenset("123"), 1)


def test_a_duplicate_that_was_corrected_and_comes_back_the_same_opens_the_alarm_again() -> None:
    settled = settle(make_alarm(ONE, TWO), Verdict.DUPLICATE, "1")

    corrected = follow(settled, "2", ONE, UNLIKE)
    again = follow(corrected, "2", ONE, TWO)

    assert (corrected.state, corrected.covered) == (AlarmState.SETTLED, frozenset("1"))
    assert again.state is AlarmState.OPEN

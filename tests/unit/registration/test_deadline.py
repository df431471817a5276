"""By when the department decides: in working days, not while the application lies with the applicant."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from services.registration.form.deadline import deadline
from services.registration.model.states import Action, State
from shared.history import HistoryEntry

MONDAY = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def act(day: int, action: Action, source: State | None = State.DRAFT, month: int = 3) -> HistoryEntry:
    return HistoryEntry(datetime(2026, month, day, 2, tzinfo=UTC), "b" * 32, action, source, None)


SUBMITTED = act(2, Action.SUBMIT)


@pytest.mark.parametrize(
    ("history", "due", "used"),
    [
        ((SUBMITTED,), date(2026, 3, 23), 0),
        ((SUBMITTED, act(3, Action.START_REVIEW, State.SUBMITTED)), date(2026, 3, 23), 0),
        # returned after 4 working days, back a week later: 11 are left
        (
            (SUBMITTED, act(6, Action.RETURN, State.UNDER_REVIEW), act(16, Action.SUBMIT, State.RETURNED)),
            date(2026, 3, 31),
            4,
        ),
        # a return that was taken back goes on where it stopped
        (
            (SUBMITTED, act(6, Action.RETURN, State.UNDER_REVIEW), act(9, Action.UNDO, State.RETURNED)),
            date(2026, 3, 24),
            4,
        ),
        # withdrawn and submitted anew: a new application
        (
            (SUBMITTED, act(6, Action.WITHDRAW, State.SUBMITTED), act(9, Action.SUBMIT, State.DRAFT)),
            date(2026, 3, 30),
            0,
        ),
        # returned when the promise was over already: due on the day it comes back
        (
            (SUBMITTED, act(30, Action.RETURN, State.UNDER_REVIEW), act(1, Action.SUBMIT, State.RETURNED, month=4)),
            date(2026, 4, 1),
            20,
        ),
    ],
)
def test_the_last_day_follows_from_the_history(history: tuple[HistoryEntry, ...], due: date, used: int) -> None:
    limit = deadline(history)

    assert limit is not None
    assert (limit.due, limit.used, limit.is_provisional) == (due, used, False)


@pytest.mark.parametrize("last", [Action.RETURN, Action.REJECT, Action.APPROVE, Action.WITHDRAW, Action.DEREGISTER])
def test_nothing_is_due_while_nothing_lies_with_the_department(last: Action) -> None:
    assert deadline((SUBMITTED, act(6, last, State.UNDER_REVIEW))) is None
    assert deadline(()) is None


def test_a_promise_into_a_year_that_is_not_announced_is_provisional_and_says_so() -> None:
    late = HistoryEntry(datetime(2030, 12, 20, 2, tzinfo=UTC), "b" * 32, Action.SUBMIT, State.DRAFT, None)

    limit = deadline((late,))

    assert limit is not None
    assert limit.is_provisional
    assert "暂计" in limit.explanation
    assert "服务承诺" in limit.explanation

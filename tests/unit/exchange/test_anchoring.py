"""The anchors of days: one for each day that is over, chained; a chain that does not hold is told of and still anchored."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.exchange.journal.anchors import TYP, anchor_of, first_unfit
from services.exchange.model.partners import Partner
from services.exchange.operations.anchoring import anchor_days, follow_chain
from services.exchange.ports.journal import Arrival
from shared.clock import local_date
from shared.crypto.jose import verify
from tests.support.exchange_desk import NOW, DeskDeps, make_deps
from tests.support.exchange_journal import PUBLIC, make_crossing
from tests.support.filing_reminding import Running

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
AFTER_MIDNIGHT = datetime(2026, 3, 2, 16, 5, tzinfo=UTC)
ONE_DAY = timedelta(days=1)


def entered(deps: DeskDeps, count: int, at: datetime = NOON) -> None:
    """Enter so many crossings of the directory."""
    first = len(deps.journal.lines[Partner.DIRECTORY]) + 1
    for number in range(first, first + count):
        deps.journal.note(Arrival(make_crossing(number, direction="in")), at)
    deps.journal.link(at, count)


def at_night(deps: DeskDeps, days: int = 0) -> Running:
    """Run the job some nights later and return the run."""
    slot = AFTER_MIDNIGHT + days * ONE_DAY
    deps.clock.moment = slot
    run = Running(slot)
    anchor_days(deps, run)
    return run


def test_a_day_that_is_over_is_anchored_with_where_each_chain_stood() -> None:
    deps = make_deps()
    entered(deps, 3)
    head = deps.journal.lines[Partner.DIRECTORY][-1][1]

    run = at_night(deps)

    signed = deps.journal.signed[0]
    assert anchor_of(verify(PUBLIC["exchange"], signed.token, typ=TYP)) == signed.anchor
    assert (signed.anchor.day, signed.anchor.of("directory").count) == ("2026-03-02", 3)
    assert signed.anchor.of("directory").head == head
    assert signed.anchor.of("nbs").count == 0
    assert run.counts == {"anchors": 1}


def test_nights_that_were_missed_are_made_up_for_in_a_chain() -> None:
    deps = make_deps()
    at_night(deps)
    entered(deps, 2, AFTER_MIDNIGHT + timedelta(hours=1))

    at_night(deps, days=3)

    assert [each.anchor.day for each in deps.journal.signed] == [f"2026-03-0{day}" for day in (2, 3, 4, 5)]
    assert [each.anchor.of("directory").count for each in deps.journal.signed] == [0, 2, 2, 2]
    assert first_unfit(deps.journal.signed) is None


def test_a_night_that_runs_twice_anchors_once() -> None:
    deps = make_deps()
    at_night(deps)

    at_night(deps)

    assert len(deps.journal.signed) == 1


def test_what_a_slow_clock_enters_after_the_anchor_is_of_the_next_day() -> None:
    deps = make_deps()
    at_night(deps)

    entered(deps, 1, NOON)

    entry, _ = deps.journal.lines[Partner.DIRECTORY][0]
    assert entry.at == "2026-03-02T16:00:00.000Z"


def test_a_chain_that_was_tampered_with_is_told_of_once_and_shown_and_anchored_as_it_stands() -> None:
    deps = make_deps()
    entered(deps, 4)
    entry, noted = deps.journal.lines[Partner.DIRECTORY][2]
    deps.journal.lines[Partner.DIRECTORY][2] = (replace(entry, size=1), noted)

    run = at_night(deps)

    checked = deps.journal.checked[Partner.DIRECTORY]
    assert (checked.fault, checked.broken_at, checked.number) == ("changed", 3, 2)
    assert deps.journal.checked[Partner.NBS].broken_at == 0
    assert {str(data["once"]) for _, data in deps.journal.told} == {"directory.3"}
    assert run.counts == {"broken": 1, "anchors": 1}


@pytest.mark.parametrize("kept", [3, 5])
def test_days_are_checked_against_their_anchors(kept: int) -> None:
    deps = make_deps()
    entered(deps, 4)
    at_night(deps)
    entered(deps, 2, AFTER_MIDNIGHT + timedelta(hours=1))
    at_night(deps, days=1)
    day = local_date(NOON)
    lines = deps.journal.lines[Partner.DIRECTORY]

    whole = follow_chain(deps, Partner.DIRECTORY, day, day + ONE_DAY)
    deps.journal.lines[Partner.DIRECTORY] = lines[:kept]
    cut = follow_chain(deps, Partner.DIRECTORY, day, day + ONE_DAY)

    assert (whole.number, whole.broken_at) == (6, 0)
    assert (cut.fault, cut.broken_at) == ("cut_off", kept + 1)


def test_the_clock_of_the_tests_is_on_the_day_that_is_anchored() -> None:
    assert local_date(NOW) == local_date(NOON)

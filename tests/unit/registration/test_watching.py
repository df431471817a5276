"""The watch: papers that end, expiry with its grace, the end of a suspension, late reviews; each told once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.registration.form.terms import TERMS
from services.registration.form.validity import agenda, expires_on, next_watch, papers, valid_until
from services.registration.model.registration import Registration
from services.registration.model.review import Review
from services.registration.model.standing import Closing, ClosingKind, Ground, Standing, Suspension
from services.registration.model.states import State
from services.registration.operations.watching import watch
from shared.errors import StaleVersion
from tests.support.registration import (
    NOW,
    OWNER,
    REVIEWER,
    FakeRegistrations,
    Fakes,
    accepted,
    make_fakes,
    make_life,
    make_registration,
)

ID, CORRELATION = "1" * 32, "c" * 32
UNTIL = date(2026, 6, 30)
GONE = UNTIL + timedelta(days=TERMS.grace_days + 1)


def with_papers(standing: Standing = Standing.REGISTERED, licence: Any = UNTIL, permit: Any = "长期") -> Registration:
    """Return a registration whose papers in force end on these days."""
    registration = make_registration(State.APPROVED, life=make_life(standing))
    facts = {"licence_valid_until": licence, "permit_valid_until": permit}
    review = Review(REVIEWER, NOW, accepted(), facts={key: value for key, value in facts.items() if value})
    revision = replace(registration.revisions[0], review=review)
    ended = (*registration.history, replace(registration.history[-1], action="approve", to_state="approved"))
    return replace(registration, revisions=(revision,), history=ended)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 1, 30, tzinfo=UTC)


def run(fakes: Fakes, day: date) -> list[str]:
    """Let the watch look at a day, and return the occasions that it told."""
    fakes.clock.moment = at(day)
    before = len(fakes.registrations.events)
    watch(fakes.deps, CORRELATION)
    return told(fakes)[before:]


def told(fakes: Fakes) -> list[str]:
    return [
        str(event.data.get("occasion", event.type)).split(".")[1 if "occasion" in event.data else 2]
        for event in fakes.registrations.events
    ]


def test_of_two_papers_the_first_to_end_ends_the_registration() -> None:
    registration = with_papers(licence=UNTIL, permit=UNTIL - timedelta(days=5))

    assert [paper.key for paper in papers(registration)] == ["permit_valid_until", "licence_valid_until"]
    assert valid_until(registration) == UNTIL - timedelta(days=5)
    assert expires_on(registration) == GONE - timedelta(days=5)


@pytest.mark.parametrize("licence", ["长期", "", None])
def test_a_paper_without_an_end_or_one_that_nobody_read_is_not_watched(licence: Any) -> None:
    registration = with_papers(licence=licence)

    assert valid_until(registration) is None
    assert next_watch(registration) is None


@pytest.mark.parametrize(
    ("before", "expected"),
    [(61, []), (60, ["paper_ends"]), (59, ["paper_ends"]), (30, ["paper_ends"]), (0, ["paper_ends"])],
)
def test_the_operator_is_told_when_an_end_comes_near(before: int, expected: list[str]) -> None:
    fakes = make_fakes(with_papers())

    assert run(fakes, UNTIL - timedelta(days=before)) == expected


def test_each_notice_goes_once_however_often_the_watch_looks() -> None:
    fakes = make_fakes(with_papers())

    days = [UNTIL + timedelta(days=offset) for offset in range(-70, TERMS.grace_days + 5)]
    found = Counter(occasion for day in days for occasion in (*run(fakes, day), *run(fakes, day)))

    assert found == {"paper_ends": len(TERMS.notice_days), "expired": 2, "expired_department": 1, "unit_known": 1}


def test_after_a_downtime_only_the_nearest_notice_goes_and_it_counts_the_days_that_are_left() -> None:
    fakes = make_fakes(with_papers())

    found = run(fakes, UNTIL - timedelta(days=3))

    assert found == ["paper_ends"]
    secret = fakes.registrations.events[0].secret
    assert secret is not None
    assert secret["left"] == "还有3日到期"
    assert run(fakes, UNTIL - timedelta(days=2)) == []


def test_a_registration_expires_the_day_after_the_grace_also_after_a_downtime() -> None:
    fakes = make_fakes(with_papers(Standing.SUSPENDED))
    run(fakes, GONE - timedelta(days=1))
    still = fakes.registrations.get(ID).standing

    run(fakes, GONE + timedelta(days=40))

    expired = fakes.registrations.get(ID)
    assert (still, expired.standing) == (Standing.SUSPENDED, Standing.EXPIRED)
    assert expired.life.ending is not None
    assert (expired.life.ending.ground, expired.life.ending.on) == (Ground.PAPERS_EXPIRED, GONE)
    assert expired.life.suspension is None
    assert told(fakes)[-4:] == ["expired", "expired", "expired_department", "unit_known"]


def test_an_application_that_is_open_goes_on_after_expiry_and_asks_for_a_new_round() -> None:
    registration = replace(with_papers(), state=State.DRAFT)
    fakes = make_fakes(registration)

    run(fakes, GONE)

    expired = fakes.registrations.get(ID)
    assert (expired.state, expired.standing, expired.purpose.value) == (State.DRAFT, Standing.EXPIRED, "renewal")


def test_a_suspension_with_an_end_ends_by_itself_on_that_day() -> None:
    suspension = Suspension(Ground.OTHER, "原因", date(2026, 3, 2), date(2026, 4, 1), REVIEWER, NOW)
    life = make_life(Standing.SUSPENDED, suspension=suspension)
    fakes = make_fakes(replace(with_papers(licence="长期"), life=life))

    early, due = run(fakes, date(2026, 3, 31)), run(fakes, date(2026, 4, 1))

    assert (early, due) == ([], ["resumed", "resumed", "unit_known"])
    assert fakes.registrations.get(ID).standing is Standing.REGISTERED


def test_a_late_review_is_told_once_to_the_department_and_to_the_level_above() -> None:
    fakes = make_fakes(make_registration(State.SUBMITTED))

    on_time, late, later = run(fakes, date(2026, 3, 23)), run(fakes, date(2026, 3, 24)), run(fakes, date(2026, 3, 25))

    assert (on_time, late, later) == ([], ["review_late", "review_late_above"], [])
    to: list[Any] = [event.data["to"] for event in fakes.registrations.events]
    assert to == [
        {"role": "county_reviewer", "division": "330106"},
        {"role": "city_reviewer", "division": "330100"},
    ]


def test_the_end_of_the_period_for_a_statement_is_told_to_the_department() -> None:
    closing = Closing(ClosingKind.ANNOUNCED, Ground.OTHER, "原因", OWNER, NOW, statement_until=date(2026, 3, 16))
    fakes = make_fakes(replace(with_papers(licence=""), life=replace(make_life(), closing=closing)))

    assert run(fakes, date(2026, 3, 16)) == []
    assert run(fakes, date(2026, 3, 17)) == ["statement_over"]
    assert run(fakes, date(2026, 3, 18)) == []


def test_new_papers_that_come_into_force_are_watched_anew() -> None:
    registration = with_papers()
    done = replace(registration, life=replace(registration.life, told=tuple(item.key for item in agenda(registration))))
    renewed = with_papers(licence=UNTIL + timedelta(days=365))

    later = replace(renewed, life=replace(renewed.life, told=done.life.told))

    assert next_watch(done) is None
    assert next_watch(later) == UNTIL + timedelta(days=365 - 60)


class RacingRegistrations(FakeRegistrations):
    """Registrations that another worker changes between reading and saving."""

    def save(self, *args: Any, **options: Any) -> Registration:
        raise StaleVersion


def test_a_worker_that_comes_second_passes_over_and_holds_up_nobody() -> None:
    fakes = make_fakes(with_papers())
    fakes.clock.moment = at(UNTIL)

    looked_at = watch(replace(fakes.deps, registrations=RacingRegistrations({ID: with_papers()})), CORRELATION)

    assert looked_at == 1

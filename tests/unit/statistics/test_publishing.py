"""The day of publication: who sets it, until when, and that what is due is published once, for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.statistics.errors import DayCome
from services.statistics.model.releases import Release, ReleaseAction, ReleaseState
from services.statistics.operations.publishing import list_published, publish_due, read_published, schedule_release
from services.statistics.policy import SYSTEM
from services.statistics.ports.deps import Deps
from services.statistics.workflow import step_for
from shared.calls import Call
from shared.clock import SHANGHAI, FixedClock
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, StaleVersion
from shared.idempotency import RequestKey
from shared.identity.actor import COUNTRY, Actor, Role
from tests.support.statistics_kept import NOW, KeptReleases, make_deps, make_release

MINISTRY = Actor("m", Role.MINISTRY, division=COUNTRY)
HEAD = Actor("h", Role.STATISTICS_HEAD, division=COUNTRY)
AUDITOR = Actor("a", Role.AUDITOR, division=COUNTRY)
PARTIES = {"service": SYSTEM, "ministry": MINISTRY, "head": HEAD, "auditor": AUDITOR}
TODAY = date(2025, 4, 10)

EXPECTED = {
    ("draft", "pass", "service"): "passed",
    ("draft", "fail", "service"): "failed",
    ("passed", "approve", "head"): "approved",
    ("passed", "withdraw", "ministry"): "withdrawn",
    ("passed", "withdraw", "head"): "withdrawn",
    ("approved", "schedule", "ministry"): "scheduled",
    ("approved", "schedule", "head"): "scheduled",
    ("scheduled", "schedule", "ministry"): "scheduled",
    ("scheduled", "schedule", "head"): "scheduled",
    ("scheduled", "publish", "service"): "published",
}


@pytest.fixture
def kept() -> KeptReleases:
    return KeptReleases()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def deps(kept: KeptReleases, clock: FixedClock) -> Deps:
    return make_deps(kept, clock)


def scheduled(deps: Deps, release: Release, day: date, actor: Actor = MINISTRY) -> Release:
    return schedule_release(deps, Call(actor, version=release.version), release.id, day)


@pytest.mark.parametrize("state", list(ReleaseState))
@pytest.mark.parametrize("action", list(ReleaseAction))
@pytest.mark.parametrize("party", list(PARTIES))
def test_each_step_of_a_release_is_in_the_table_or_forbidden(
    state: ReleaseState, action: ReleaseAction, party: str
) -> None:
    release = make_release(state)
    target = EXPECTED.get((state.value, action.value, party))

    if target is None:
        with pytest.raises((Conflict, NotAllowed)):
            step_for(release, action, PARTIES[party])
        return

    assert step_for(release, action, PARTIES[party]).target == target


@pytest.mark.parametrize("days", [0, 1, 400])
def test_a_release_is_published_today_or_later(deps: Deps, kept: KeptReleases, days: int) -> None:
    release = kept.put(make_release())

    found = scheduled(deps, release, TODAY + timedelta(days))

    assert (found.state, found.publish_on) == (ReleaseState.SCHEDULED, TODAY + timedelta(days))
    assert found.history[-1].action == "schedule"


def test_a_day_that_is_over_in_shanghai_is_refused(deps: Deps, kept: KeptReleases, clock: FixedClock) -> None:
    release = kept.put(make_release())
    clock.moment = datetime(2025, 4, 10, 16, 30, tzinfo=UTC)

    with pytest.raises(Invalid) as refused:
        scheduled(deps, release, TODAY)

    assert [(each.pointer, each.code) for each in refused.value.problems] == [("/publish_on", "day_over")]
    assert kept.get(release.id) == release


def test_the_day_is_changed_until_it_has_come(deps: Deps, kept: KeptReleases, clock: FixedClock) -> None:
    release = scheduled(deps, kept.put(make_release()), TODAY + timedelta(5))
    release = scheduled(deps, release, TODAY + timedelta(2), HEAD)
    clock.moment = datetime(2025, 4, 12, 0, 0, tzinfo=SHANGHAI)

    with pytest.raises(DayCome):
        scheduled(deps, release, TODAY + timedelta(9))

    assert kept.get(release.id).publish_on == TODAY + timedelta(2)


def test_a_day_is_set_once_by_a_request_and_on_the_version_that_was_read(deps: Deps, kept: KeptReleases) -> None:
    release = kept.put(make_release())
    call = Call(MINISTRY, version=release.version, request=RequestKey("k" * 8, "d"))
    first = schedule_release(deps, call, release.id, TODAY + timedelta(1))

    again = schedule_release(deps, call, release.id, TODAY + timedelta(1))

    assert again == first
    with pytest.raises(StaleVersion):
        scheduled(deps, release, TODAY + timedelta(3))


def test_what_is_due_is_published_from_midnight_in_shanghai(deps: Deps, kept: KeptReleases, clock: FixedClock) -> None:
    release = scheduled(deps, kept.put(make_release()), TODAY + timedelta(1))
    clock.moment = datetime(2025, 4, 10, 23, 59, 59, tzinfo=SHANGHAI)
    assert publish_due(deps) == 0
    with pytest.raises(NotFound):
        read_published(deps, release.id)
    clock.advance(timedelta(seconds=1))

    assert publish_due(deps) == 1

    found = kept.get(release.id)
    assert (found.state, found.published_at) == (ReleaseState.PUBLISHED, clock.now())
    assert publish_due(deps) == 0


def test_of_two_workers_one_publishes(deps: Deps, kept: KeptReleases, clock: FixedClock) -> None:
    class Late(KeptReleases):
        """Reads what is due before another worker publishes it."""

        def list_due(self, today: date) -> tuple[Release, ...]:
            due = super().list_due(today)
            publish_due(deps)
            return due

    release = scheduled(deps, kept.put(make_release()), TODAY)
    late = Late(kept.kept)

    assert publish_due(make_deps(late, clock)) == 0

    assert [each.action for each in kept.get(release.id).history] == ["schedule", "publish"]


def test_a_later_version_supersedes_those_that_are_published(deps: Deps, kept: KeptReleases) -> None:
    published = [kept.put(make_release(ReleaseState.PUBLISHED, number)) for number in (1, 3, 4)]
    kept.put(make_release(ReleaseState.SCHEDULED, 2))
    kept.put(make_release(ReleaseState.APPROVED, 5))
    kept.put(replace(make_release(ReleaseState.PUBLISHED, 9), period="2025-02"))

    page = list_published(deps, "", 20)

    first, third, fourth = (each.id for each in published)
    beside = {each.release.id: (each.supersedes, each.superseded_by) for each in page.items}
    assert [beside[each] for each in (first, third, fourth)] == [("", fourth), (first, fourth), (third, "")]

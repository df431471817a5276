"""A check is a job: it says how far it is, holds its release for as long as it does so, and is taken over by another."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.statistics.model.releases import Progress, ReleaseKind, ReleaseState
from services.statistics.operations import releases
from services.statistics.operations.releases import LEASE, check_next, prepare_release
from services.statistics.ports.deps import Deps
from tests.support.statistics_releases import MINISTRY, MONTH, frozen, over_small_table
from tests.support.statistics_site import StatisticsSite

A_MOMENT = timedelta(seconds=1)


@pytest.fixture
def deps(site: StatisticsSite) -> Deps:
    frozen(site)
    return over_small_table(site)


def test_a_check_says_how_far_it_is_until_it_is_over(deps: Deps, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = prepare_release(deps, MINISTRY, ReleaseKind.MONTHLY, MONTH)
    seen: list[Progress | None] = []
    check = releases.check

    def watched(*told: Any) -> Any:
        *inputs, heard = told

        def note(progress: Progress) -> None:
            heard(progress)
            seen.append(deps.releases.get(draft.id).progress)

        return check(*inputs, note)

    monkeypatch.setattr(releases, "check", watched)

    check_next(deps)

    assert seen == [Progress(0, 2), Progress(2, 2)]
    over = deps.releases.get(draft.id)
    assert (over.state, over.progress) == (ReleaseState.PASSED, None)


def test_progress_holds_a_check_for_longer_and_silence_gives_it_away(site: StatisticsSite, deps: Deps) -> None:
    prepare_release(deps, MINISTRY, ReleaseKind.MONTHLY, MONTH)
    taken = deps.releases.take(site.clock.now(), LEASE)
    assert taken is not None
    site.clock.advance(LEASE - A_MOMENT)
    deps.releases.note_progress(taken, Progress(1, 2), site.clock.now() + LEASE)
    site.clock.advance(LEASE - A_MOMENT)

    assert check_next(deps) is False, "its worker said something within the lease"
    site.clock.advance(A_MOMENT)

    assert check_next(deps) is True
    assert deps.releases.get(taken.id).state is ReleaseState.PASSED


def test_two_workers_that_check_the_same_come_to_the_same_and_one_of_them_writes(
    site: StatisticsSite, deps: Deps, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = prepare_release(deps, MINISTRY, ReleaseKind.MONTHLY, MONTH)
    check = releases.check
    outcomes: list[Any] = []

    def slow(*told: Any) -> Any:
        """Check, and be overtaken by another worker before it is written down."""
        outcomes.append(check(*told))
        if len(outcomes) == 1:
            site.clock.advance(LEASE)
            assert check_next(deps) is True
        return outcomes[0]

    monkeypatch.setattr(releases, "check", slow)

    assert check_next(deps) is True

    assert outcomes[0].content == outcomes[1].content is not None
    assert [each.action for each in deps.releases.get(draft.id).history] == ["prepare", "pass"]

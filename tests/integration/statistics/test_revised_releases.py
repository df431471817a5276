"""A month is corrected after it was released: it can be released anew, and what was corrected is not given away."""

from __future__ import annotations

import pytest

from services.statistics.errors import FactsBehind
from services.statistics.model.releases import ReleaseKind, ReleaseState
from services.statistics.operations.releases import is_reproduced, prepare_release
from services.statistics.ports.deps import Deps
from shared.clock import local_date
from tests.support.statistics_kinds import SMALL, cells_of, checked, closed, hidden_in, over, released, tell
from tests.support.statistics_releases import MINISTRY
from tests.support.statistics_site import StatisticsSite

MARCH, APRIL = "2025-03", "2025-04"
MANY = (100, 101, 102, 103, 104, 105, 106, 107)
ALL_MORE = tuple(each + 10 for each in MANY)
ONE_MORE = (130, *MANY[1:])
CHANGED = frozenset({("total",), ("1",)})


@pytest.fixture
def deps(site: StatisticsSite) -> Deps:
    """March was released in the appendix, with nothing to hide."""
    deps = over(site, SMALL)
    closed(site, MARCH, tell(site, MARCH, {"1": MANY, "2": MANY}))
    assert hidden_in(released(deps, ReleaseKind.MONTHLY, MARCH), "m_nature.to_date") == frozenset()
    return deps


def corrected(site: StatisticsSite, amounts: tuple[int, ...], version: int = 2) -> None:
    """Settle corrections of the executions of nature 1 in March."""
    tell(site, MARCH, {"1": amounts}, version=version)
    site.merge()


def test_a_correction_of_many_firms_is_released_as_it_is(site: StatisticsSite, deps: Deps) -> None:
    corrected(site, ALL_MORE)

    second = released(deps, ReleaseKind.MONTHLY, MARCH)

    assert (second.number, second.snapshot, second.final_on) == (2, 2, local_date(site.clock.now()))
    assert second.hidden == {}
    assert cells_of(deps, second, "m_nature")["execution_usd", "period", "1"] == "908.00"


def test_a_correction_of_one_firm_is_not_reckoned_from_both_versions(site: StatisticsSite, deps: Deps) -> None:
    corrected(site, ONE_MORE)

    second = released(deps, ReleaseKind.MONTHLY, MARCH)

    assert hidden_in(second, "m_nature.period") >= CHANGED
    assert hidden_in(second, "m_nature.to_date") >= CHANGED
    assert ("2",) not in hidden_in(second, "m_nature.period")
    assert all(is_reproduced(deps, each.id) for each in deps.releases.list_of(ReleaseKind.MONTHLY, MARCH))


def test_two_corrections_of_one_firm_are_not_reckoned_over_a_version_that_hid_the_first(
    site: StatisticsSite, deps: Deps
) -> None:
    corrected(site, ONE_MORE)
    second = released(deps, ReleaseKind.MONTHLY, MARCH)
    assert hidden_in(second, "m_nature.to_date") >= CHANGED
    corrected(site, (170, *MANY[1:]), version=3)

    third = released(deps, ReleaseKind.MONTHLY, MARCH)

    assert third.number == 3
    assert hidden_in(third, "m_nature.period") >= CHANGED
    assert hidden_in(third, "m_nature.to_date") >= CHANGED


def test_the_next_month_is_released_over_what_was_corrected(site: StatisticsSite, deps: Deps) -> None:
    corrected(site, ONE_MORE)
    closed(site, APRIL, tell(site, APRIL, {"1": MANY, "2": MANY}))

    april = checked(deps, ReleaseKind.MONTHLY, APRIL)

    assert april.state is ReleaseState.PASSED
    month, to_date = hidden_in(april, "m_nature.period"), hidden_in(april, "m_nature.to_date")
    assert month | to_date >= CHANGED, "who has April and the sum up to it has March as it was corrected"
    assert ("2",) not in month | to_date


def test_another_kind_of_the_same_month_is_made_of_the_corrected_version(site: StatisticsSite, deps: Deps) -> None:
    corrected(site, ONE_MORE)
    released(deps, ReleaseKind.MONTHLY, MARCH)

    bulletin = released(deps, ReleaseKind.BULLETIN, MARCH)

    assert bulletin.snapshot == 2
    assert hidden_in(bulletin, "b_nature.to_date") >= CHANGED


def test_a_revised_version_waits_for_corrections_that_are_on_their_way(site: StatisticsSite, deps: Deps) -> None:
    tell(site, MARCH, {"1": ONE_MORE}, version=2)

    with pytest.raises(FactsBehind):
        prepare_release(deps, MINISTRY, ReleaseKind.MONTHLY, MARCH)
    site.merge()

    assert prepare_release(deps, MINISTRY, ReleaseKind.MONTHLY, MARCH).snapshot == 2


def test_without_a_correction_the_next_version_is_the_same(site: StatisticsSite, deps: Deps) -> None:
    second = released(deps, ReleaseKind.MONTHLY, MARCH)

    assert (second.number, second.snapshot) == (2, 1)
    assert len(site.wired.snapshots.list_all()) == 1

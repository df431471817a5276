"""Releases of all kinds are checked beside each other: what one hides, no other gives away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from services.statistics.errors import ReleaseUnderWay
from services.statistics.model.releases import Fault, Release, ReleaseKind, ReleaseState
from services.statistics.operations import agreeing
from services.statistics.operations.releases import is_reproduced, prepare_release
from services.statistics.ports.deps import Deps
from shared.errors import Invalid
from tests.support.statistics_kinds import (
    PLACES,
    SMALL,
    cells_of,
    checked,
    closed,
    hidden_in,
    over,
    released,
    tell,
    tell_provinces,
)
from tests.support.statistics_releases import MINISTRY
from tests.support.statistics_site import StatisticsSite

MANY = (100, 101, 102, 103, 104, 105, 106, 107)
ALONE = (0, 0, 0, 0, 0, 0, 0, 0, 0, 40)


@pytest.mark.parametrize(
    ("kind", "period", "is_right"),
    [
        (ReleaseKind.MONTHLY, "2025", False),
        (ReleaseKind.ANNUAL, "2025-03", False),
        (ReleaseKind.YEARBOOK, "2025-03", False),
        (ReleaseKind.BULLETIN, "2025-03", True),
        (ReleaseKind.BULLETIN, "2025", True),
    ],
)
def test_each_kind_has_its_periods(site: StatisticsSite, kind: ReleaseKind, period: str, is_right: bool) -> None:
    deps = over(site, SMALL)
    closed(site, period, tell(site, "2025-03", {"1": MANY, "2": MANY}) if is_right else 0)

    if is_right:
        assert prepare_release(deps, MINISTRY, kind, period).kind is kind
        return

    with pytest.raises(Invalid):
        prepare_release(deps, MINISTRY, kind, period)


def test_what_the_appendix_hides_no_other_kind_shows_and_each_is_made_anew_alike(site: StatisticsSite) -> None:
    deps = over(site, SMALL)
    executions = tell(site, "2025-03", {"1": MANY, "2": MANY, "3": ALONE})
    closed(site, "2025-03", executions)
    closed(site, "2025", executions)

    monthly = released(deps, ReleaseKind.MONTHLY, "2025-03")
    bulletin = released(deps, ReleaseKind.BULLETIN, "2025-03")
    annual = released(deps, ReleaseKind.ANNUAL, "2025")
    yearbook = released(deps, ReleaseKind.YEARBOOK, "2025")

    hidden = hidden_in(monthly, "m_nature.to_date")
    assert ("3",) in hidden
    assert hidden_in(bulletin, "b_nature.to_date") == hidden
    assert hidden_in(annual, "y_nature.period") == hidden_in(yearbook, "k_nature.period") == hidden
    assert all(is_reproduced(deps, each.id) for each in (monthly, bulletin, annual, yearbook))


def test_only_the_sets_of_the_appendix_are_handed_over(site: StatisticsSite) -> None:
    deps = over(site, SMALL)
    closed(site, "2025-03", tell(site, "2025-03", {"1": MANY, "2": MANY}))

    for kind in (ReleaseKind.MONTHLY, ReleaseKind.BULLETIN):
        released(deps, kind, "2025-03")

    told = {each["kind"]: len(each["outbox"]) for each in site.wired.database["releases"].find()}
    assert told == {"monthly": 1, "bulletin": 0}


def test_a_region_does_not_give_a_province_away(site: StatisticsSite) -> None:
    """One firm is alone in Zhejiang; Sichuan, outside of 长三角, is hidden beside it in the appendix."""
    deps = over(site, PLACES)
    executions = tell_provinces(
        site,
        "2025-03",
        {"310000": MANY, "320000": MANY, "330000": (90,), "340000": MANY, "440000": MANY, "510000": (11, 12, 13, 14)},
    )
    closed(site, "2025-03", executions)
    monthly = released(deps, ReleaseKind.MONTHLY, "2025-03")
    assert {code for code, _ in hidden_in(monthly, "m_place.to_date")} >= {"330000"}
    assert ("310000", "2") not in hidden_in(monthly, "m_place.to_date")

    bulletin = checked(deps, ReleaseKind.BULLETIN, "2025-03")

    assert bulletin.state is ReleaseState.PASSED
    assert ("yangtze_delta",) in hidden_in(bulletin, "b_region.to_date")
    shown = cells_of(deps, bulletin, "b_region")
    assert shown["execution_usd", "to_date", "yangtze_delta"] is None
    assert shown["execution_usd_share", "to_date", "yangtze_delta"] is None
    assert shown["execution_usd", "to_date", "000000"] is not None


def test_a_region_that_would_give_a_province_away_stops_the_release(
    site: StatisticsSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    deps = over(site, PLACES)
    amounts = {"310000": MANY, "320000": MANY, "330000": (90,), "340000": MANY, "510000": (11, 12, 13, 14)}
    closed(site, "2025-03", tell_provinces(site, "2025-03", amounts))
    released(deps, ReleaseKind.MONTHLY, "2025-03")
    protect = agreeing.protect

    def careless(*told: Any, **said: Any) -> Any:
        protected = protect(*told, **said)
        bare = replace(protected.release, hidden={})
        return replace(protected, release=bare, report=agreeing.audit(bare, told[1], told[2]))

    monkeypatch.setattr(agreeing, "protect", careless)

    bulletin = checked(deps, ReleaseKind.BULLETIN, "2025-03")

    assert bulletin.checked is not None
    assert bulletin.checked.faults == (Fault.LEAK,)


def told_by_bulletin(deps: Deps, site: StatisticsSite, month: str, third: Sequence[int]) -> Release:
    """Return the bulletin of a month, released, in which many have executions of two natures, and some of the third."""
    closed(site, month, tell(site, month, {"1": MANY, "2": MANY, "3": third}))
    return released(deps, ReleaseKind.BULLETIN, month)


def test_the_month_between_two_sums_of_the_website_is_not_given_away(site: StatisticsSite) -> None:
    """Until February eight firms have executions of nature 3, in March one of them alone has more."""
    deps = over(site, SMALL)
    february = told_by_bulletin(deps, site, "2025-02", MANY)
    assert hidden_in(february, "b_nature.to_date") == frozenset()

    march = told_by_bulletin(deps, site, "2025-03", ALONE)

    assert ("3",) in hidden_in(march, "b_nature.to_date")
    assert len(hidden_in(march, "b_nature.to_date")) >= 2


def test_months_between_two_sums_are_not_given_away_over_a_sum_that_was_hidden(site: StatisticsSite) -> None:
    """One firm alone has more of nature 3 in February and in March: March beside January would tell its 70."""
    deps = over(site, SMALL)
    january = told_by_bulletin(deps, site, "2025-01", MANY)
    february = told_by_bulletin(deps, site, "2025-02", ALONE)
    assert hidden_in(january, "b_nature.to_date") == frozenset()
    assert ("3",) in hidden_in(february, "b_nature.to_date")

    march = told_by_bulletin(deps, site, "2025-03", (*ALONE[:-1], 30))

    assert ("3",) in hidden_in(march, "b_nature.to_date")
    assert len(hidden_in(march, "b_nature.to_date")) >= 2
    assert is_reproduced(deps, march.id)


def test_nor_where_something_else_was_corrected_in_the_meantime(site: StatisticsSite) -> None:
    """The correction makes March another version of the facts; of nature 3 nothing was corrected, as all can tell."""
    deps = over(site, SMALL)
    told_by_bulletin(deps, site, "2025-01", MANY)
    told_by_bulletin(deps, site, "2025-02", ALONE)
    tell(site, "2025-01", {"1": tuple(each + 10 for each in MANY)}, version=2)
    site.merge()

    march = told_by_bulletin(deps, site, "2025-03", (*ALONE[:-1], 30))

    assert ("3",) in hidden_in(march, "b_nature.to_date")


def test_what_was_hidden_is_shown_again_where_many_firms_lie_between(site: StatisticsSite) -> None:
    deps = over(site, SMALL)
    told_by_bulletin(deps, site, "2025-01", MANY)
    february = told_by_bulletin(deps, site, "2025-02", ALONE)
    assert ("3",) in hidden_in(february, "b_nature.to_date")

    march = told_by_bulletin(deps, site, "2025-03", MANY)

    assert hidden_in(march, "b_nature.to_date") == frozenset()


def test_growth_does_not_give_away_what_was_hidden_a_year_before(site: StatisticsSite) -> None:
    """A year before, one firm was alone in nature 3; now eight are."""
    deps = over(site, SMALL)
    closed(site, "2024-03", tell(site, "2024-03", {"1": MANY, "2": MANY, "3": ALONE}))
    before = released(deps, ReleaseKind.MONTHLY, "2024-03")

    bulletin = told_by_bulletin(deps, site, "2025-03", MANY)

    shown = cells_of(deps, bulletin, "b_nature")
    gone = {codes for (codes,) in hidden_in(before, "m_nature.to_date")}
    assert gone >= {"3"}
    assert all(shown["execution_usd", "to_date", each] is not None for each in "123")
    assert {each for each in "123" if shown["execution_usd_growth", "to_date", each] is None} == gone
    assert shown["execution_usd_growth", "to_date", "total"] == "46.5"
    assert shown["execution_usd_share", "to_date", "3"] == "33.3"


def test_growth_that_told_of_a_year_is_known_when_that_year_is_released_anew(site: StatisticsSite) -> None:
    deps = over(site, SMALL)
    closed(site, "2024-03", tell(site, "2024-03", {"1": MANY, "2": MANY, "3": ALONE}))
    bulletin = told_by_bulletin(deps, site, "2025-03", MANY)

    late = released(deps, ReleaseKind.MONTHLY, "2024-03")

    told_by_growth = frozenset(bulletin.hidden["b_nature.execution_usd.to_date@before"])
    assert hidden_in(late, "m_nature.to_date") == told_by_growth


def test_releases_that_tell_of_the_same_year_are_decided_one_after_the_other(site: StatisticsSite) -> None:
    deps = over(site, SMALL)
    closed(site, "2024-03", tell(site, "2024-03", {"1": MANY, "2": MANY}))
    closed(site, "2025-03", tell(site, "2025-03", {"1": MANY, "2": MANY}))
    prepare_release(deps, MINISTRY, ReleaseKind.BULLETIN, "2025-03")

    with pytest.raises(ReleaseUnderWay):
        prepare_release(deps, MINISTRY, ReleaseKind.MONTHLY, "2024-03")

"""What filing reckoned at a closing is held against the frozen facts, and a period says what it waits for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import orjson

from services.statistics.model.releases import ReleaseKind, Review
from services.statistics.model.snapshots import WAITING_FOR, SnapshotState
from services.statistics.operations.controls import controls_of
from services.statistics.operations.releases import read_report
from services.statistics.operations.snapshots import count_overdue, freeze_due
from services.statistics.schemas.outgoing import snapshot_body
from tests.support.statistics_kinds import SMALL, checked, over, tell
from tests.support.statistics_releases import MINISTRY
from tests.support.statistics_site import StatisticsSite, an_execution, close_period, sums_of, told

MONTH = "2025-03"
MANY = (100, 101, 102, 103, 104, 105, 106, 107)


def test_sums_of_both_sides_stand_in_the_report(site: StatisticsSite) -> None:
    deps = over(site, SMALL)
    close_period(site, MONTH, {"enterprise-3": tell(site, MONTH, {"1": MANY, "2": MANY})})
    freeze_due(deps)

    release = checked(deps, ReleaseKind.MONTHLY, MONTH)

    assert release.checked is not None
    assert release.checked.reviews == ()
    report = orjson.loads(read_report(deps, MINISTRY, release.id))
    found = {(each["form"], each["measure"]): (each["ours"], each["filing"]) for each in report["controls"]}
    assert found["enterprise-3", "execution_usd"] == ("1656", "1656")
    assert {form for form, _ in found} == {"enterprise-2", "enterprise-3"}


def test_another_sum_than_that_of_filing_is_for_a_person(site: StatisticsSite) -> None:
    deps = over(site, SMALL)
    executions = tell(site, MONTH, {"1": MANY, "2": MANY})
    place = ("enterprise-3", "execution_usd")
    sums = sums_of(site, MONTH)
    close_period(site, MONTH, {"enterprise-3": executions}, {**sums, place: sums[place] + 1})
    freeze_due(deps)

    release = checked(deps, ReleaseKind.MONTHLY, MONTH)

    assert release.checked is not None
    assert release.checked.reviews == (Review.CONTROL_DIFFERENCE,)
    controls = controls_of(deps, site.wired.snapshots.get(MONTH)) or ()
    assert [each.measure for each in controls if each.is_different] == ["execution_usd"]


def test_a_closing_without_sums_is_for_a_person(site: StatisticsSite) -> None:
    deps = over(site, SMALL)
    executions = tell(site, MONTH, {"1": MANY, "2": MANY})
    close_period(site, MONTH, {"enterprise-3": executions}, sealed="", reader="")
    freeze_due(deps)

    release = checked(deps, ReleaseKind.MONTHLY, MONTH)

    assert release.checked is not None
    assert release.checked.reviews == (Review.CONTROL_MISSING,)


def test_what_was_filed_in_the_next_year_is_not_compared(site: StatisticsSite) -> None:
    """An execution of December that was filed in February counts in December, and is no filing of the year."""
    tell(site, "2024-12", {"1": MANY})
    site.take(told("carried", [an_execution("c", "2024-12", usd=Decimal(9))], "u1"))
    carried = told("late", [an_execution("c", "2024-12", usd=Decimal(9))], "u1")
    site.take(replace(carried, period="2025-02"))
    close_period(site, "2024", {"enterprise-3": 9})
    freeze_due(site.wired.deps)

    controls = controls_of(site.wired.deps, site.wired.snapshots.get("2024")) or ()

    assert {each.measure: each.ours for each in controls}["execution_usd"] == Decimal(sum(MANY) + 9)
    assert not any(each.is_different for each in controls)


def test_the_sums_are_not_stored_in_clear(site: StatisticsSite) -> None:
    executions = tell(site, MONTH, {"1": MANY, "2": MANY})

    close_period(site, MONTH, {"enterprise-3": executions})

    stored = repr(site.wired.database["snapshots"].find_one({}))
    assert [each for each in ("1656", "11592", "execution_usd") if each in stored] == []


def test_what_filing_could_not_open_is_not_waited_for(site: StatisticsSite) -> None:
    executions = tell(site, MONTH, {"1": MANY})

    close_period(site, MONTH, {"enterprise-3": executions + 2}, unreadable={"enterprise-3": 2})

    assert freeze_due(site.wired.deps) == 1
    snapshot = site.wired.snapshots.get(MONTH)
    assert (snapshot.state, snapshot.unreadable) == (SnapshotState.FROZEN, {"enterprise-3": 2})


def test_a_period_that_waits_too_long_is_told(site: StatisticsSite) -> None:
    close_period(site, MONTH, {"enterprise-3": 2})
    assert freeze_due(site.wired.deps) == count_overdue(site.wired.deps) == 0
    site.clock.advance(WAITING_FOR + timedelta(seconds=1))

    assert freeze_due(site.wired.deps) == 0
    assert count_overdue(site.wired.deps) == 1

    body = snapshot_body(site.wired.snapshots.get(MONTH), site.clock.now())
    assert (body["is_overdue"], body["missing"]) == (True, {"enterprise-3": 2})
    assert body["state_label"] == "报表数据超过一小时仍未到齐，请系统管理员补报"

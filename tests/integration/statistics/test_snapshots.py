"""Snapshots on the real database: frozen once everything has come, and the same for ever afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.statistics.model.snapshots import SnapshotState, is_within
from services.statistics.operations.drafting import draw_table
from services.statistics.operations.facts import remake_partitions
from services.statistics.operations.snapshots import freeze_due
from services.statistics.repository.partitions import KEPT_FOR
from services.statistics.schemas.outgoing import draft_body
from shared.calls import Call
from shared.contracts.filing import Layer
from shared.crypto.errors import SealBroken
from shared.errors import NotFound
from shared.identity.actor import COUNTRY, Actor, Role
from tests.support.statistics_site import (
    NOW,
    StatisticsSite,
    a_contract,
    a_firm,
    an_execution,
    close_period,
    told,
)

MINISTRY = Call(Actor("m", Role.MINISTRY, division=COUNTRY))
MONTH = "2025-03"


def close(site: StatisticsSite, period: str = MONTH, **counts: int) -> None:
    """Say that filing closed a period with so many filings of each form."""
    close_period(site, period, {form.replace("_", "-"): count for form, count in counts.items()})


def fill(site: StatisticsSite) -> None:
    """Tell of a contract and two executions of March, and of what stood a year before."""
    site.take(
        told("b1", [a_firm("2024", name="甲", holder="集团")], "u1"),
        told("c1", [a_contract("c1", MONTH)], "u1"),
        told("e1", [an_execution("c1", MONTH)], "u1"),
        told("e2", [an_execution("c1", MONTH, usd=Decimal(30))], "u2"),
        told("e3", [an_execution("c1", "2024-02", usd=Decimal(4))], "u1"),
    )


def shown(site: StatisticsSite, key: str = "monthly_class") -> object:
    """Return the table of the frozen month as it goes out."""
    draft = draw_table(site.wired.deps, MINISTRY, key, MONTH, Layer.FINAL, is_frozen=True)
    return draft_body(draft, site.wired.deps.tables)


def test_a_closed_period_waits_until_all_its_filings_were_told(site: StatisticsSite) -> None:
    close(site, enterprise_2=1, enterprise_3=2)
    site.take(told("c1", [a_contract("c1", MONTH)], "u1"), told("e1", [an_execution("c1", MONTH)], "u1"))
    only_approved = [Layer.FILED, Layer.APPROVED]
    site.take(told("e2", [an_execution("c1", MONTH)], "u2", layers=only_approved))

    assert freeze_due(site.wired.deps) == 0
    waiting = site.wired.snapshots.get(MONTH)
    assert (waiting.state, waiting.missing) == (SnapshotState.WAITING, {"enterprise-3": 1})
    with pytest.raises(NotFound):
        shown(site)

    site.take(told("e2", [an_execution("c1", MONTH)], "u2", version=2))

    assert freeze_due(site.wired.deps) == 1
    assert site.wired.snapshots.get(MONTH).state is SnapshotState.FROZEN


def test_a_frozen_period_stays_the_same_whatever_comes_after(site: StatisticsSite) -> None:
    fill(site)
    close(site, enterprise_2=1, enterprise_3=2)
    freeze_due(site.wired.deps)
    before = shown(site)

    site.take(
        told("e1", [an_execution("c1", MONTH, usd=Decimal(999))], "u1", version=2),
        told("e2", [], "u2", version=2),
        told("c1", [a_contract("c1", MONTH, business_class="K31")], "u1", version=2),
        told("b1", [a_firm("2024", name="甲", holder="")], "u1", version=2),
        told("e4", [an_execution("c1", "2025-01")], "u3"),
    )
    site.merge()
    site.clock.moment += KEPT_FOR * 2
    removed = site.wired.partitions.sweep(site.wired.snapshots.pinned())
    remake_partitions(site.wired.deps)

    assert shown(site) == before
    assert removed == 0
    now = draw_table(site.wired.deps, MINISTRY, "monthly_class", MONTH, Layer.FINAL)
    assert draft_body(now, site.wired.deps.tables)["values"] != before["values"]  # type: ignore[index]  # a body


def test_the_year_before_stands_beside_as_it_was_then(site: StatisticsSite) -> None:
    fill(site)
    close(site, enterprise_2=1, enterprise_3=2)
    freeze_due(site.wired.deps)

    site.take(told("e3", [an_execution("c1", "2024-02", usd=Decimal(400))], "u1", version=2))

    draft = draw_table(site.wired.deps, MINISTRY, "release_scale", MONTH, Layer.FINAL, is_frozen=True)
    (total,) = (each for each in draft.values if (each.measure, each.codes) == ("execution_usd", ("total",)))
    assert (total.value, total.before, total.growth) == (Decimal(40), Decimal(4), Decimal(900))
    assert draft.snapshot == site.wired.snapshots.get(MONTH).digest


def test_a_closing_that_is_told_twice_is_frozen_once(site: StatisticsSite) -> None:
    fill(site)
    close(site, enterprise_2=1, enterprise_3=2)
    freeze_due(site.wired.deps)
    before = site.wired.snapshots.get(MONTH)

    close(site, enterprise_2=7)

    assert freeze_due(site.wired.deps) == 0
    assert site.wired.snapshots.get(MONTH) == before


def test_a_year_is_closed_with_its_months(site: StatisticsSite) -> None:
    site.take(told("b1", [a_firm("2024")], "u1"), told("e3", [an_execution("c1", "2024-02")], "u1"))

    close(site, "2024", enterprise_1=1, enterprise_3=2)
    assert freeze_due(site.wired.deps) == 0
    site.take(told("e5", [an_execution("c1", "2024-12")], "u1"))

    assert freeze_due(site.wired.deps) == 1
    frozen = site.wired.snapshots.get("2024")
    assert set(frozen.partitions) == {"unit/2024", "execution/2024-02", "execution/2024-12"}


def test_nothing_is_pinned_while_columns_are_behind(site: StatisticsSite) -> None:
    fill(site)
    close(site, enterprise_2=1, enterprise_3=2)
    (waiting,) = site.wired.snapshots.list_waiting()

    assert not site.wired.snapshots.freeze(waiting, NOW)

    site.merge()
    assert site.wired.snapshots.freeze(waiting, NOW)


def test_a_segment_that_was_put_in_the_place_of_another_does_not_open(site: StatisticsSite) -> None:
    fill(site)
    close(site, enterprise_2=1, enterprise_3=2)
    freeze_due(site.wired.deps)
    segments = site.wired.database["segments"]
    pinned = site.wired.snapshots.get(MONTH).partitions
    (first,), (second,) = pinned["execution/2025-03"], pinned["execution/2024-02"]
    other = segments.find_one({"_id": second.id})
    assert other is not None

    segments.update_one({"_id": first.id}, {"$set": {"sealed": other["sealed"]}})

    with pytest.raises(SealBroken):
        shown(site)


def test_the_digest_stands_for_what_is_frozen(site: StatisticsSite) -> None:
    fill(site)
    close(site, enterprise_2=1, enterprise_3=2)
    freeze_due(site.wired.deps)
    frozen = site.wired.snapshots.get(MONTH)

    changed = replace(frozen, partitions={**frozen.partitions, "execution/2025-03": ()})

    assert frozen.final_on == date(2025, 4, 9)
    assert changed.digest != frozen.digest


@pytest.mark.parametrize(
    ("key", "period", "needed"),
    [
        ("execution/2025-03", "2025-03", True),
        ("execution/2025-04", "2025-03", False),
        ("execution/2024-03", "2025-03", True),
        ("execution/2024-04", "2025-03", False),
        ("contract/2023-03", "2025-03", False),
        ("unit/2019", "2025-03", True),
        ("unit/2026", "2025-03", False),
        ("staff/2024", "2025", True),
        ("staff/2023", "2025", False),
        ("execution/2025-12", "2025", True),
    ],
)
def test_a_snapshot_holds_its_year_up_to_it_and_the_year_before(key: str, period: str, needed: bool) -> None:
    assert is_within(key, period) is needed

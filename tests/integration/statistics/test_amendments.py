"""What is settled after a period was frozen makes the sets released of it outdated: once, and told to who must know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.statistics.model.releases import Release, ReleaseKind
from services.statistics.operations.amendments import mark_outdated, outdated_since
from services.statistics.ports.deps import Deps
from services.statistics.repository.amendments import COLLECTION
from shared.contracts.filing import Layer
from shared.messaging.events import Outgoing
from tests.support.statistics_kinds import SMALL, closed, over, released, tell
from tests.support.statistics_site import StatisticsSite, a_contract, an_execution, told

MARCH = "2025-03"
MANY = (100, 101, 102, 103, 104, 105, 106, 107)
MORE = tuple(each + 10 for each in MANY)


class Hearing:
    """Hears which notices are told, and keeps nothing."""

    def __init__(self) -> None:
        self.titles: list[object] = []

    def since_of(self, release_ids: Iterable[str]) -> Mapping[str, datetime]:
        return {}

    def mark(self, release: Release, at: datetime, events: Sequence[Outgoing]) -> bool:
        self.titles += [(each.secret or {}).get("title") for each in events]
        return True


@pytest.fixture
def deps(site: StatisticsSite) -> Deps:
    return over(site, SMALL)


@pytest.fixture
def first(site: StatisticsSite, deps: Deps) -> Release:
    """March as it was released first, a day before anything is corrected."""
    closed(site, MARCH, tell(site, MARCH, {"1": MANY, "2": MANY}))
    made = released(deps, ReleaseKind.MONTHLY, MARCH)
    assert mark_outdated(deps) == 0
    site.clock.moment += timedelta(days=1)
    return made


def test_a_correction_marks_what_was_released_once_and_tells_three_roles(
    site: StatisticsSite, deps: Deps, first: Release
) -> None:
    tell(site, MARCH, {"1": MORE}, version=2)

    assert [mark_outdated(deps), mark_outdated(deps)] == [1, 0]

    assert outdated_since(deps, [first]) == {first.id: site.clock.now()}
    (kept,) = site.wired.database[COLLECTION].find()
    told_to = [entry["data"]["to"]["role"] for entry in kept["outbox"]]
    assert told_to == ["ministry", "statistics_head", "sharing_desk"]
    assert {entry["data"]["occasion"] for entry in kept["outbox"]} == {"statistics.release_outdated"}
    assert MARCH not in str(kept["outbox"])


def test_a_notice_of_made_up_facts_says_so(site: StatisticsSite, deps: Deps) -> None:
    closed(site, MARCH, tell(site, MARCH, {"1": MANY, "2": MANY}))
    released(replace(deps, is_sample=True), ReleaseKind.MONTHLY, MARCH)
    site.clock.moment += timedelta(days=1)
    tell(site, MARCH, {"1": MORE}, version=2)
    heard = Hearing()

    mark_outdated(replace(deps, outdated=heard))

    assert heard.titles == ["【样例数据】服务外包月度统计资料"] * 3


def test_the_next_version_names_what_it_supersedes_and_is_not_outdated(
    site: StatisticsSite, deps: Deps, first: Release
) -> None:
    tell(site, MARCH, {"1": MORE}, version=2)
    mark_outdated(deps)
    site.merge()

    second = released(deps, ReleaseKind.MONTHLY, MARCH)

    assert (second.number, second.supersedes) == (2, first.id)
    assert mark_outdated(deps) == 0
    assert outdated_since(deps, [first, second]).keys() == {first.id}


def test_what_is_only_approved_or_said_again_marks_nothing(site: StatisticsSite, deps: Deps, first: Release) -> None:
    execution = an_execution("c", MARCH, nature="1")
    site.take(told("late", [execution], "u3", layers=(Layer.FILED, Layer.APPROVED)))
    tell(site, MARCH, {"1": MANY, "2": MANY}, version=2)

    assert mark_outdated(deps) == 0


def test_what_is_settled_late_marks_too(site: StatisticsSite, deps: Deps, first: Release) -> None:
    site.take(told("late", [an_execution("c", MARCH, nature="1")], "u3"))

    assert mark_outdated(deps) == 1


def test_another_month_of_the_year_after_it_marks_nothing(site: StatisticsSite, deps: Deps, first: Release) -> None:
    site.take(told("april", [an_execution("c", "2025-04", nature="1")], "u3"))

    assert mark_outdated(deps) == 0


def test_a_contract_of_another_class_marks_the_months_of_its_executions(
    site: StatisticsSite, deps: Deps, first: Release
) -> None:
    site.take(told("c", [a_contract("c", "2024-01", business_class="I12")], "u1", version=2))

    assert mark_outdated(deps) == 1

"""Dashboards over the real database: the same as reckoned line by line, kept for a while, for every level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest
from pymongo import MongoClient

from services.sandbox.stack.stack import Stack
from services.statistics.operations.dashboards import show_dashboard
from services.statistics.ports.facts import OfSnapshots
from shared.calls import Call
from shared.identity.actor import COUNTRY, Actor, Role
from shared.ids import new_id
from shared.mongo.client import Document
from tests.support.dashboard_facts import small_country, tell
from tests.support.dashboards import KeptLines, Line
from tests.support.statistics_site import StatisticsSite, open_statistics

MINISTRY = Call(Actor("m", Role.MINISTRY, division=COUNTRY))


@pytest.fixture(scope="module")
def lines() -> list[Line]:
    return small_country()


@pytest.fixture(scope="module")
def site(
    started: Stack, mongo: MongoClient[Document], tmp_path_factory: pytest.TempPathFactory, lines: Sequence[Line]
) -> Iterator[StatisticsSite]:
    name = f"test-{new_id()}"
    with open_statistics(started, name, tmp_path_factory.mktemp("statistics")) as opened:
        tell(opened, lines)
        yield opened
    mongo.drop_database(name)


@pytest.mark.parametrize("division", [COUNTRY, "330000", "110000", "330100", "330106"])
def test_a_dashboard_is_as_its_facts_line_by_line(site: StatisticsSite, lines: list[Line], division: str) -> None:
    deps = site.wired.deps

    found = show_dashboard(deps, MINISTRY, division, "2025-03")

    by_hand = replace(deps, cells=cast(OfSnapshots, KeptLines(lines)), dashboards=type(deps.dashboards)(1))
    assert found == show_dashboard(by_hand, MINISTRY, division, "2025-03")
    assert {"scale", "trend", "classes", "markets", "ownership"} <= {panel.key for panel in found.panels}
    assert site.wired.database["reads"].count_documents({"subject": f"{division}/2025-03"}) == 2


def test_whoever_asks_at_once_gets_the_same(site: StatisticsSite) -> None:
    with ThreadPoolExecutor(3) as people:
        found = list(people.map(lambda _: show_dashboard(site.wired.deps, MINISTRY, "330203", "2025-03"), range(3)))

    assert [each is found[0] for each in found] == [True] * 3


def test_a_dashboard_is_kept_for_a_while_and_says_from_when_it_is(site: StatisticsSite) -> None:
    first = show_dashboard(site.wired.deps, MINISTRY, "330200", "2025-03")
    site.clock.advance(timedelta(minutes=1))

    again = show_dashboard(site.wired.deps, MINISTRY, "330200", "2025-03")

    assert again is first
    assert again.drawn_at < site.clock.now()

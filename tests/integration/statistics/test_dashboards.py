"""Dashboards over the real database: the same as reckoned line by line, kept for a while, for every level."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import cast

import pytest
from pymongo import MongoClient

from services.sandbox.stack.stack import Stack
from services.statistics.operations.dashboards import show_dashboard
from services.statistics.operations.facts import Told
from services.statistics.ports.facts import OfSnapshots
from shared.calls import Call
from shared.contracts.filing import FactKind, Layer
from shared.identity.actor import COUNTRY, Actor, Role
from shared.ids import new_id
from shared.mongo.client import Document
from tests.support.dashboards import AMOUNT, KeptLines, Line
from tests.support.statistics_site import (
    StatisticsSite,
    a_contract,
    a_firm,
    an_execution,
    open_statistics,
    told,
)

MINISTRY = Call(Actor("m", Role.MINISTRY, division=COUNTRY))
PLACES = (
    ("330000", "330100", "330106"),
    ("330000", "330100", "330105"),
    ("330000", "330200", "330203"),
    ("110000", "110000", "110105"),
)
OWNERS = ("173", "220", "330")


@pytest.fixture(scope="module")
def lines() -> list[Line]:
    """Return lines of two years of 30 units, some of which belong to others, some corrected in review."""
    dice = random.Random(7)
    found = []
    for _ in range(120):
        unit = dice.randrange(30)
        province, city, county = PLACES[unit % len(PLACES)]
        place = {"province": province, "city": city, "county": county, "ownership": OWNERS[unit % len(OWNERS)]}
        terms = {
            "business_class": dice.choice(["I11", "I12", "B21"]),
            "nature": dice.choice("12"),
            "market": dice.choice(["USA", "JPN"]),
        }
        layers = dice.choice(
            [frozenset(Layer), frozenset(Layer), frozenset({Layer.FILED}), frozenset({Layer.APPROVED})]
        )
        month = f"{dice.choice((2024, 2025))}-{dice.randint(1, 3):02}"
        line = Line(
            f"u{unit}", Decimal(dice.randint(1, 90)), month, f"u{unit // 2 * 2}", layers=layers, columns=place | terms
        )
        found.append(line)
    return [*found, *(replace(each, kind=FactKind.CONTRACT) for each in found)]


@pytest.fixture(scope="module")
def site(
    started: Stack, mongo: MongoClient[Document], tmp_path_factory: pytest.TempPathFactory, lines: Sequence[Line]
) -> Iterator[StatisticsSite]:
    name = f"test-{new_id()}"
    with open_statistics(started, name, tmp_path_factory.mktemp("statistics")) as opened:
        executions = [each for each in lines if each.kind is FactKind.EXECUTION]
        opened.take(*(told_of for number, line in enumerate(executions) for told_of in _told(number, line)))
        firms = {line.unit: line for line in executions}
        opened.take(*(_firm(each) for each in firms.values()))
        opened.merge()
        yield opened
    mongo.drop_database(name)


def _told(number: int, line: Line) -> Iterator[Told]:
    said = line.values
    path = tuple(dict.fromkeys((said["county"], said["city"], said["province"], COUNTRY)))
    amounts = {"usd": line.usd, "cny": line.usd * AMOUNT}
    terms = {each: said[each] for each in ("business_class", "nature", "market")}
    contract = a_contract("", line.month, **terms, **amounts)
    execution = an_execution(f"c{number}", line.month, nature=said["nature"], **amounts)
    for filing, each in ((f"c{number}", contract), (f"e{number}", execution)):
        yield told(filing, [each], line.unit, layers=tuple(line.layers), path=path)


def _firm(line: Line) -> Told:
    name = f"firm of {line.unit}"
    holder = f"firm of {line.holding}" if line.holding != line.unit else ""
    return told(
        f"b-{line.unit}", [a_firm("2024", ownership=line.values["ownership"], name=name, holder=holder)], line.unit
    )


@pytest.mark.parametrize("division", [COUNTRY, "330000", "110000", "330100", "330106"])
def test_a_dashboard_is_as_its_facts_line_by_line(site: StatisticsSite, lines: list[Line], division: str) -> None:
    deps = site.wired.deps

    found = show_dashboard(deps, MINISTRY, division, "2025-03")

    by_hand = replace(deps, cells=cast(OfSnapshots, KeptLines(lines)), dashboards=type(deps.dashboards)(1))
    assert found == show_dashboard(by_hand, MINISTRY, division, "2025-03")
    assert {"scale", "trend", "classes", "markets", "ownership"} <= {panel.key for panel in found.panels}
    assert site.wired.database["reads"].count_documents({"subject": f"{division}/2025-03"}) == 2


def test_a_dashboard_is_kept_for_a_while_and_says_from_when_it_is(site: StatisticsSite) -> None:
    first = show_dashboard(site.wired.deps, MINISTRY, "330200", "2025-03")
    site.clock.advance(timedelta(minutes=1))

    again = show_dashboard(site.wired.deps, MINISTRY, "330200", "2025-03")

    assert again is first
    assert again.drawn_at < site.clock.now()

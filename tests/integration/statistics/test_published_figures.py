"""The arithmetic of the ministry's published releases holds in ours: facts that come to its figures of 2022 and 2023."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from pymongo import MongoClient

from services.sandbox.stack.stack import Stack
from services.statistics.model.drafts import Value
from services.statistics.operations.drafting import draw_table
from shared.calls import Call
from shared.contracts.filing import Layer
from shared.identity.actor import COUNTRY, Actor, Role
from shared.ids import new_id
from shared.mongo.client import Document
from tests.support.published_releases import (
    GROWTH_2023,
    SHARE_OF_THREE_MARKETS,
    SHARES,
    YI,
    Place,
    facts_of_year,
    totals_of_year,
)
from tests.support.statistics_site import StatisticsSite, open_statistics

MINISTRY = Call(Actor("m", Role.MINISTRY, division=COUNTRY))
YEARS = (2022, 2023)
TABLES = ("release_scale", "release_structure", "release_regions", "release_markets")
NOTHING = Decimal("1e-20")
CLOSE = Decimal("0.1")
"""The ministry reckons with unrounded data, of which it publishes rounded figures."""

Values = Mapping[int, Mapping[Place, Value]]


@pytest.fixture(scope="module")
def released(
    started: Stack, mongo: MongoClient[Document], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Values]:
    """The release of each December, drawn up by the service."""
    name = f"test-{new_id()}"
    with open_statistics(started, name, Path(tmp_path_factory.mktemp("statistics"))) as site:
        for year in YEARS:
            site.take(*facts_of_year(year))
        site.merge()
        yield {year: _values(site, f"{year}-12") for year in YEARS}
    mongo.drop_database(name)


def _values(site: StatisticsSite, month: str) -> dict[Place, Value]:
    drafts = [draw_table(site.wired.deps, MINISTRY, table, month, Layer.FINAL) for table in TABLES]
    return {
        (draft.table, each.measure, "/".join(each.codes)): each
        for draft in drafts
        for each in draft.values
        if each.span == "to_date"
    }


@pytest.mark.parametrize("year", YEARS)
def test_every_published_total_comes_out_to_the_cent(released: Values, year: int) -> None:
    for place, total in totals_of_year(year).items():
        assert released[year][place].value == total * YI, place


@pytest.mark.parametrize("year", YEARS)
def test_the_parts_of_offshore_execution_add_up_in_every_table(released: Values, year: int) -> None:
    values = released[year]

    def value(table: str, codes: str) -> Decimal:
        return values[table, "execution_cny", codes].value

    offshore = value("release_scale", "2")
    assert sum(value("release_structure", code) for code in ("I", "B", "K")) == offshore
    assert value("release_structure", "total") == offshore
    assert value("release_markets", "total") == offshore
    assert value("release_regions", "000000/2") == offshore
    natures = [value("release_scale", code) for code in "123" if ("release_scale", "execution_cny", code) in values]
    assert sum(natures) == value("release_scale", "total")


@pytest.mark.parametrize(
    ("place", "printed"), GROWTH_2023.items(), ids=lambda each: "-".join(each) if isinstance(each, tuple) else each
)
def test_growth_is_within_a_tenth_of_a_point_of_what_was_printed(released: Values, place: Place, printed: str) -> None:
    found = released[2023][place]

    assert found.before == released[2022][place].value
    assert found.growth is not None
    assert abs(found.growth - Decimal(printed)) <= CLOSE


@pytest.mark.parametrize("year", YEARS)
def test_shares_are_within_a_tenth_of_a_point_of_what_was_printed(released: Values, year: int) -> None:
    values = released[year]
    for place, printed in SHARES[year].items():
        found = values[place].share
        assert found is not None
        assert abs(found - Decimal(printed)) <= CLOSE, place
    three = [values["release_markets", "execution_cny", code].share for code in ("USA", "HKG", "EU")]
    assert abs(sum(each or 0 for each in three) - Decimal(SHARE_OF_THREE_MARKETS[year])) <= CLOSE


def test_shares_and_growth_are_not_rounded_before_they_are_shown(released: Values) -> None:
    place = "release_regions", "execution_cny", "demonstration/2"
    found, before = released[2023][place], released[2022][place].value

    offshore = released[2023]["release_scale", "execution_cny", "2"].value
    assert found.share == pytest.approx(found.value * 100 / offshore, abs=NOTHING)
    assert found.growth == pytest.approx((found.value - before) * 100 / before, abs=NOTHING)

"""Drafts of tables on the real database: parts add up, growth and shares are of unrounded data, sight is one's own."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from pymongo import MongoClient

from services.sandbox.stack.stack import Stack
from services.statistics.model.drafts import Draft, Value
from services.statistics.operations.drafting import dimensions_of, draw_table, list_tables
from services.statistics.schemas.table_files import draft_file
from services.statistics.tables.definitions import Rhythm
from services.statistics.tables.loading import load_tables
from shared.calls import Call
from shared.codes import lists
from shared.codes.schemes import Scheme
from shared.contracts.filing import FactKind, Layer
from shared.errors import Invalid, NotFound
from shared.identity.actor import COUNTRY, Actor, Role
from shared.ids import new_id
from shared.mongo.client import Document
from shared.tabulation.arithmetic import growth, share
from shared.tabulation.texts import csv_of
from shared.tabulation.workbook import workbook_of
from tests.support.statistics_site import (
    BEIJING,
    HANGZHOU,
    NOW,
    Said,
    StatisticsSite,
    a_contract,
    a_firm,
    an_execution,
    open_statistics,
    told,
)

MINISTRY = Call(Actor("m", Role.MINISTRY, division=COUNTRY))
ZHEJIANG = Call(Actor("p", Role.PROVINCE_REVIEWER, division="330000"))
NINGBO = ("330203", "330200", "330000", "000000")
XIANTAO = ("429004", "420000", "000000")
PROVINCE_ITSELF = ("330000", "000000")
NOTHING = Decimal("1e-20")


@pytest.fixture(scope="module")
def site(
    started: Stack, mongo: MongoClient[Document], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StatisticsSite]:
    name = f"test-{new_id()}"
    folder: Path = tmp_path_factory.mktemp("statistics")
    with open_statistics(started, name, folder) as opened:
        fill(opened)
        yield opened
    mongo.drop_database(name)


def fill(site: StatisticsSite) -> None:
    """Tell of two years of some firms in five places, with codes of every kind, unknown ones too."""
    dice = random.Random(5)
    classes = [each.code for each in lists.entries(Scheme.BUSINESS_CLASS, NOW.date(), level=3)]
    for number in range(60):
        path = dice.choice([HANGZHOU, NINGBO, BEIJING, XIANTAO, PROVINCE_ITSELF])
        unit = f"u{number % 20}"
        terms = {
            "business_class": dice.choice([*classes, "X99"]),
            "nature": dice.choice("123"),
            "market": dice.choice(["USA", "HKG", "DEU", "JPN", "CHN", "QQQ"]),
            "client_industry": dice.choice(["C", "I", "J", ""]),
        }
        lines: list[tuple[str, Said]] = []
        for year in (2024, 2025):
            month = f"{year}-{dice.randint(1, 3):02}"
            amount = Decimal(dice.randint(1, 10**10)).scaleb(-6)
            lines.append((f"c{number}-{year}", a_contract("", month, **terms, usd=amount, cny=amount * 7)))
            worth = {"usd": amount / 4, "cny": amount, "nature": terms["nature"]}
            lines.append((f"e{number}-{year}", an_execution(f"c{number}-{year}", month, **_six(worth))))
        site.take(*(told(filing, [line], unit, path=path) for filing, line in lines))
    for number in range(20):
        firm = a_firm("2024", ownership=dice.choice(["173", "220", "330"]), name=f"F{number}")
        staff = [
            {"kind": FactKind.STAFF, "counted_in": "2024", "category": "outsourcing", "education": degree}
            | {"number": Decimal(dice.randint(0, 50))}
            for degree in ("doctor", "master", "bachelor", "college", "other")
        ]
        site.take(told(f"b{number}", [firm], f"u{number}"), told(f"s{number}", staff, f"u{number}"))
    site.merge()


def _six(values: Mapping[str, object]) -> dict[str, object]:
    rounded = {name: round(each, 6) for name, each in values.items() if isinstance(each, Decimal)}
    return {**values, **rounded}


def tables(rhythm: Rhythm) -> list[str]:
    return [key for key, each in load_tables().tables.items() if each.rhythm is rhythm]


def values_of(draft: Draft) -> dict[tuple[str, str, tuple[str, ...]], Value]:
    return {(each.measure, each.span, each.codes): each for each in draft.values}


@pytest.mark.parametrize("key", [*tables(Rhythm.MONTH), *tables(Rhythm.YEAR)])
def test_in_every_table_the_parts_add_up_to_the_whole_along_every_axis(site: StatisticsSite, key: str) -> None:
    definition = site.wired.deps.tables.tables[key]
    period = "2025-03" if definition.rhythm is Rhythm.MONTH else "2024"

    draft = draw_table(site.wired.deps, MINISTRY, key, period, Layer.APPROVED)

    values, checked = values_of(draft), 0
    counted_in_units = {each for each in definition.measures if each in {"firms", "executing_firms"}}
    for place, (dimension, axis) in enumerate(zip(dimensions_of(definition, period), definition.axes, strict=True)):
        shown = {node.code for node in dimension.at(axis.levels)}
        for (measure, span, codes), whole in values.items():
            parts = dimension.sums.get(codes[place], ())
            if not parts or not shown.issuperset(parts) or measure in counted_in_units:
                continue
            found = [values.get((measure, span, (*codes[:place], part, *codes[place + 1 :]))) for part in parts]
            assert sum((each.value for each in found if each), Decimal(0)) == whole.value, (measure, span, codes)
            checked += 1
    asked = {site.wired.deps.tables.measures[each].kind for each in definition.measures}
    has_facts = asked & {FactKind.CONTRACT, FactKind.EXECUTION, FactKind.STAFF, FactKind.UNIT}
    assert bool(values) == bool(has_facts)
    if has_facts and not counted_in_units.issuperset(definition.measures):
        assert checked > 0


def test_growth_and_shares_are_of_unrounded_values(site: StatisticsSite) -> None:
    deps = site.wired.deps

    draft = draw_table(deps, MINISTRY, "release_structure", "2025-03", Layer.APPROVED)
    before = values_of(draw_table(deps, MINISTRY, "release_structure", "2024-03", Layer.APPROVED))

    values = values_of(draft)
    assert len([each for each in draft.values if each.growth is not None]) > 5
    for place, each in values.items():
        earlier = before[place].value if place in before else None
        assert (each.before, each.growth) == (earlier, growth(each.value, earlier))
        whole = values[(each.measure, each.span, ("total",))].value
        assert each.share == share(each.value, whole)
    large = [each.share for each in draft.values if each.measure == "execution_usd" and each.codes[0] in "IBK"]
    unknown = values.get(("execution_usd", "to_date", ("unknown",)))
    total = sum((each for each in large if each is not None), unknown.share or Decimal(0) if unknown else Decimal(0))
    assert abs(total - 100) < NOTHING


def test_the_year_to_date_is_the_sum_of_its_months(site: StatisticsSite) -> None:
    deps = site.wired.deps
    months = [draw_table(deps, MINISTRY, "monthly_class", f"2025-0{month}", Layer.APPROVED) for month in (1, 2, 3)]

    summed: dict[tuple[str, tuple[str, ...]], Decimal] = {}
    for draft in months:
        for each in draft.values:
            if each.span == "period":
                place = each.measure, each.codes
                summed[place] = summed.get(place, Decimal(0)) + each.value

    to_date = {(each.measure, each.codes): each.value for each in months[-1].values if each.span == "to_date"}
    assert to_date == summed != {}


def test_codes_that_no_list_knows_count_as_unknown_and_in_the_total(site: StatisticsSite) -> None:
    draft = values_of(draw_table(site.wired.deps, MINISTRY, "yearbook_class", "2025", Layer.APPROVED))

    assert draft[("contract_usd", "period", ("unknown", "total"))].value > 0


def test_a_province_sees_itself_and_its_cities_and_no_one_else(site: StatisticsSite) -> None:
    deps = site.wired.deps

    own = draw_table(deps, ZHEJIANG, "yearbook_province", "2025", Layer.APPROVED)
    all_ = draw_table(deps, MINISTRY, "yearbook_province", "2025", Layer.APPROVED)

    assert {each.codes[0] for each in own.values} == {"330000", "330100", "330200", "330000.unknown"}
    assert {"000000", "110000", "429004"} < {each.codes[0] for each in all_.values}


def test_a_draft_as_a_file_says_in_every_line_that_it_is_not_published(site: StatisticsSite) -> None:
    deps = site.wired.deps
    draft = draw_table(deps, ZHEJIANG, "yearbook_province", "2025", Layer.APPROVED)

    made = draft_file(draft, deps.tables)
    lines = list(csv.DictReader(io.StringIO(csv_of(made.tables[0], made.nature).decode("utf-8-sig"))))

    assert {line["数据性质"] for line in lines} == {"草表，未发布"}
    assert {line["地区代码"] for line in lines} == {"330000", "330100", "330200", "330000.unknown"}
    assert len(lines) == len(draft.values)
    assert workbook_of(made)[:2] == b"PK"


def test_a_province_sees_no_table_without_provinces(site: StatisticsSite) -> None:
    deps = site.wired.deps
    with pytest.raises(NotFound):
        draw_table(deps, ZHEJIANG, "release_scale", "2025-03", Layer.APPROVED)

    listed = {each.key for each in list_tables(deps, ZHEJIANG)}

    assert "monthly_province" in listed
    assert listed.isdisjoint({"release_scale", "monthly_class", "yearbook_market", "release_regions"})


def test_reading_a_draft_is_recorded(site: StatisticsSite) -> None:
    reads = site.wired.database["reads"]
    before = reads.count_documents({})

    draw_table(site.wired.deps, MINISTRY, "release_scale", "2025-03", Layer.APPROVED)

    assert reads.count_documents({}) == before + 1


@pytest.mark.parametrize(
    ("key", "period"), [("monthly_class", "2025"), ("annual_class", "2025-03"), ("annual_class", "25")]
)
def test_a_period_of_another_kind_is_refused(site: StatisticsSite, key: str, period: str) -> None:
    with pytest.raises(Invalid):
        draw_table(site.wired.deps, MINISTRY, key, period, Layer.APPROVED)


def test_a_table_that_there_is_not_is_not_found(site: StatisticsSite) -> None:
    with pytest.raises(NotFound):
        draw_table(site.wired.deps, MINISTRY, "nothing", "2025", Layer.APPROVED)

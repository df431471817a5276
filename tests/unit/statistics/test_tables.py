"""Tables as data: files that are read strictly, hierarchies that add up, and the arithmetic of the ministry's releases."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from services.statistics.tables.definitions import Audience, Rhythm, Span
from services.statistics.tables.dimensions import KEYS, NATION, UNKNOWN, dimension
from services.statistics.tables.loading import FOLDER, load_tables
from services.statistics.tables.reading import TablesBroken
from shared.tabulation.arithmetic import growth, rounded, share

DAY = date(2025, 6, 30)


def test_the_appendices_have_every_table_that_they_name() -> None:
    tables = load_tables()

    for audience in (Audience.NBS, Audience.SHARING):
        monthly = [each.key for each in tables.of(audience, Rhythm.MONTH)]
        annual = [each.key for each in tables.of(audience, Rhythm.YEAR)]
        assert monthly == ["monthly_province", "monthly_class", "monthly_province_class"]
        assert annual == [
            *("annual_province", "annual_class", "annual_province_class"),
            *("annual_staff", "annual_certificates"),
        ]


def test_the_release_stands_in_the_order_of_the_ministry() -> None:
    tables = load_tables()

    monthly = [each.key for each in tables.of(Audience.RELEASE, Rhythm.MONTH)]

    assert monthly == [
        *("release_scale", "release_structure", "release_regions"),
        *("release_markets", "release_ownership"),
    ]
    assert [each.key for each in tables.of(Audience.RELEASE, Rhythm.YEAR)] == ["release_employment"]
    assert all(tables.tables[key].spans == (Span.TO_DATE,) for key in monthly)
    offshore = [tables.tables[key].only for key in ("release_structure", "release_markets", "release_ownership")]
    assert offshore == [(("nature", ("2",)),)] * 3


def test_no_measure_tells_the_year_before_a_second_time() -> None:
    """What firms said of the year before is last year's number again, under no register: beside it, it gives changes away."""
    assert [each.key for each in load_tables().measures.values() if each.column == "before"] == []


def test_every_amount_of_contracts_and_executions_stands_in_both_currencies() -> None:
    tables = load_tables()

    for table in tables.tables.values():
        amounts = Counter(tables.measures[each].currency for each in table.measures if each[-4:] in {"_cny", "_usd"})
        assert amounts["CNY"] == amounts["USD"], table.key


@pytest.mark.parametrize("key", KEYS)
def test_the_parts_of_every_whole_are_nodes_and_whatever_counts_in_a_part_counts_in_the_whole(key: str) -> None:
    made = dimension(key, DAY)
    codes = [node.code for node in made.nodes]

    assert len(codes) == len(set(codes))
    for whole, parts in made.sums.items():
        assert {whole, *parts} <= set(codes)
        assert len(parts) == len(set(parts)) > 0
        if made.is_closed:
            continue
        of_whole = {leaf for leaf, nodes in made.leaves.items() if whole in nodes}
        of_parts = [leaf for leaf, nodes in made.leaves.items() for part in parts if part in nodes]
        assert of_whole == set(of_parts), whole
        assert len(of_parts) == len(set(of_parts)), whole  # nothing counts in two parts


def test_the_classes_are_3_9_and_45_and_places_are_31_provinces() -> None:
    classes, places = dimension("business_class", DAY), dimension("place", DAY)

    counted = Counter(node.level for node in classes.nodes if node.code != UNKNOWN)
    assert counted == {"total": 1, "large": 3, "medium": 9, "small": 45}
    assert len([node for node in places.at(["province"]) if node.code != UNKNOWN]) == 31
    assert places.counted(["nation", "city"])["330100"] == ("330100", NATION)


def test_hangzhou_counts_in_its_regions_and_among_the_demonstration_cities() -> None:
    leaves = dimension("place", DAY).leaves

    assert {"330100", "330000", NATION, "demonstration", "yangtze_delta", "east"} == set(leaves["330100"])
    assert {"130600.", "jing_jin_ji"} & set(leaves["130600"]) == {"jing_jin_ji"}
    assert "demonstration" not in leaves["130600"]


def test_the_group_whose_list_nobody_knows_is_named_as_unknown() -> None:
    market = dimension("market", DAY)

    (belt_road,) = (node for node in market.nodes if node.code == "belt_road")
    assert belt_road.is_unknown
    assert all("belt_road" not in nodes for nodes in market.leaves.values())
    assert any("一带一路" in gap for gap in market.gaps)
    assert "EU" in market.leaves["DEU"]
    assert "EU" not in dimension("market", DAY).leaves["GBR"]


def test_the_european_union_is_that_of_the_day() -> None:
    assert "EU" in dimension("market", date(2019, 12, 31)).leaves["GBR"]


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ('measures = ["staff"', 'measures = ["stuff"', "sets/release.toml/release_employment/measures: 没有指标 stuff"),
        ('shares = "market"', 'shares = "nature"', "sets/release.toml/release_markets/shares: 不是本表的维度"),
        ('"region"', '"village"', "sets/release.toml/release_regions/axes/0/levels: 没有层级 village"),
        ('rhythm = "month"', 'rhythm = "week"', "sets/release.toml/release_scale/rhythm: 应为 month、year 之一"),
        ("growth = true", 'growth = "ja"', "sets/release.toml/release_scale/growth: 应为 true 或 false"),
        ("order = 110", "order = 110\ncolour = 1", "sets/release.toml/release_scale/colour: 多余的项"),
        ('only = { nature = ["2"] }', 'only = { naturre = ["2"] }', "only/naturre: 没有这一列"),
        ('dimension = "ownership"', 'dimension = "owner"', "axes/0/dimension: 应为 place"),
        ("[release_scale]", "[release_scale", "sets/release.toml: "),
    ],
)
def test_a_fault_in_a_file_is_named_with_its_place(tmp_path: Path, before: str, after: str, fault: str) -> None:
    (tmp_path / "sets").mkdir()
    (tmp_path / "measures.toml").write_text((FOLDER / "measures.toml").read_text("utf-8"), "utf-8")
    text = (FOLDER / "sets" / "release.toml").read_text("utf-8")
    assert before in text
    (tmp_path / "sets" / "release.toml").write_text(text.replace(before, after, 1), "utf-8")

    with pytest.raises(TablesBroken) as caught:
        load_tables(tmp_path)

    assert any(fault in each for each in caught.value.faults), caught.value.faults


def test_a_measure_over_a_column_that_its_facts_do_not_have_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sets").mkdir()
    text = (FOLDER / "measures.toml").read_text("utf-8")
    (tmp_path / "measures.toml").write_text(text.replace('column = "settled_usd"', 'column = "hours"'), "utf-8")

    with pytest.raises(TablesBroken, match=r"measures.toml/settlement_usd/column: 应为 cny、settled_cny"):
        load_tables(tmp_path)


def test_the_published_years_have_the_shares_that_our_arithmetic_gives() -> None:
    """The ministry's offshore execution of 2022 and 2023 in 亿元: ITO, BPO, KPO and their sum; growth 16.1 %."""
    whole_2022, whole_2023 = Decimal(3672 + 1462 + 3819), Decimal(4154 + 1722 + 4522)

    shares = [share(Decimal(each), whole_2023) for each in (4154, 1722, 4522)]

    assert (whole_2022, whole_2023) == (8953, 10398)
    assert sum(each for each in shares if each is not None) == pytest.approx(Decimal(100), abs=Decimal("1e-40"))
    assert [rounded(each, 1) for each in shares if each is not None] == [
        Decimal("39.9"),
        Decimal("16.6"),
        Decimal("43.5"),
    ]
    grown = growth(whole_2023, whole_2022)
    assert grown is not None
    assert rounded(grown, 1) == Decimal("16.1")


def test_growth_is_reckoned_from_unrounded_data() -> None:
    value, before = Decimal("0.149"), Decimal("0.051")

    grown = growth(value, before)

    assert grown is not None
    assert rounded(grown, 1) == Decimal("192.2")  # of 0.1 and 0.1 it would be nothing
    assert growth(value, Decimal(0)) is None
    assert growth(value, None) is None
    assert share(value, Decimal(0)) is None


@pytest.mark.parametrize(("value", "shown"), [("0.125", "0.13"), ("-0.125", "-0.13"), ("2.5", "2.50")])
def test_a_half_is_rounded_away_from_nothing(value: str, shown: str) -> None:
    assert str(rounded(Decimal(value), 2)) == shown

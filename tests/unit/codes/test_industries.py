"""GB/T 4754 in its editions: whole by section and level, and what differs between them."""

from datetime import date

import pytest

from shared.codes import industries, lists
from shared.codes.industries import V2011, V2017, V2017_AMENDED
from shared.codes.schemes import Scheme

DAY = date(2024, 6, 30)

PER_SECTION_2017 = {
    "A": (5, 24, 72),
    "B": (7, 19, 39),
    "C": (31, 179, 609),
    "D": (3, 9, 18),
    "E": (4, 18, 44),
    "F": (2, 18, 128),
    "G": (8, 27, 67),
    "H": (2, 10, 16),
    "I": (3, 17, 34),
    "J": (4, 26, 48),
    "K": (1, 5, 5),
    "L": (2, 12, 58),
    "M": (3, 19, 48),
    "N": (4, 18, 33),
    "O": (3, 16, 32),
    "P": (1, 6, 17),
    "Q": (2, 6, 30),
    "R": (5, 27, 48),
    "S": (6, 16, 33),
    "T": (1, 1, 1),
}
"""大类, 中类 and 小类 of each 门类: they guard the list against slips, and are no second source."""


@pytest.mark.parametrize(
    ("version", "counts"),
    [(V2011, [20, 96, 432, 1094]), (V2017, [20, 97, 473, 1380]), (V2017_AMENDED, [20, 97, 473, 1381])],
)
def test_an_edition_is_whole_on_every_level(version: str, counts: list[int]) -> None:
    listed = lists.entries(Scheme.INDUSTRY, DAY, version=version)

    assert [sum(entry.level == level for entry in listed) for level in (1, 2, 3, 4)] == counts


def test_the_edition_of_2017_is_whole_in_every_section() -> None:
    counts = dict.fromkeys(PER_SECTION_2017, (0, 0, 0))
    for entry in lists.entries(Scheme.INDUSTRY, DAY, version=V2017):
        section = industries.section_of(entry.code, V2017)
        assert section is not None
        first, second, third = counts[section]
        counts[section] = (first + (entry.level == 2), second + (entry.level == 3), third + (entry.level == 4))

    assert counts == PER_SECTION_2017


def test_only_the_amendment_has_a_gap_and_says_so() -> None:
    gaps = {version.key: version.gaps for version in lists.versions(Scheme.INDUSTRY)}

    assert (gaps[V2011], gaps[V2017]) == ((), ())
    assert "1381 of 1382" in gaps[V2017_AMENDED][0]


@pytest.mark.parametrize("version", [V2011, V2017, V2017_AMENDED])
def test_every_leaf_is_a_class_below_its_group_its_division_and_its_section(version: str) -> None:
    leaves = [entry for entry in lists.entries(Scheme.INDUSTRY, DAY, version=version) if entry.is_leaf]

    assert all(entry.level == industries.CLASS_LEVEL and entry.code.startswith(entry.parent) for entry in leaves)


@pytest.mark.parametrize(
    ("code", "in_2011", "in_2017"),
    [
        ("6510", "软件开发", None),
        ("6511", None, "基础软件开发"),
        ("6520", "信息系统集成服务", "集成电路设计"),
        ("6550", "集成电路设计", "信息处理和存储支持服务"),
        ("0111", "稻谷种植", "稻谷种植"),
        ("3670", None, "汽车零部件及配件制造"),
        ("9440", "宗教组织", None),
        ("T", "国际组织", "国际组织"),
        ("9600", "国际组织", None),
        ("9700", None, "国际组织"),
    ],
)
def test_one_code_means_two_things(code: str, in_2011: str | None, in_2017: str | None) -> None:
    found = [lists.find(Scheme.INDUSTRY, code, DAY, version=version) for version in (V2011, V2017)]

    assert [entry and entry.name for entry in found] == [in_2011, in_2017]


def test_the_amendment_splits_the_other_organs_of_state() -> None:
    before, after = (lists.children(Scheme.INDUSTRY, "929", DAY, version=version) for version in (V2017, V2017_AMENDED))

    assert [entry.code for entry in before] == ["9290"]
    assert [entry.code for entry in after] == ["9291", "9299"]


def test_the_sections_are_those_of_form_2_in_both_editions() -> None:
    old, new = (lists.entries(Scheme.INDUSTRY, DAY, version=version, level=1) for version in (V2011, V2017))

    assert "".join(entry.code for entry in new) == "ABCDEFGHIJKLMNOPQRST"
    assert [(entry.code, entry.name) for entry in old] == [(entry.code, entry.name) for entry in new]


@pytest.mark.parametrize(
    ("code", "version", "is_class"),
    [
        ("6510", V2011, True),
        ("6510", V2017, False),
        ("3011", V2017, True),
        ("9999", V2017, False),
        ("9700", V2011, False),
        ("65", V2017, False),
        ("I", V2017, False),
        ("", V2017, False),
        ("６５１１", V2017, False),
    ],
)
def test_only_four_digits_of_the_edition_are_a_class(code: str, version: str, is_class: bool) -> None:
    assert industries.is_class(code, version) is is_class


@pytest.mark.parametrize(
    ("code", "section"), [("6511", "I"), ("301", "C"), ("65", "I"), ("T", "T"), ("0000", None), ("", None)]
)
def test_a_code_belongs_to_a_section(code: str, section: str | None) -> None:
    assert industries.section_of(code, V2017) == section


@pytest.mark.parametrize(
    ("code", "becomes"),
    [("6510", ("6511", "6512", "6513", "6519")), ("6550", ("6520",)), ("6520", ()), ("7310", ("7310",)), ("0000", ())],
)
def test_a_class_of_2011_suggests_those_of_2017(code: str, becomes: tuple[str, ...]) -> None:
    assert industries.suggest_2017(code) == becomes

"""GB/T 4754 in two editions: what is complete, what differs, and the limits that the list knows of itself."""

from datetime import date

import pytest

from shared.codes import industries, lists
from shared.codes.industries import V2011, V2017, Verdict
from shared.codes.schemes import Scheme

DAY = date(2024, 6, 30)


@pytest.mark.parametrize(
    ("version", "had", "published"),
    [(V2011, (20, 96, 62, 117), (20, 96, 432, 1094)), (V2017, (20, 97, 75, 189), (20, 97, 473, 1380))],
)
def test_sections_and_divisions_are_complete_and_the_rest_is_counted(
    version: str, had: tuple[int, ...], published: tuple[int, ...]
) -> None:
    listed = lists.entries(Scheme.INDUSTRY, DAY, version=version)
    described = next(each for each in lists.versions(Scheme.INDUSTRY) if each.key == version)

    assert tuple(sum(entry.level == level for entry in listed) for level in (1, 2, 3, 4)) == had
    assert described.published == published
    assert described.gaps == (
        f"中类: {had[2]} of {published[2]} are here",
        f"小类: {had[3]} of {published[3]} are here",
    )


@pytest.mark.parametrize(
    ("code", "in_2011", "in_2017"),
    [
        ("6510", "软件开发", None),
        ("6511", None, "基础软件开发"),
        ("6520", "信息系统集成服务", "集成电路设计"),
        ("6550", "集成电路设计", "信息处理和存储支持服务"),
        ("T", "国际组织", "国际组织"),
        ("9600", "国际组织", None),
        ("9700", None, "国际组织"),
    ],
)
def test_one_code_means_two_things(code: str, in_2011: str | None, in_2017: str | None) -> None:
    found = [lists.find(Scheme.INDUSTRY, code, DAY, version=version) for version in (V2011, V2017)]

    assert [entry and entry.name for entry in found] == [in_2011, in_2017]


def test_the_sections_are_those_of_form_2_in_both_editions() -> None:
    old, new = (lists.entries(Scheme.INDUSTRY, DAY, version=version, level=1) for version in (V2011, V2017))

    assert "".join(entry.code for entry in new) == "ABCDEFGHIJKLMNOPQRST"
    assert [(entry.code, entry.name) for entry in old] == [(entry.code, entry.name) for entry in new]


@pytest.mark.parametrize(
    ("code", "version", "verdict"),
    [
        ("6510", V2011, Verdict.LISTED),
        ("6510", V2017, Verdict.WRONG),
        ("3011", V2017, Verdict.UNLISTED),
        ("9999", V2017, Verdict.WRONG),
        ("9700", V2011, Verdict.WRONG),
        ("65", V2017, Verdict.WRONG),
        ("I", V2017, Verdict.WRONG),
        ("", V2017, Verdict.WRONG),
        ("６５１１", V2017, Verdict.WRONG),
    ],
)
def test_a_code_is_listed_or_wrong_or_cannot_be_told(code: str, version: str, verdict: Verdict) -> None:
    assert industries.judge(code, version) is verdict


@pytest.mark.parametrize(
    ("code", "section"), [("6511", "I"), ("3011", "C"), ("65", "I"), ("T", "T"), ("0000", None), ("", None)]
)
def test_a_code_belongs_to_a_section(code: str, section: str | None) -> None:
    assert industries.section_of(code, V2017) == section


@pytest.mark.parametrize(
    ("code", "becomes"),
    [("6510", ("6511", "6512", "6513", "6519")), ("6550", ("6520",)), ("6520", ()), ("7310", ("7310",)), ("0000", ())],
)
def test_a_class_of_2011_suggests_those_of_2017(code: str, becomes: tuple[str, ...]) -> None:
    assert industries.suggest_2017(code) == becomes

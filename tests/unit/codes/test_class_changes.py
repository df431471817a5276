"""What the classes of 2019 became in 2022, checked by hand against 第二部分 二, and what can't be compared."""

from __future__ import annotations

from datetime import date

import pytest

from shared.codes import lists
from shared.codes.class_changes import shared_above, succession, version_on
from shared.codes.lists import UnknownVersion
from shared.codes.schemes import Scheme


def _of_2019(name: str, parent: str) -> str:
    """Return our code of a 小类 of 2019 by its name and that of its 中类."""
    first = date(2019, 1, 1)
    listed = lists.entries(Scheme.BUSINESS_CLASS, first, version="2019", level=3)
    names = {each.code: each.name for each in lists.entries(Scheme.BUSINESS_CLASS, first, version="2019", level=2)}
    return next(each.code for each in listed if (each.name, names[each.parent]) == (name, parent))


@pytest.mark.parametrize(
    ("name", "parent", "code"),
    [
        ("信息技术运营和维护服务", "信息技术运营和维护服务", "I21"),
        ("网络与信息安全服务", "信息技术运营和维护服务", "I22"),
        ("电子商务平台服务", "信息技术研发服务", "I23"),
        ("大数据服务", "商务服务", "I33"),
        ("文化创意服务", "设计服务", "K23"),
        ("医药和生物技术研发服务", "研发服务", "K31"),
        ("软件研发服务", "信息技术研发服务", "I11"),
    ],
)
def test_a_class_of_2019_becomes_what_the_regulation_tells(name: str, parent: str, code: str) -> None:
    assert succession("2019", "2022").became[_of_2019(name, parent)] == (code,)


def test_every_class_of_2019_is_found_again_and_only_the_five_new_ones_have_none_before() -> None:
    found = succession("2019", "2022").became
    now = {each.code for each in lists.entries(Scheme.BUSINESS_CLASS, date(2022, 1, 1), level=3)}

    assert len(found) == 40
    assert now - {code for codes in found.values() for code in codes} == {"I35", "I36", "B21", "B34", "K33"}


def test_new_classes_and_what_the_rest_of_their_group_held_before_stand_apart() -> None:
    new, rests = {"I35", "I36", "B21", "B34", "K33"}, {"I39", "B29", "B39", "K39"}

    assert succession("2019", "2022").apart == new | rests


def test_within_one_version_every_class_stays_what_it_is() -> None:
    found = succession("2022", "2022")

    assert len(found.became) == 45
    assert all(codes == (code,) for code, codes in found.became.items())
    assert not found.apart


def test_classes_meet_at_the_lowest_place_that_holds_them_all() -> None:
    assert shared_above("2022", ["I11"]) == ("I11", "I1", "I")
    assert shared_above("2022", ["I11", "I12"]) == ("I1", "I")
    assert shared_above("2022", ["I11", "I31"]) == ("I",)
    assert shared_above("2022", ["I11", "K11"]) == ()


def test_the_version_is_that_of_the_day() -> None:
    assert [version_on(date(year, 6, 30)) for year in (2018, 2021, 2022)] == ["", "2019", "2022"]


def test_a_version_that_there_is_not_is_an_error() -> None:
    with pytest.raises(UnknownVersion):
        succession("2016", "2022")

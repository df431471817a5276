import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from shared.codes import divisions
from shared.codes.divisions import Level

ON = date(2026, 3, 1)
DATA = Path(divisions.__file__).parent / "data"
LIST = json.loads((DATA / "divisions.json").read_text(encoding="utf-8"))
EARLIER = json.loads((DATA / "divisions_earlier.json").read_text(encoding="utf-8"))["earlier"]


def test_the_list_of_2023_06_is_complete() -> None:
    levels = Counter(row[2] for row in LIST["edition"])

    assert levels == {"province": 31, "city": 342, "county": 2978}


@pytest.mark.parametrize("name", ["divisions.json", "divisions_earlier.json", "countries.json"])
def test_every_list_names_its_source_and_licence(name: str) -> None:
    head = json.loads((DATA / name).read_text(encoding="utf-8"))["head"]

    assert head["source"]
    assert head["licence"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("000000", ("000000",)),
        ("330000", ("330000", "000000")),
        ("330106", ("330106", "330100", "330000", "000000")),
        ("110105", ("110105", "110000", "000000")),
        ("500112", ("500112", "500000", "000000")),
        ("500229", ("500229", "500000", "000000")),
        ("429004", ("429004", "420000", "000000")),
        ("419001", ("419001", "410000", "000000")),
        ("659012", ("659012", "650000", "000000")),
        ("441900", ("441900", "440000", "000000")),
        ("460400", ("460400", "460000", "000000")),
        ("130171", ("130171", "130100", "130000", "000000")),
    ],
)
def test_a_path_leads_up_to_the_nation_without_groups(code: str, expected: tuple[str, ...]) -> None:
    assert divisions.path(code, date(2024, 6, 1)) == expected


@pytest.mark.parametrize("code", ["441900", "442000", "460400", "620200"])
def test_cities_without_counties_have_nothing_below(code: str) -> None:
    division = divisions.get(code, ON)

    assert division.level is Level.CITY
    assert not division.is_group
    assert divisions.children(code, ON) == ()


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("330106", "浙江省杭州市西湖区"),
        ("110105", "北京市朝阳区"),
        ("429004", "湖北省仙桃市"),
        ("441900", "广东省东莞市"),
        ("000000", "全国"),
    ],
)
def test_a_full_name_has_those_above_it(code: str, name: str) -> None:
    assert divisions.full_name(code, ON) == name


@pytest.mark.parametrize(
    ("code", "name"),
    [("330106", "浙江省杭州市西湖区"), ("500105", "重庆市江北区"), ("110103", "北京市崇文区"), ("999999", "999999")],
)
def test_what_a_record_names_can_be_shown_after_it_ended(code: str, name: str) -> None:
    assert divisions.last_name(code, date(2030, 1, 1)) == name


def test_every_division_that_ever_was_can_be_shown() -> None:
    ended = [code for code, *_ in EARLIER]

    assert all(divisions.last_name(code, date(2030, 1, 1)) != code for code in ended)


def test_children_are_real_and_of_the_date() -> None:
    provinces = divisions.children("000000", ON)
    beijing = divisions.children("110000", ON)
    hubei = {child.code for child in divisions.children("420000", ON)}

    assert len(provinces) == 31
    assert len(beijing) == 16
    assert {"420100", "429004", "429021"} <= hubei
    assert "429000" not in hubei
    assert "429001" not in hubei


def test_every_division_of_the_list_is_reached_from_the_nation() -> None:
    on = date(2023, 6, 30)
    reached: set[str] = set()
    waiting = ["000000"]
    while waiting:
        below = [child.code for child in divisions.children(waiting.pop(), on)]
        reached.update(below)
        waiting.extend(below)

    real = {code for code, *_ in LIST["edition"] if not (divisions.get(code, on)).is_group}
    assert real <= reached


@pytest.mark.parametrize(
    ("code", "before", "after", "year"),
    [
        ("653228", None, "和康县", 2024),
        ("653229", None, "和安县", 2024),
        ("500157", None, "两江新区", 2025),
        ("330113", None, "临平区", 2021),
        ("330114", None, "钱塘区", 2021),
        ("110103", "崇文区", None, 2011),
        ("330103", "下城区", None, 2022),
        ("500112", "渝北区", None, 2026),
        ("120110", "东郊区", "东丽区", 1992),
        ("332621", "丽水县", "临海县", 1982),
    ],
)
def test_a_code_means_what_it_meant_in_that_year(code: str, before: str | None, after: str | None, year: int) -> None:
    old = divisions.find(code, date(year - 1, 12, 31))
    new = divisions.find(code, date(year, 1, 1))

    assert (old.name if old else None) == before
    assert (new.name if new else None) == after


def test_an_ended_code_is_not_in_the_newest_list() -> None:
    assert divisions.find_current("500112") is None
    assert divisions.find_current("330106") is not None


def test_groups_are_found_but_marked() -> None:
    groups = ["110100", "500200", "429000", "620201"]

    assert all(divisions.get(code, ON).is_group for code in groups)


def test_an_unknown_code_has_no_path() -> None:
    assert divisions.find("999999", ON) is None
    with pytest.raises(divisions.UnknownDivision):
        divisions.path("999999", ON)


def test_no_code_means_two_things_in_the_newest_list() -> None:
    current = [d for meanings in divisions._by_code().values() for d in meanings if d.valid_to is None]

    assert {code: n for code, n in Counter(d.code for d in current).items() if n > 1} == {}


def test_every_parent_exists() -> None:
    known = divisions._by_code()

    assert {d.parent for meanings in known.values() for d in meanings if d.parent} <= set(known)

"""Every list: counts on its levels, dates, paths, and facts that were checked by hand."""

from datetime import date

import pytest

from shared.codes import lists
from shared.codes.entries import Version
from shared.codes.schemes import Scheme

DAY = date(2024, 6, 30)

COUNTS = {
    Scheme.BUSINESS_CLASS: [3, 9, 45],
    Scheme.BUYER_SECTOR: [5],
    Scheme.CERTIFICATE: [22, 10],
    Scheme.CERTIFICATE_CHANGE: [2],
    Scheme.CLASS_CHANGE: [11],
    Scheme.CONTRACT_NATURE: [3],
    Scheme.COUNTRY: [249],
    Scheme.COUNTRY_GROUP: [2, 42],
    Scheme.CURRENCY: [157],
    Scheme.DEMONSTRATION_CITY: [31],
    Scheme.EDUCATION: [5],
    Scheme.INDUSTRY: [20, 97, 473, 1381],
    Scheme.INDUSTRY_CHANGE: [2],
    Scheme.INVESTOR_SIDE: [2],
    Scheme.MAIN_CLIENT_COUNTRY: [8],
    Scheme.MIXED_CONTRACT_RULE: [5, 2],
    Scheme.NOT_COUNTED: [5],
    Scheme.NOT_OUTSOURCING: [17],
    Scheme.PARK_KIND: [6],
    Scheme.PLACE_KIND: [2],
    Scheme.REGION: [6, 38],
    Scheme.REGISTRATION_GROUP: [3],
    Scheme.REGISTRATION_TYPE: [23],
    Scheme.SERVICE_MODE: [3],
    Scheme.SHARE_KIND: [5],
    Scheme.SUBDIVISION: [8, 169],
    Scheme.SUPPLIER_SIZE: [5],
    Scheme.TRAINING_KIND: [7],
    Scheme.UNIT_TYPE: [5],
    Scheme.URBAN_RURAL: [7],
    Scheme.YES_NO: [2],
}


@pytest.mark.parametrize("scheme", Scheme)
def test_a_list_has_its_count_on_every_level(scheme: Scheme) -> None:
    listed = lists.entries(scheme, DAY)

    depth = max(entry.level for entry in listed)

    assert [sum(entry.level == level for entry in listed) for level in range(1, depth + 1)] == COUNTS[scheme]


@pytest.mark.parametrize("scheme", Scheme)
def test_every_version_names_its_source_and_licence_and_what_it_lacks(scheme: Scheme) -> None:
    versions = lists.versions(scheme)

    assert versions
    assert all(version.source and version.licence and version.title for version in versions)
    assert all(
        version.gaps or tuple(_counts(version)) == version.published for version in versions if version.published
    )


def _counts(version: Version) -> list[int]:
    """Count on each level of a version what is in force on the day."""
    listed = lists.entries(version.scheme, DAY, version=version.key)
    return [sum(entry.level == level for entry in listed) for level in range(1, len(version.published) + 1)]


@pytest.mark.parametrize(
    ("scheme", "code", "name"),
    [
        (Scheme.BUSINESS_CLASS, "K31", "医药（中医药）和生物技术研发服务"),
        (Scheme.CERTIFICATE, "CMMI-5", "CMM(I) 五级"),
        (Scheme.COUNTRY, "TWN", "中国台湾"),
        (Scheme.COUNTRY, "HKG", "中国香港"),
        (Scheme.COUNTRY, "MAC", "中国澳门"),
        (Scheme.CURRENCY, "CNY", "人民币"),
        (Scheme.DEMONSTRATION_CITY, "650100", "乌鲁木齐市"),
        (Scheme.PARK_KIND, "free_trade", "自贸试验区"),
        (Scheme.REGISTRATION_TYPE, "131", "全民所有制企业（国有企业）"),
        (Scheme.SUBDIVISION, "JP-13", "东京都"),
        (Scheme.TRAINING_KIND, "5", "勤工俭学培训"),
        (Scheme.URBAN_RURAL, "123", "特殊区域"),
    ],
)
def test_a_code_has_the_name_that_was_looked_up_by_hand(scheme: Scheme, code: str, name: str) -> None:
    entry = lists.find(scheme, code, DAY)

    assert entry is not None
    assert entry.name == name


def test_a_path_leads_from_a_class_to_the_top() -> None:
    steps = lists.path(Scheme.BUSINESS_CLASS, "K23", DAY)

    assert [(step.code, step.level, step.is_leaf) for step in steps] == [
        ("K23", 3, True),
        ("K2", 2, False),
        ("K", 1, False),
    ]


def test_children_are_those_directly_below_and_the_topmost_for_no_code() -> None:
    top = lists.children(Scheme.BUSINESS_CLASS, "", DAY)
    below = lists.children(Scheme.BUSINESS_CLASS, "B3", DAY)

    assert [entry.code for entry in top] == ["I", "B", "K"]
    assert [entry.code for entry in below] == ["B31", "B32", "B33", "B34", "B39"]


@pytest.mark.parametrize(
    ("on", "count"),
    [
        (date(2008, 12, 31), 0),
        (date(2009, 1, 1), 20),
        (date(2010, 1, 1), 21),
        (date(2016, 5, 4), 21),
        (date(2016, 5, 5), 31),
    ],
)
def test_demonstration_cities_grow_with_the_years(on: date, count: int) -> None:
    assert len(lists.entries(Scheme.DEMONSTRATION_CITY, on)) == count


def test_membership_has_days() -> None:
    eu_before, eu_after = (
        lists.members(Scheme.COUNTRY_GROUP, "EU", day) for day in (date(2020, 1, 31), date(2020, 2, 1))
    )
    rcep_first, rcep_now = (lists.members(Scheme.COUNTRY_GROUP, "RCEP", day) for day in (date(2022, 1, 1), DAY))

    assert eu_before - eu_after == {"GBR"}
    assert (len(eu_after), len(rcep_first), len(rcep_now)) == (27, 10, 15)


def test_the_four_parts_of_the_mainland_hold_every_province_once() -> None:
    parts = [lists.members(Scheme.REGION, part, DAY) for part in ("east", "centre", "west", "northeast")]

    assert [len(part) for part in parts] == [10, 6, 12, 3]
    assert len(frozenset.union(*parts)) == 31
    assert lists.members(Scheme.REGION, "yangtze_delta", DAY) == {"310000", "320000", "330000", "340000"}
    assert lists.members(Scheme.REGION, "jing_jin_ji", DAY) == {"110000", "120000", "130000"}


def test_all_but_the_mainland_are_offshore() -> None:
    at_home = [entry.code for entry in lists.entries(Scheme.COUNTRY, DAY) if not entry.facts["is_offshore"]]

    assert at_home == ["CHN"]


@pytest.mark.parametrize(("code", "digits"), [("CNY", 2), ("JPY", 0), ("KRW", 0), ("KWD", 3), ("USD", 2)])
def test_a_currency_has_its_minor_units(code: str, digits: int) -> None:
    entry = lists.find(Scheme.CURRENCY, code, DAY)

    assert entry is not None
    assert entry.facts["minor_units"] == digits


def test_a_currency_ends_and_what_is_no_money_is_not_there() -> None:
    kuna = [lists.find(Scheme.CURRENCY, "HRK", day) is not None for day in (date(2022, 12, 31), date(2023, 1, 1))]

    assert kuna == [True, False]
    assert lists.find_last(Scheme.CURRENCY, "HRK", lists.versions(Scheme.CURRENCY)[0].key) is not None
    assert all(lists.find(Scheme.CURRENCY, code, DAY) is None for code in ("XAU", "XXX", "XTS", "CLF", "CHE"))


def test_the_certificates_carry_the_numbers_of_the_explanations() -> None:
    kinds = lists.entries(Scheme.CERTIFICATE, DAY, level=1)
    leaves = [entry for entry in lists.entries(Scheme.CERTIFICATE, DAY) if entry.is_leaf]

    assert [entry.facts.get("number") for entry in kinds] == [*range(1, 22), None]
    assert len(leaves) == 30


def test_bands_of_staff_share_no_number() -> None:
    bands = lists.entries(Scheme.SUPPLIER_SIZE, DAY)

    assert [(band.facts["above"], band.facts.get("up_to")) for band in bands] == [
        (0, 20), (20, 50), (50, 100), (100, 200), (200, None)
    ]  # fmt: skip


def test_both_lists_of_registration_types_are_asked_for_by_version() -> None:
    old, new = (lists.find(Scheme.REGISTRATION_TYPE, "220", DAY, version=key) for key in ("2011", "2023"))

    assert len(lists.entries(Scheme.REGISTRATION_TYPE, DAY, version="2011")) == 25
    assert old is not None
    assert new is not None
    assert (old.name, new.name) == ("与港澳台商合作经营", "港澳台投资股份有限公司")


def test_without_a_version_the_newest_in_use_on_the_day_answers() -> None:
    chosen = [
        lists.version_on(Scheme.INDUSTRY, day)
        for day in (date(2011, 10, 31), date(2017, 9, 30), date(2019, 3, 28), DAY)
    ]

    assert [version.key if version else None for version in chosen] == [None, "2011", "2017", "2017-1"]
    assert lists.entries(Scheme.INDUSTRY, date(2011, 10, 31)) == ()


def test_an_unknown_code_is_none_and_an_unknown_version_an_error() -> None:
    assert lists.find(Scheme.YES_NO, "3", DAY) is None
    with pytest.raises(lists.UnknownVersion):
        lists.find(Scheme.INDUSTRY, "6510", DAY, version="2002")

"""Dimensions: the nodes of each level on a day, how they add up, and in which of them a value of the facts counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from services.statistics.tables.classes import places_of_classes
from shared.codes import divisions, lists
from shared.codes.schemes import Scheme

TOTAL = "total"
UNKNOWN = "unknown"
NATION = divisions.NATION

_UNKNOWN_TITLE = "未知"
_MUNICIPALITIES = frozenset({"110000", "120000", "310000", "500000"})


@dataclass(frozen=True)
class Node:
    """A code of a dimension with its title and level. `is_unknown` where nobody knows what belongs to it."""

    code: str
    title: str
    level: str
    is_unknown: bool = False


@dataclass(frozen=True)
class Dimension:
    """A way to divide.

    `sums` leads from a whole to the parts that add up to it; several may lead to the same parts. `leaves` leads from a
    value of the column to the nodes that it counts in. In a closed dimension all other values stay out; else they count
    in the node for what is unknown. `gaps` says in words what is not known of it.
    """

    key: str
    title: str
    column: str
    nodes: tuple[Node, ...]
    sums: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    leaves: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_closed: bool = False
    gaps: tuple[str, ...] = ()

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels that it has, the topmost first."""
        return tuple(dict.fromkeys(node.level for node in self.nodes))

    def at(self, levels: Iterable[str]) -> tuple[Node, ...]:
        """Return the nodes of some levels, in their order."""
        wanted = frozenset(levels)
        return tuple(node for node in self.nodes if node.level in wanted)

    def parents(self, nodes: Iterable[Node]) -> dict[str, str]:
        """Return the whole that a node is a part of, for those of some nodes whose whole is among them too."""
        shown = {node.code for node in nodes}
        return {part: whole for whole, parts in self.sums.items() if whole in shown for part in parts}

    def counted(self, levels: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return in which nodes of some levels each value counts; a value that counts in none is left out."""
        shown = {node.code for node in self.at(levels)}
        found = {leaf: tuple(code for code in codes if code in shown) for leaf, codes in self.leaves.items()}
        return {leaf: codes for leaf, codes in found.items() if codes}


KEYS = (
    *("place", "business_class", "nature", "market", "ownership", "client_industry", "education"),
    *("certificate", "training_kind", "platform_buyer", "platform_supplier", "platform_business"),
)
"""The dimensions that there are."""


@lru_cache(maxsize=256)
def dimension(key: str, on: date) -> Dimension:
    """Return a dimension as it is on a day. Raises `KeyError` for one that there isn't."""
    return _MAKERS[key](on)


def _place(on: date) -> Dimension:
    """Nation → province → city, with demonstration cities and regions over the same provinces and cities."""
    nodes = [Node(NATION, "全国", "nation")]
    sums: dict[str, tuple[str, ...]] = {}
    above: dict[str, list[str]] = {}
    provinces = divisions.children(NATION, on)
    for province in provinces:
        nodes.append(Node(province.code, province.name, "province"))
        above[province.code] = [province.code, NATION]
        if province.code in _MUNICIPALITIES:
            continue
        cities = divisions.children(province.code, on)
        nodes += [Node(city.code, city.name, "city") for city in cities]
        above |= {city.code: [city.code, province.code, NATION] for city in cities}
        # What a province's own department filed names no city of it.
        sums[province.code] = (*(city.code for city in cities), f"{province.code}.{UNKNOWN}")
        nodes.append(Node(f"{province.code}.{UNKNOWN}", f"{province.name}（未分市）", "city"))
        above[province.code].insert(0, f"{province.code}.{UNKNOWN}")
    for above_it, ended in _ended(on):
        # A city that ended within the year: what was filed there is its province's.
        if ended not in above and above_it in above:
            above[ended] = list(above[above_it])
    sums[NATION] = (*(province.code for province in provinces), UNKNOWN)
    for code, title, members in _groups(on):
        nodes.append(Node(code, title, "region"))
        sums[code] = tuple(members)
        for codes in above.values():
            if not set(codes).isdisjoint(members):
                codes.append(code)
    nodes.append(Node(UNKNOWN, _UNKNOWN_TITLE, "province"))
    leaves = {leaf: tuple(codes) for leaf, codes in above.items()} | {"": (UNKNOWN, NATION)}
    gaps = tuple(gap for scheme in (Scheme.DEMONSTRATION_CITY, Scheme.REGION) for gap in _gaps(scheme, on))
    return Dimension("place", "地区", "city", tuple(nodes), sums, leaves, gaps=gaps)


def _ended(on: date) -> Iterator[tuple[str, str]]:
    """Yield province and city of the first day of the year."""
    first = date(on.year, 1, 1)
    for province in divisions.children(NATION, first):
        yield from ((province.code, city.code) for city in divisions.children(province.code, first))


def _groups(on: date) -> Iterator[tuple[str, str, list[str]]]:
    """Yield the regions in the order of the ministry's releases, each with its provinces or cities."""
    yield "demonstration", "示范城市", [each.code for each in lists.entries(Scheme.DEMONSTRATION_CITY, on)]
    regions = {each.code: each.name for each in lists.children(Scheme.REGION, "", on)}
    first = [code for code in ("yangtze_delta", "east", "jing_jin_ji", "centre") if code in regions]
    for code in dict.fromkeys((*first, *regions)):
        yield code, regions[code], sorted(lists.members(Scheme.REGION, code, on))


def _business_class(on: date) -> Dimension:
    """3 大类, 9 中类, 45 小类 under one total; what was filed under an earlier version counts in what it became."""
    made = _tree("business_class", "业务类别", Scheme.BUSINESS_CLASS, on, ("large", "medium", "small"))
    leaves = {code: (*places, TOTAL) for code, places in places_of_classes(on).items()}
    return replace(made, leaves={**leaves, "": made.leaves[""]})


def _client_industry(on: date) -> Dimension:
    """The sections of GB/T 4754-2017."""
    entries = lists.entries(Scheme.INDUSTRY, on, version="2017", level=1)
    return _flat("client_industry", "发包企业行业", "client_industry", "section", ((e.code, e.name) for e in entries))


def _nature(on: date) -> Dimension:
    entries = lists.entries(Scheme.CONTRACT_NATURE, on)
    return _flat("nature", "合同性质", "nature", "nature", ((each.code, each.name) for each in entries))


def _education(on: date) -> Dimension:
    entries = lists.entries(Scheme.EDUCATION, on)
    return _flat("education", "学历", "education", "education", ((each.code, each.name) for each in entries))


def _training_kind(on: date) -> Dimension:
    entries = lists.entries(Scheme.TRAINING_KIND, on)
    return _flat("training_kind", "培训类别", "category", "kind", ((each.code, each.name) for each in entries))


def _ownership(on: date) -> Dimension:
    """内资, 港澳台, 外商: the first digit of a registration type says it in the lists of 2011 and of 2023 alike."""
    groups = {each.code: each.name for each in lists.entries(Scheme.REGISTRATION_GROUP, on)}
    by_digit = {"1": "domestic", "2": "greater_china", "3": "foreign"}
    codes = {
        each.code
        for version in lists.versions(Scheme.REGISTRATION_TYPE)
        for each in lists.entries(Scheme.REGISTRATION_TYPE, on, version=version.key)
    }
    leaves = {code: (by_digit[code[0]], TOTAL) for code in sorted(codes) if code[0] in by_digit}
    nodes = (
        _total("企业登记注册类型"),
        *(Node(code, name, "group") for code, name in groups.items()),
        _unknown("group"),
    )
    sums = {TOTAL: (*groups, UNKNOWN)}
    return Dimension("ownership", "企业登记注册类型", "ownership", nodes, sums, {**leaves, "": (UNKNOWN, TOTAL)})


def _market(on: date) -> Dimension:
    """Countries and regions of clients under one total, and groups over the same countries."""
    countries = lists.entries(Scheme.COUNTRY, on)
    above: dict[str, list[str]] = {each.code: [each.code, TOTAL] for each in countries}
    nodes = [_total("客户所在国家（地区）")]
    sums: dict[str, tuple[str, ...]] = {TOTAL: (*above, UNKNOWN)}
    for group in lists.children(Scheme.COUNTRY_GROUP, "", on):
        members = lists.members(Scheme.COUNTRY_GROUP, group.code, on)
        nodes.append(Node(group.code, group.name, "group"))
        sums[group.code] = tuple(code for code in above if code in members)
        for code in sums[group.code]:
            above[code].append(group.code)
    if not any(node.code == "belt_road" for node in nodes):
        nodes.append(Node("belt_road", "“一带一路”共建国家", "group", is_unknown=True))
    nodes += [Node(each.code, each.name, "country") for each in countries]
    leaves = {code: tuple(codes) for code, codes in above.items()} | {"": (UNKNOWN, TOTAL)}
    gaps = _gaps(Scheme.COUNTRY_GROUP, on)
    return Dimension("market", "市场", "market", (*nodes, _unknown("country")), sums, leaves, gaps=gaps)


def _certificate(on: date) -> Dimension:
    return _tree("certificate", "国际资质认证", Scheme.CERTIFICATE, on, ("kind", "level"), column="category")


def _platform(key: str, title: str, *codes: tuple[str, str], sums: Mapping[str, tuple[str, ...]]) -> Dimension:
    """Items of 平台1表: each is filed by itself, and only some of them add up to another."""
    nodes = tuple(Node(code, name, "item") for code, name in codes)
    return Dimension(key, title, "category", nodes, sums, {code: (code,) for code, _ in codes}, is_closed=True)


def _platform_buyer(_: date) -> Dimension:
    return _platform(
        "platform_buyer",
        "采购商",
        ("601", "采购商数量"),
        ("602", "个人采购商"),
        ("603", "政府机构"),
        ("604", "企业"),
        ("605", "金融业"),
        ("606", "制造业"),
        ("607", "农、林、牧、渔业"),
        ("608", "信息传输、软件和信息技术服务业"),
        ("609", "其他"),
        sums={"604": ("605", "606", "607", "608", "609")},
    )


def _platform_supplier(_: date) -> Dimension:
    return _platform(
        "platform_supplier",
        "供应商",
        ("611", "供应商数量"),
        ("612", "个人供应商"),
        ("613", "企业"),
        ("614", "20人及以内"),
        ("615", "20-50人"),
        ("616", "50-100人"),
        ("617", "100-200人"),
        ("618", "200人以上"),
        sums={"611": ("612", "613"), "613": ("614", "615", "616", "617", "618")},
    )


def _platform_business(_: date) -> Dimension:
    return _platform(
        "platform_business",
        "交易项目类型",
        ("622", "交易项目金额"),
        ("623", "平台主体自营项目"),
        ("624", "信息技术外包服务项目"),
        ("625", "业务流程外包服务项目"),
        ("626", "知识流程外包服务项目"),
        sums={},
    )


def _tree(key: str, title: str, scheme: Scheme, on: date, levels: tuple[str, ...], column: str = "") -> Dimension:
    """Return the dimension of a list with levels; a code of the upper ones may be filed itself, where nothing is below."""
    entries = lists.entries(scheme, on)
    sums: dict[str, tuple[str, ...]] = {TOTAL: (*(e.code for e in entries if not e.parent), UNKNOWN)}
    for each in entries:
        if not each.is_leaf:
            sums[each.code] = tuple(below.code for below in entries if below.parent == each.code)
    leaves = {
        each.code: (*(step.code for step in lists.path(scheme, each.code, on)), TOTAL)
        for each in entries
        if each.is_leaf
    }
    nodes = (_total(title), *(Node(e.code, e.name, levels[e.level - 1]) for e in entries), _unknown(levels[0]))
    return Dimension(key, title, column or key, nodes, sums, {**leaves, "": (UNKNOWN, TOTAL)}, gaps=_gaps(scheme, on))


def _flat(key: str, title: str, column: str, level: str, items: Iterable[tuple[str, str]]) -> Dimension:
    listed = tuple(items)
    nodes = (_total(title), *(Node(code, name, level) for code, name in listed), _unknown(level))
    leaves = {code: (code, TOTAL) for code, _ in listed} | {"": (UNKNOWN, TOTAL)}
    return Dimension(key, title, column, nodes, {TOTAL: (*(code for code, _ in listed), UNKNOWN)}, leaves)


def _total(title: str) -> Node:
    return Node(TOTAL, f"合计（{title}）", TOTAL)


def _unknown(level: str) -> Node:
    return Node(UNKNOWN, _UNKNOWN_TITLE, level)


def _gaps(scheme: Scheme, on: date) -> tuple[str, ...]:
    version = lists.version_on(scheme, on)
    return version.gaps if version else ()


_MAKERS: Mapping[str, Callable[[date], Dimension]] = {
    "place": _place,
    "business_class": _business_class,
    "nature": _nature,
    "market": _market,
    "ownership": _ownership,
    "client_industry": _client_industry,
    "education": _education,
    "certificate": _certificate,
    "training_kind": _training_kind,
    "platform_buyer": _platform_buyer,
    "platform_supplier": _platform_supplier,
    "platform_business": _platform_business,
}

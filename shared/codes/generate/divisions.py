"""Assembles the dated list of divisions from the list of 2023-06, the table with years, and the changes named here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.codes.divisions import NATION, is_group_name

Row = tuple[str, str, str, str, int | None, int | None]
"""code, name, level, parent, first year, last year; None where the year is open or unknown."""

COLUMNS = ("code", "name", "level", "parent", "first_year", "last_year")

_FIRST_YEARS = {"330113": 2021, "330114": 2021}
"""Of the list's codes that the table with years lacks: 临平区 and 钱塘区, set up in 2021."""

_LAST_YEARS = {"500105": 2025, "500112": 2025}
"""Of the list's codes that ended since: 江北区 and 渝北区, joined in 两江新区 in 2025."""

_LATER: tuple[Row, ...] = (
    ("500157", "两江新区", "county", "500000", 2025, None),
    ("653228", "和康县", "county", "653200", 2024, None),
    ("653229", "和安县", "county", "653200", 2024, None),
)
"""Divisions set up after 2023-06."""

_UNENDED = {"429001": 2000, "422900": None, "422921": None}
"""Codes that the table with years leaves open though they ended: 随州 became 421300 in 2000; 神农架's first two codes
have no known year and are left out (it is 429021)."""

_OUTSIDE = ("71", "81", "82")
"""台湾, 香港 and 澳门 have no divisions in this list; they are in the list of countries and regions."""

_SIMPLIFIED = str.maketrans("達區嶺呼", "达区岭呼")

_PROVINCE = re.compile(r'(\d\d) province="')
_COUNTY = re.compile(r'\s+(\d{4}) county="([^"]*)"')
_SPAN = re.compile(r"(?:\[(\d*)-(\d*)\])?(.+)")


@dataclass(frozen=True)
class Span:
    """A name that a code had, with its first and last year where known."""

    name: str
    first: int | None
    last: int | None


def parse_spans(text: str) -> dict[str, list[Span]]:
    """Read python-stdnum's table: the spans of every code, earliest first."""
    spans: dict[str, list[Span]] = {}
    province = ""
    for line in text.splitlines():
        found = _PROVINCE.match(line)
        province = found[1] if found else province
        county = _COUNTY.match(line)
        if county and province not in _OUTSIDE:
            spans[province + county[1]] = [_span(part) for part in re.split(r",(?=\[)", county[2])]
    return spans


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text)
    if not found:
        raise ValueError("a span of the table of divisions can't be read")
    first, last, name = found.groups()
    return Span(name.translate(_SIMPLIFIED), int(first) if first else None, int(last) if last else None)


def edition(lists: Mapping[str, Sequence[Mapping[str, str]]], spans: Mapping[str, list[Span]]) -> list[Row]:
    """Return the list of 2023-06 with every entry it has, artificial ones too, and the years known of them."""
    levels = (("provinces", "province"), ("cities", "city"), ("areas", "county"))
    entries = [(item["code"].ljust(6, "0"), item["name"], level) for key, level in levels for item in lists[key]]
    visible = {code for code, name, level in entries if level != "county" and not is_group_name(name)}
    return [
        (code, name, level, _parent(code, level, visible), _first_year(code, spans), _LAST_YEARS.get(code))
        for code, name, level in entries
    ]


def later() -> list[Row]:
    """Return the divisions set up after the list."""
    return list(_LATER)


def earlier(spans: Mapping[str, list[Span]], listed: Sequence[Row]) -> list[Row]:
    """Return what codes meant before the list, and the codes that the list leaves out."""
    present = {(code, name) for code, name, *_ in listed}
    codes = {code for code, *_ in listed}
    visible = {code for code in codes | set(spans) if code.endswith("00")} - {
        code for code, name, *_ in listed if is_group_name(name)
    }
    visible -= {code for code, known in spans.items() if all(is_group_name(span.name) for span in known)}
    rows: list[Row] = []
    for code, known in sorted(spans.items()):
        level = "province" if code.endswith("0000") else "city" if code.endswith("00") else "county"
        for span in known:
            last = _UNENDED.get(code, span.last) if span.last is None else span.last
            is_in_list = (code, span.name) in present and span is known[-1]
            if is_in_list or (span.last is None and (code in codes or (code in _UNENDED and last is None))):
                continue
            rows.append((code, span.name, level, _parent(code, level, visible), span.first, last))
    return rows


def _parent(code: str, level: str, visible: set[str]) -> str:
    """Return the nearest division above that is real: a city, or the province where the level between is artificial."""
    if level == "province":
        return NATION
    city = code[:4] + "00"
    return city if level == "county" and city in visible else code[:2] + "0000"


def _first_year(code: str, spans: Mapping[str, list[Span]]) -> int | None:
    known = spans.get(code)
    return _FIRST_YEARS.get(code) if not known else known[-1].first

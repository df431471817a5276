"""行政区划代码 (GB/T 2260 and the statistical list of 2023-06): names, places in the tree, and years.

Years are all that the sources give: in the year of a change the new division counts from its first day, and the old
one to its last. Where one code means two things in a year, the newer meaning is taken. 台湾, 香港 and 澳门 are not in
this list (`shared.codes.countries`).
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import cast

NATION = "000000"

_DATA = Path(__file__).parent / "data"
_ARTIFICIAL = re.compile(r"市辖区|市区|县|市|林区|(省|自治区)直辖县级行政(区划|单位)")

_Row = tuple[str, str, str, str, int | None, int | None]


class Level(StrEnum):
    """The level of a division; a municipality is a province, 仙桃 a county directly under its province."""

    NATION = "nation"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"


class UnknownDivision(LookupError):
    """No division has this code on that date; the argument is the code."""


@dataclass(frozen=True)
class Division:
    """One meaning of a code; `valid_from` and `valid_to` (the last day) are None where open or unknown.

    `is_group` marks entries such as 市辖区 and 省直辖县级行政区划, which only group: they are found by their code, but
    stand in no path and in no list of children.
    """

    code: str
    name: str
    level: Level
    parent: str
    valid_from: date | None = None
    valid_to: date | None = None
    is_group: bool = False

    def is_valid(self, on: date) -> bool:
        """Tell whether the division exists on the date."""
        return (self.valid_from or date.min) <= on <= (self.valid_to or date.max)


def find(code: str, on: date) -> Division | None:
    """Return what the code (six digits) means on the date; None where nothing."""
    return next((division for division in _by_code().get(code, ()) if division.is_valid(on)), None)


def find_current(code: str) -> Division | None:
    """Return what the code means in the newest list; None where it has ended or never was."""
    return next((division for division in _by_code().get(code, ()) if division.valid_to is None), None)


def get(code: str, on: date) -> Division:
    """Return what the code means on the date; raises UnknownDivision."""
    division = find(code, on)
    if division is None:
        raise UnknownDivision(code)
    return division


def path(code: str, on: date) -> tuple[str, ...]:
    """Return the codes from the division itself up to the nation; raises UnknownDivision.

    A district of 北京 stands directly under 北京, and 仙桃 directly under 湖北: groups are left out.
    """
    steps = [get(code, on)]
    while steps[-1].parent:
        above = steps[-1].parent
        steps.append(find(above, on) or get(above[:2] + "0000", on))
    return tuple(step.code for step in steps)


def children(code: str, on: date) -> tuple[Division, ...]:
    """Return the divisions directly under a code on the date, by code; empty where there is nothing below."""
    below = {child.code for child in _by_parent().get(code, ())}
    found = (find(each, on) for each in sorted(below))
    return tuple(child for child in found if child and child.parent == code and not child.is_group)


def full_name(code: str, on: date) -> str:
    """Return the name with those above it, such as 浙江省杭州市西湖区; raises UnknownDivision."""
    codes = path(code, on)
    return "".join(get(each, on).name for each in reversed(codes) if each != NATION or len(codes) == 1)


def last_name(code: str, on: date) -> str:
    """Return the full name of a code on the date, or the one it had on its last day before; the code where none.

    For showing what was written down once: a record outlives the division that it names.
    """
    ended = [division.valid_to for division in _by_code().get(code, ()) if division.valid_to and division.valid_to < on]
    for day in (on, *ended):
        with suppress(UnknownDivision):
            return full_name(code, day)
    return code


def is_group_name(name: str) -> bool:
    """Tell whether a name is that of an entry that only groups what lies below it."""
    return _ARTIFICIAL.fullmatch(name) is not None


@cache
def _by_code() -> dict[str, tuple[Division, ...]]:
    """Return every meaning of every code, the newest first."""
    listed = _rows("divisions.json", "edition") + _rows("divisions.json", "later")
    cities = {code: name for code, name, level, *_ in listed if level == Level.CITY}
    found: dict[str, list[Division]] = defaultdict(list)
    found[NATION].append(Division(NATION, "全国", Level.NATION, ""))
    for row in listed + _rows("divisions_earlier.json", "earlier"):
        if not (row[2] == Level.COUNTY and row[0] in cities):  # 东莞 is in the list as a city and again as its county
            found[row[0]].append(_division(row, is_double=cities.get(row[3]) == row[1]))
    return {code: tuple(sorted(meanings, key=_start, reverse=True)) for code, meanings in found.items()}


@cache
def _by_parent() -> dict[str, tuple[Division, ...]]:
    found: dict[str, list[Division]] = defaultdict(list)
    for division in _all():
        found[division.parent].append(division)
    return {parent: tuple(below) for parent, below in found.items()}


def _all() -> Iterable[Division]:
    return (division for meanings in _by_code().values() for division in meanings)


def _start(division: Division) -> date:
    return division.valid_from or date.min


def _division(row: _Row, *, is_double: bool) -> Division:
    code, name, level, parent, first, last = row
    return Division(
        code=code,
        name=name,
        level=Level(level),
        parent=parent,
        valid_from=date(first, 1, 1) if first else None,
        valid_to=date(last, 12, 31) if last else None,
        is_group=is_double or is_group_name(name),
    )


def _rows(file_name: str, section: str) -> list[_Row]:
    lists = json.loads((_DATA / file_name).read_text(encoding="utf-8"))
    return cast(list[_Row], lists[section])

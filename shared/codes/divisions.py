"""行政区划代码 (GB/T 2260 and the statistical list of 2023-06): names, places in the tree, and years.

Years are all that the sources give: in the year of a change the new division counts from its first day, and the old
one to its last. Where one code means two things in a year, the newer meaning is taken. 台湾, 香港 and 澳门 are not in
this list (`shared.codes.countries`).
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import cast

from shared.codes.division_changes import Change, applied
from shared.codes.division_changes import successors as _successors
from shared.codes.division_model import NATION, Division, Level

__all__ = [
    "NATION",
    "Division",
    "Level",
    "UnknownDivision",
    "below",
    "changes_in_use",
    "children",
    "find",
    "find_current",
    "full_name",
    "get",
    "is_group_name",
    "last_name",
    "meanings",
    "path",
    "successors",
    "use",
]

_DATA = Path(__file__).parent / "data"
_ARTIFICIAL = re.compile(r"市辖区|市区|县|市|林区|(省|自治区)直辖县级行政(区划|单位)")

_Row = tuple[str, str, str, str, int | None, int | None]


class UnknownDivision(LookupError):
    """No division has this code on that date; the argument is the code."""


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


def successors(code: str, on: date) -> tuple[str, ...]:
    """Return the divisions that have taken over from one by that day; empty where it lives on, or nobody did."""
    return _successors(changes_in_use(), code, on)


def below(code: str, on: date, since: date) -> tuple[str, ...]:
    """Return the codes directly below one on the date, and of those that ended there not before `since`."""
    listed = {
        child.code
        for child in _by_parent().get(code, ())
        if not child.is_group and (child.is_valid(on) or (child.valid_to is not None and since <= child.valid_to < on))
    }
    return tuple(sorted(listed | {child.code for child in children(code, on)}))


def use(changes: Sequence[Change]) -> None:
    """Have everything above speak of the list with these changes, from now on, in this process.

    The list is one per process, as the calendar is: a service keeps the changes and calls this when they are others.
    """
    if tuple(changes) == changes_in_use():
        return
    by_code = {
        code: tuple(sorted(each, key=_start, reverse=True)) for code, each in applied(_listed(), changes).items()
    }
    _InUse.view = _View(tuple(changes), by_code, _parents(by_code)) if changes else None


def meanings() -> Mapping[str, tuple[Division, ...]]:
    """Return every meaning of every code, with the changes in use."""
    return _by_code()


def changes_in_use() -> tuple[Change, ...]:
    """Return the changes in use."""
    view = _InUse.view
    return () if view is None else view.changes


def is_group_name(name: str) -> bool:
    """Tell whether a name is that of an entry that only groups what lies below it."""
    return _ARTIFICIAL.fullmatch(name) is not None


@dataclass(frozen=True)
class _View:
    """The list with some changes."""

    changes: tuple[Change, ...]
    by_code: Mapping[str, tuple[Division, ...]]
    by_parent: Mapping[str, tuple[Division, ...]]


class _InUse:
    """The view in use, None for the list as it is; replaced whole, so that no reader sees half of a change."""

    view: _View | None = None


def _by_code() -> Mapping[str, tuple[Division, ...]]:
    view = _InUse.view
    return _listed() if view is None else view.by_code


def _by_parent() -> Mapping[str, tuple[Division, ...]]:
    view = _InUse.view
    return _listed_parents() if view is None else view.by_parent


@cache
def _listed() -> dict[str, tuple[Division, ...]]:
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
def _listed_parents() -> Mapping[str, tuple[Division, ...]]:
    return _parents(_listed())


def _parents(by_code: Mapping[str, tuple[Division, ...]]) -> dict[str, tuple[Division, ...]]:
    found: dict[str, list[Division]] = defaultdict(list)
    for division in (division for meanings in by_code.values() for division in meanings):
        found[division.parent].append(division)
    return {parent: tuple(below) for parent, below in found.items()}


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

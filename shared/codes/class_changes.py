"""What the classes of one version of 服务外包业务分类 became in a later one, and which of them can be compared with it.

Each step between two versions is a list of changes (`class_change`, such as 2019-2022). A class that it does not mention
keeps its place under its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import pairwise

from shared.codes import lists
from shared.codes.classes import CLASS_LEVEL
from shared.codes.entries import Entry
from shared.codes.schemes import Scheme

NEW = "new"
"""The kind of a change that says nothing of where a class came from."""

REST = "9"
"""What the code of a class ends in that takes what the others of its 中类 leave (其他…)."""


@dataclass(frozen=True)
class Succession:
    """What became of an earlier version's classes.

    `became` leads from a 小类 to those that it was divided among, mostly one; one of which nothing is told is missing.
    `apart` are the 大类, 中类 and 小类 of the later version that can't be compared with the earlier one: a new 小类, the
    其他 of its 中类 (what is new was filed there before, or not at all), and what lies below the place up to which a
    divided class can still be followed.
    """

    became: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    apart: frozenset[str] = frozenset()


@lru_cache(maxsize=64)
def succession(earlier: str, later: str) -> Succession:
    """Return what the classes of one version became in a later one; of two alike everything stays what it is.

    Nothing is told where a step between them has no list of changes. Raises `UnknownVersion`.
    """
    keys = _between(earlier, later)
    became: dict[str, tuple[str, ...]] = {each.code: (each.code,) for each in _leaves(earlier)}
    apart: frozenset[str] = frozenset()
    for before, after in pairwise(keys):
        changes = _changes(before, after)
        if changes is None:
            return Succession()
        step = _step(_leaves(before), _leaves(after), changes)
        became = {old: _through(step, codes) for old, codes in became.items()}
        apart = frozenset(new for code in apart for new in step.get(code, (code,))) | _apart(after, step, changes)
    return Succession({old: codes for old, codes in became.items() if codes}, apart)


def version_on(on: date) -> str:
    """Return the version of the classification that is in force on a day, empty where none is known."""
    found = lists.version_on(Scheme.BUSINESS_CLASS, on)
    return found.key if found else ""


def above(version: str, code: str) -> tuple[str, ...]:
    """Return a class and those above it in a version, the topmost last. Raises `UnknownVersion`."""
    codes: list[str] = []
    entry = lists.find_last(Scheme.BUSINESS_CLASS, code, version)
    while entry is not None:
        codes.append(entry.code)
        entry = lists.find_last(Scheme.BUSINESS_CLASS, entry.parent, version) if entry.parent else None
    return tuple(codes)


def shared_above(version: str, codes: Sequence[str]) -> tuple[str, ...]:
    """Return the classes that all of some classes lie in, themselves counted, the lowest first."""
    first, *others = (above(version, code) for code in codes)
    return tuple(code for code in first if all(code in each for each in others))


def _between(earlier: str, later: str) -> list[str]:
    known = [each.key for each in reversed(lists.versions(Scheme.BUSINESS_CLASS))]
    for each in (earlier, later):
        if each not in known:
            raise lists.UnknownVersion(each)
    return known[known.index(earlier) : known.index(later) + 1]


def _changes(before: str, after: str) -> tuple[Entry, ...] | None:
    key = f"{before}-{after}"
    version = next((each for each in lists.versions(Scheme.CLASS_CHANGE) if each.key == key), None)
    if version is None or version.valid_from is None:
        return None
    return lists.entries(Scheme.CLASS_CHANGE, version.valid_from, version=key)


def _step(old: Sequence[Entry], new: Sequence[Entry], changes: Sequence[Entry]) -> Mapping[str, tuple[str, ...]]:
    """Return by old code what it became: by the changes that name it, else the class of its name at its place."""
    changed = {each.code for each in changes}
    kept = {(each.name, _parent_name(each)): each.code for each in new if each.code not in changed}
    found: dict[str, tuple[str, ...]] = {}
    for each in old:
        name, parent = each.name, _parent_name(each)
        told = tuple(one.code for one in changes if _came_from(one) == (name, parent))
        found[each.code] = told or tuple(code for place, code in kept.items() if place == (name, parent))
    return found


def _apart(version: str, step: Mapping[str, tuple[str, ...]], changes: Sequence[Entry]) -> frozenset[str]:
    fresh = {each.code for each in changes if each.facts.get("kind") == NEW}
    places = {above(version, code)[1] for code in fresh}
    rests = {each.code for each in _leaves(version) if each.parent in places and each.code.endswith(REST)}
    divided = (codes for codes in step.values() if len(codes) > 1)
    return frozenset(fresh | rests | {code for codes in divided for code in _below(version, codes)})


def _below(version: str, codes: Sequence[str]) -> Iterator[str]:
    whole = set(shared_above(version, codes))
    for code in codes:
        yield from (each for each in above(version, code) if each not in whole)


def _through(step: Mapping[str, tuple[str, ...]], codes: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(new for code in codes for new in step.get(code, ())))


def _leaves(version: str) -> tuple[Entry, ...]:
    found = next(each for each in lists.versions(Scheme.BUSINESS_CLASS) if each.key == version)
    return lists.entries(Scheme.BUSINESS_CLASS, found.valid_from or date.max, version=version, level=CLASS_LEVEL)


def _came_from(change: Entry) -> tuple[object, object]:
    return change.facts.get("old_name"), change.facts.get("old_parent")


def _parent_name(entry: Entry) -> str:
    found = lists.find_last(Scheme.BUSINESS_CLASS, entry.parent, entry.version)
    return found.name if found else ""

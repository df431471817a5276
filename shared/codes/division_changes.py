"""Changes to the divisions: opened, closed, renamed, moved, merged, split; each from a day on, by a document.

Pure: `applied` gives the meanings of all codes after some changes, `faults` what is wrong with changes on a tree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from shared.codes.division_model import NATION, Division, Level


class ChangeKind(StrEnum):
    """What happens to a division (国务院《行政区划管理条例》第三条、第六条)."""

    OPEN = "open"
    CLOSE = "close"
    RENAME = "rename"
    MOVE = "move"
    MERGE = "merge"
    SPLIT = "split"


ENDING = frozenset({ChangeKind.CLOSE, ChangeKind.MERGE, ChangeKind.SPLIT})
"""Changes after which the code is no more, unless it is among its own successors."""

ABOVE = {Level.PROVINCE: (Level.NATION,), Level.CITY: (Level.PROVINCE,), Level.COUNTY: (Level.CITY, Level.PROVINCE)}
"""At which levels the division directly above one may lie."""


@dataclass(frozen=True)
class Change:
    """One change. `on` is its first day.

    `name`, `level` and `parent` are those of an opened division, `name` the new one of a renamed, `parent` the new one of
    a moved; `successors` take over what an ending division had.
    """

    kind: ChangeKind
    code: str
    on: date
    name: str = ""
    level: Level | None = None
    parent: str = ""
    successors: tuple[str, ...] = ()

    @property
    def ends(self) -> bool:
        """Whether the code is no more from this day on."""
        return self.kind in ENDING and self.code not in self.successors


class FaultCode(StrEnum):
    """What can be wrong with a change."""

    UNKNOWN = "division_unknown"
    OVERLAP = "division_overlap"
    CYCLE = "division_cycle"
    SUCCESSOR_MISSING = "successor_missing"
    SUCCESSOR_UNKNOWN = "successor_unknown"
    LEVEL = "level_mismatch"
    CODE = "code_mismatch"
    NAME = "name_missing"
    CHILDREN = "children_left"


@dataclass(frozen=True)
class Fault:
    """A fault of the `number`-th change (from 0), and the field it is about."""

    number: int
    field: str
    code: FaultCode


Meanings = Mapping[str, tuple[Division, ...]]
"""Every meaning of every code."""


def in_order(changes: Iterable[Change]) -> list[Change]:
    """Return changes as they take effect: by day, openings before what hands over to them."""
    return sorted(changes, key=lambda change: (change.on, change.kind is not ChangeKind.OPEN, change.code))


def applied(meanings: Meanings, changes: Iterable[Change]) -> dict[str, tuple[Division, ...]]:
    """Return the meanings with the changes; one that fits nothing changes nothing."""
    found = dict(meanings)
    for change in in_order(changes):
        found[change.code] = _applied(found.get(change.code, ()), change)
    return found


def successors(changes: Iterable[Change], code: str, on: date) -> tuple[str, ...]:
    """Return the divisions that have taken over from a code by that day, through all changes; empty where it lives on."""
    taken: dict[str, tuple[str, ...]] = {change.code: change.successors for change in changes if _ended(change, on)}
    found: dict[str, None] = {}
    seen: set[str] = set()
    waiting = list(taken.get(code, ()))
    while waiting:
        each = waiting.pop(0)
        if each in seen:
            continue
        seen.add(each)
        waiting[:0] = taken.get(each, ())
        if each not in taken:
            found[each] = None
    return tuple(found)


def faults(meanings: Meanings, changes: Sequence[Change]) -> tuple[Fault, ...]:
    """Return what is wrong with new changes on these meanings, each looked at on the day that it takes effect."""
    found: list[Fault] = []
    order = {id(change): number for number, change in enumerate(changes)}
    state = dict(meanings)
    for change in in_order(changes):
        number = order[id(change)]
        found += [Fault(number, field, code) for field, code in _faults(state, change)]
        state[change.code] = _applied(state.get(change.code, ()), change)
    for number, change in enumerate(changes):
        found += [Fault(number, "successors", code) for code in _handing_over(state, change)]
        found += [Fault(number, "code", FaultCode.CHILDREN) for _ in _left_behind(state, change)]
        found += [Fault(number, "parent", FaultCode.CYCLE) for _ in _cycle(state, change)]
    return tuple(sorted(set(found), key=lambda fault: (fault.number, fault.field, fault.code)))


def find_in(meanings: Meanings, code: str, on: date) -> Division | None:
    """Return what a code means on a day."""
    return next((division for division in meanings.get(code, ()) if division.is_valid(on)), None)


def _ended(change: Change, on: date) -> bool:
    return change.ends and change.on <= on


def _applied(before: tuple[Division, ...], change: Change) -> tuple[Division, ...]:
    if change.kind is ChangeKind.OPEN:
        opened = Division(change.code, change.name, change.level or Level.COUNTY, change.parent, change.on)
        return (opened, *before)
    current = next((division for division in before if division.is_valid(change.on)), None)
    if current is None or (change.kind in ENDING and not change.ends):
        return before
    closed = replace(current, valid_to=change.on - timedelta(days=1))
    rest = tuple(division for division in before if division is not current)
    if change.kind in ENDING:
        return (closed, *rest)
    followed = replace(
        current,
        name=change.name or current.name,
        parent=change.parent or current.parent,
        valid_from=change.on,
    )
    return (followed, closed, *rest)


def _faults(meanings: Meanings, change: Change) -> list[tuple[str, FaultCode]]:
    return _OF_KIND[change.kind](meanings, change)


def _of_opening(meanings: Meanings, change: Change) -> list[tuple[str, FaultCode]]:
    found: list[tuple[str, FaultCode]] = []
    if any(division.valid_to is None or division.valid_to >= change.on for division in meanings.get(change.code, ())):
        found.append(("code", FaultCode.OVERLAP))
    if not change.name:
        found.append(("name", FaultCode.NAME))
    if change.level is None or change.level is Level.NATION:
        return [*found, ("level", FaultCode.LEVEL)]
    return found + _of_parent(meanings, change, change.level)


def _of_parent(meanings: Meanings, change: Change, level: Level) -> list[tuple[str, FaultCode]]:
    parent = find_in(meanings, change.parent, change.on)
    if parent is None or parent.is_group:
        return [("parent", FaultCode.UNKNOWN)]
    if parent.level not in ABOVE[level]:
        return [("parent", FaultCode.LEVEL)]
    if change.kind is ChangeKind.OPEN and parent.code != NATION and change.code[:2] != parent.code[:2]:
        return [("code", FaultCode.CODE)]
    return []


def _of_renaming(meanings: Meanings, change: Change) -> list[tuple[str, FaultCode]]:
    return _of_known(meanings, change) + ([] if change.name else [("name", FaultCode.NAME)])


def _of_moving(meanings: Meanings, change: Change) -> list[tuple[str, FaultCode]]:
    current = find_in(meanings, change.code, change.on)
    return _of_known(meanings, change) + ([] if current is None else _of_parent(meanings, change, current.level))


def _of_known(meanings: Meanings, change: Change) -> list[tuple[str, FaultCode]]:
    current = find_in(meanings, change.code, change.on)
    return [("code", FaultCode.UNKNOWN)] if current is None or current.level is Level.NATION else []


def _of_ending(meanings: Meanings, change: Change) -> list[tuple[str, FaultCode]]:
    least = {ChangeKind.SPLIT: 2}.get(change.kind, 1)
    found = _of_known(meanings, change)
    if len(change.successors) < least or (change.kind is not ChangeKind.SPLIT and change.code in change.successors):
        found.append(("successors", FaultCode.SUCCESSOR_MISSING))
    return found


_OF_KIND: Mapping[ChangeKind, Callable[[Meanings, Change], list[tuple[str, FaultCode]]]] = {
    ChangeKind.OPEN: _of_opening,
    ChangeKind.RENAME: _of_renaming,
    ChangeKind.MOVE: _of_moving,
    ChangeKind.CLOSE: _of_ending,
    ChangeKind.MERGE: _of_ending,
    ChangeKind.SPLIT: _of_ending,
}


def _handing_over(after: Meanings, change: Change) -> list[FaultCode]:
    """Successors must exist on the day, and be of the level of what they follow."""
    ended = [each for each in after.get(change.code, ()) if each.valid_to == change.on - timedelta(days=1)]
    found = []
    for code in change.successors:
        heir = find_in(after, code, change.on)
        if heir is None or heir.is_group:
            found.append(FaultCode.SUCCESSOR_UNKNOWN)
        elif change.ends and ended and heir.level is not ended[0].level:
            found.append(FaultCode.LEVEL)
    return found


def _left_behind(after: Meanings, change: Change) -> list[str]:
    """Return the divisions that would lie below one that is no more."""
    if not change.ends:
        return []
    below = defaultdict(list)
    for meanings in after.values():
        for division in meanings:
            if division.is_valid(change.on) and not division.is_group:
                below[division.parent].append(division.code)
    return below[change.code]


def _cycle(after: Meanings, change: Change) -> list[str]:
    """Return the code where the way up from a moved or opened division leads back to it."""
    if change.kind not in (ChangeKind.MOVE, ChangeKind.OPEN):
        return []
    seen, at = {change.code}, change.parent
    while at and at != NATION:
        if at in seen:
            return [at]
        seen.add(at)
        above = find_in(after, at, change.on)
        at = above.parent if above else ""
    return []

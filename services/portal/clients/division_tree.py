"""The divisions of a day with their history, from the list that this process uses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from functools import lru_cache

from services.portal.model.divisions import DivisionEntry, Event, Happening
from shared.codes import divisions
from shared.codes.division_changes import Change, ChangeKind, in_order

_DAY = timedelta(days=1)


def entry_of(code: str, on: date) -> DivisionEntry | None:
    """Return what a code means on the day, or what it meant last; None where it was not there yet."""
    division = _newest(code, on)
    if division is None:
        return None
    shown = min(on, division.valid_to or on)
    return DivisionEntry(
        code=code,
        name=division.name,
        full_name=divisions.last_name(code, shown),
        level=division.level.value,
        is_ended=shown < on,
        has_below=shown == on and bool(divisions.below(code, on, date.min)),
        happenings=tuple(sorted(_happenings(division), key=lambda each: each.on)),
    )


def entries_below(code: str, on: date) -> tuple[DivisionEntry, ...]:
    """Return what lies directly below on the day, and what has ended there before it, each by code."""
    living = {each.code for each in divisions.children(code, on)}
    ended = [each for each in divisions.below(code, on, date.min) if divisions.find(each, on) is None]
    found = (entry_of(each, on) for each in (*sorted(living), *ended))
    return tuple(each for each in found if each is not None)


def path_to(code: str, on: date) -> tuple[str, ...]:
    """Return the codes from a division up to the nation, for one that has ended as on its last day; () for none."""
    return next((each.path for each in _places(on, divisions.changes_in_use()) if each.code == code), ())


def matching(text: str, on: date, within: str, limit: int) -> list[DivisionEntry]:
    """Return what lies within a division and whose code begins with, or full name holds, every word of the text."""
    words = text.split()
    codes = [
        place.code
        for place in _places(on, divisions.changes_in_use())
        if words and within in place.path and all(place.code.startswith(each) or each in place.name for each in words)
    ]
    found = (entry_of(code, on) for code in codes[:limit])
    return [each for each in found if each is not None]


class _Place:
    """Where a division of the search lies."""

    __slots__ = ("code", "name", "path")

    def __init__(self, code: str, name: str, path: tuple[str, ...]) -> None:
        self.code = code
        self.name = name
        self.path = path


@lru_cache(maxsize=4)
def _places(on: date, changes: tuple[Change, ...]) -> tuple[_Place, ...]:
    """Return everything that is or was by a day; `changes` only tell the lists of two states apart."""
    found = []
    for code in sorted(divisions.meanings()):
        division = _newest(code, on)
        if division is None or division.is_group:
            continue
        day = min(on, division.valid_to or on)
        with suppress(divisions.UnknownDivision):  # what stood above it is not in the list of that day
            found.append(_Place(code, divisions.full_name(code, day), divisions.path(code, day)))
    return tuple(found)


def _newest(code: str, on: date) -> divisions.Division | None:
    """Return what a code means on the day, or the last that it meant before."""
    begun = (each for each in divisions.meanings().get(code, ()) if (each.valid_from or date.min) <= on)
    return max(begun, key=lambda each: each.valid_to or date.max, default=None)


def _happenings(division: divisions.Division) -> Iterator[Happening]:
    days = set()
    for change in in_order(divisions.changes_in_use()):
        if change.code == division.code:
            days.add(change.on)
            yield _own(change)
        elif division.code in change.successors:
            yield Happening(Event.TAKE_OVER, change.on, others=(_named(change.code, change.on),))
    if division.valid_from is not None and division.valid_from not in days:
        yield Happening(Event.LISTED, division.valid_from, before=_former_name(division, division.valid_from))
    if division.valid_to is not None and division.valid_to + _DAY not in days:
        yield Happening(Event.UNLISTED, division.valid_to)


def _own(change: Change) -> Happening:
    before, eve = "", change.on - _DAY
    former = divisions.find(change.code, eve)
    if former is not None and change.kind is ChangeKind.RENAME:
        before = former.name
    if former is not None and change.kind is ChangeKind.MOVE:
        before = _named(former.parent, eve)
    others = tuple(_named(code, change.on) for code in change.successors)
    return Happening(Event(change.kind.value), change.on, before, others)


def _former_name(division: divisions.Division, since: date) -> str:
    """Return another name that the same code had before."""
    earlier = (each for each in divisions.meanings()[division.code] if (each.valid_to or date.max) < since)
    newest = max(earlier, key=lambda each: each.valid_to or date.max, default=None)
    return newest.name if newest is not None and newest.name != division.name else ""


def _named(code: str, on: date) -> str:
    return f"{divisions.last_name(code, on)}（{code}）"

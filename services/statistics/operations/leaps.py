"""What lies between two sums that are shown where those between them are not: from January to March, without February.

Each month by itself may be protected, and both together be what one firm has: whoever reads the two sums has their
difference. So the difference is a silent cell of its own, of every place where the new release would make it known. What
earlier releases made known is as it is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from services.statistics.disclosure.tables import Codes, Key, Release
from services.statistics.operations.timeline import TIME, VINTAGE, point_of, sums_around, version_of

MOMENTS = len((TIME, VINTAGE))
"""The dimensions of months and versions come first in a book."""

Moment = tuple[str, str]
"""A code of months, and one of a version of the facts."""
Pair = tuple[int, int]
"""Two points of a year, or two versions, the earlier one first."""


@dataclass(frozen=True)
class Leaps:
    """Which cells lie between: by pair and version those between two sums, by pair and code of months between versions.

    Cells are told by their key without months and version.
    """

    months: Mapping[tuple[Pair, int], frozenset[Key]] = field(default_factory=dict)
    versions: Mapping[tuple[Pair, str], frozenset[Key]] = field(default_factory=dict)

    @property
    def pairs(self) -> frozenset[Pair]:
        """The pairs of points."""
        return frozenset(pair for pair, _ in self.months)

    @property
    def jumps(self) -> frozenset[Pair]:
        """The pairs of versions."""
        return frozenset(pair for pair, _ in self.versions)


def line_of(key: Key) -> Key:
    """Return which cell it is, whatever its months and version."""
    return key[0], key[1][MOMENTS:]


def leaps_of(new: Release, register: Sequence[Release], points: Sequence[int], versions: int) -> Leaps:
    """Return what a new release would make known between sums that aren't neighbours; `points` are those of its year."""
    known, told = _moments(register), _moments([*register, new])
    months: dict[tuple[Pair, int], set[Key]] = {}
    between: dict[tuple[Pair, str], set[Key]] = {}
    for line, moments in told.items():
        before = known.get(line, set())
        fresh = moments - before
        if not (before and fresh):
            continue
        at = [(point_of(code), version_of(version)) for code, version in before if point_of(code)]
        for code, version in fresh:
            for pair, number in _beside((point_of(code), version_of(version)), at, points):
                months.setdefault((pair, number), set()).add(line)
            own = [(version_of(each), 0) for time, each in before if time == code]
            for pair, _ in _beside((version_of(version), 0), own, range(1, versions + 1)):
                between.setdefault((pair, code), set()).add(line)
    return Leaps(
        {place: frozenset(lines) for place, lines in months.items()},
        {place: frozenset(lines) for place, lines in between.items()},
    )


def _beside(new: Pair, known: Iterable[Pair], steps: Sequence[int]) -> list[tuple[Pair, int]]:
    """Return the next known places before and after a new one that aren't its neighbours, each with the later's number.

    Places have a number beside them, the version that they are of; one that is known already lies beside nothing.
    """
    place, number = new
    places = {each for each, _ in known}
    if not place or place in places:
        return []
    before = max((each for each in places if each < place), default=0)
    after = min((each for each in places if each > place), default=0)
    found = [((before, place), number)] if before else []
    found += [((place, after), each) for where, each in known if where == after] if after else []
    return [(pair, each) for pair, each in found if _is_leap(pair, steps)]


def _is_leap(pair: Pair, steps: Sequence[int]) -> bool:
    return bisect_left(steps, pair[1]) - bisect_left(steps, pair[0]) > 1


def _moments(releases: Iterable[Release]) -> dict[Key, set[Moment]]:
    """Return of which months and versions each cell can be known; a month beside the sum up to it tells the sum before."""
    found: dict[Key, set[Moment]] = {}
    for release in releases:
        for table in release.book.tables:
            for cell in table.cells:
                if not release.is_hidden(table, cell):
                    key = release.book.key(table, cell.codes)
                    found.setdefault(line_of(key), set()).add(_moment(key[1]))
    for moments in found.values():
        around = [(sums, version) for code, version in moments if (sums := sums_around(code))]
        moments.update((before, version) for (before, until), version in around if (until, version) in moments)
    return found


def _moment(codes: Codes) -> Moment:
    time, version = codes[:MOMENTS]
    return time, version

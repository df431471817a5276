"""What is hidden, with all that is seen taken as it is: the movements that readers can't see, in as few unknowns as there are.

Whoever sees a table rounded sees less than who sees it as it is, so that what is possible here is possible to every reader.
Unknowns that move alike, or against each other, by a sum in which nothing else is unknown, are one: a whole with a single
part that isn't nothing, the month and the year to date after a month that is known. Distances are whole numbers of small
units.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.statistics.disclosure.audit.board import Board

Places = npt.NDArray[np.int64]
Terms = dict[int, int]


@dataclass(frozen=True)
class Listed:
    """Lists of numbers of unequal length, one after the other."""

    starts: Places
    items: Places

    def of(self, place: int) -> Places:
        """Return a list."""
        return self.items[self.starts[place] : self.starts[place + 1]]

    def all_of(self, places: Places) -> Places:
        """Return some lists, one after the other."""
        return self.items[self.spots_of(places)]

    def spots_of(self, places: Places) -> Places:
        """Return where the items of some lists stand."""
        first, counts = self.starts[places], self.lengths(places)
        before = np.cumsum(counts) - counts
        return np.repeat(first - before, counts) + np.arange(int(counts.sum()))

    def lengths(self, places: Places) -> Places:
        """Return how long some lists are."""
        return np.asarray(self.starts[places + 1] - self.starts[places])


def listed(lists: Iterable[Iterable[int]]) -> Listed:
    """Return lists as one."""
    made = [np.fromiter(each, dtype=np.int64) for each in lists]
    starts = np.concatenate([[0], np.cumsum([len(each) for each in made])]).astype(np.int64)
    return Listed(starts, np.concatenate(made) if made else np.zeros(0, dtype=np.int64))


@dataclass(frozen=True)
class Core:
    """Unknowns with the quantities that move with each, how far each can move, and the sums between them.

    `members` has for each unknown its quantities, each with 1 or −1 for whether it moves with it or against it; `at` leads
    from a quantity to its unknown. What can't move at all is nowhere.
    """

    members: tuple[tuple[tuple[int, int], ...], ...]
    at: Mapping[int, tuple[int, int]]
    down: tuple[int, ...]
    up: tuple[int, ...]
    rows: Listed
    signs: Places
    rows_of: Listed


def core_of(board: Board) -> Core:
    """Return the unknowns of a board; what nothing bounds moves no farther than anything is taken to."""
    far = board.far
    unknown = [
        number
        for number, each in enumerate(board.quantities)
        if not (each.is_seen or each.is_exact) and each.value is not None
    ]
    merging = _Merging(board, unknown)
    members: dict[int, list[tuple[int, int]]] = {}
    for number in unknown:
        leader, sign = merging.find(number)
        if leader not in merging.fixed:
            members.setdefault(leader, []).append((number, sign))
    place = {leader: number for number, leader in enumerate(members)}
    rows = sorted({_turned({place[each]: count for each, count in terms.items()}) for terms in merging.left()})
    bounds = [_bounds(board, each, far) for each in members.values()]
    lines: list[list[int]] = [[] for _ in members]
    for number, row in enumerate(rows):
        for column, _ in row:
            lines[column].append(number)
    return Core(
        members=tuple(map(tuple, members.values())),
        at={number: (place[leader], sign) for leader, each in members.items() for number, sign in each},
        down=tuple(down for down, _ in bounds),
        up=tuple(up for _, up in bounds),
        rows=listed([column for column, _ in row] for row in rows),
        signs=np.array([count for row in rows for _, count in row], dtype=np.int64),
        rows_of=listed(lines),
    )


def _turned(terms: Terms) -> tuple[tuple[int, int], ...]:
    """Return a sum in one of its two forms, always the same."""
    row = sorted(terms.items())
    sign = 1 if row[0][1] > 0 else -1
    return tuple((column, sign * count) for column, count in row)


def _bounds(board: Board, members: Iterable[tuple[int, int]], far: int) -> tuple[int, int]:
    down = up = far
    for number, sign in members:
        quantity = board.quantities[number]
        value = quantity.value or 0
        below = far if quantity.low is None else value - quantity.low
        above = far if quantity.high is None else quantity.high - value
        if sign < 0:
            below, above = above, below
        down, up = min(down, below), min(up, above)
    return max(0, down), max(0, up)


class _Merging:
    """Finds out which unknowns are one, by sums that hold two of them, and which are known, by sums that hold one."""

    def __init__(self, board: Board, unknown: Iterable[int]) -> None:
        self._leader: dict[int, tuple[int, int]] = {number: (number, 1) for number in unknown}
        self.fixed: set[int] = set()
        self._lines: list[Terms] = []
        self._lines_of: dict[int, list[int]] = {number: [] for number in self._leader}
        for equation in board.equations:
            terms = {number: 1 for number in equation.parts if number in self._leader}
            if equation.whole in self._leader:
                terms[equation.whole] = -1
            for number in terms:
                self._lines_of[number].append(len(self._lines))
            self._lines.append(terms)
        self._merge()

    def find(self, number: int) -> tuple[int, int]:
        """Return the leader of an unknown, and whether the unknown moves with it or against it."""
        leader, sign = self._leader[number]
        if leader != number:
            top, other = self.find(leader)
            leader, sign = top, sign * other
            self._leader[number] = leader, sign
        return leader, sign

    def left(self) -> Iterable[Terms]:
        """Return what is left of the sums."""
        return (terms for terms in map(self._terms, range(len(self._lines))) if terms)

    def _terms(self, line: int) -> Terms:
        found: Terms = {}
        for number, count in self._lines[line].items():
            leader, sign = self.find(number)
            if leader not in self.fixed:
                found[leader] = found.get(leader, 0) + sign * count
        return {leader: count for leader, count in found.items() if count}

    def _merge(self) -> None:
        waiting = deque(number for number, terms in enumerate(self._lines) if terms)
        while waiting:
            terms = self._terms(waiting.popleft())
            if len(terms) == 1:
                (leader,) = terms
                self.fixed.add(leader)
                waiting.extend(self._lines_of[leader])
            elif len(terms) == 2:  # two unknowns in a sum
                (one, count), (other, its) = terms.items()
                if abs(count) == abs(its):
                    self._join(one, other, -1 if count == its else 1, waiting)

    def _join(self, one: int, other: int, sign: int, waiting: deque[int]) -> None:
        if len(self._lines_of[one]) > len(self._lines_of[other]):
            one, other = other, one
        self._leader[one] = other, sign
        waiting.extend(self._lines_of[one])
        self._lines_of[other] = self._lines_of[other] + self._lines_of[one]

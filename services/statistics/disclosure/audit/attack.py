"""The attack on one block: the interval of every hidden cell, for the public and for each who contributes.

A possible table that was found once proves much: shortened towards the truth it is possible too, so it protects every
quantity that it moves far enough, and holds for every insider whose own cells it moves by no more than the insider doesn't
know. Programs are solved only for what no point so far proves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.statistics.disclosure.audit.before import Knowledge
from services.statistics.disclosure.audit.polytope import Points, Polytope, Reach
from services.statistics.disclosure.audit.targets import Level

UP, DOWN = 1, -1
SLACK = 1e-9
"""How much closer than an insider's bound a shortened point must stay, of the bound: for rounding in products."""
LARGE = 600
"""Blocks with more columns than this are decided without the full interval of each cell."""

MOST_POINTS = 3000
"""So many points are kept for insiders; those that reach farthest are kept beyond."""


@dataclass(frozen=True)
class Wanted:
    """A target in a block: its column, and its level for the public and, by a call, for a holding."""

    column: int
    level: Level
    of: Callable[[str], Level]


@dataclass(frozen=True)
class Leak:
    """A target that isn't protected: from whom, how far the values reach, and the equations that show it."""

    column: int
    holder: str | None
    level: Level
    down: Reach
    up: Reach
    sums: tuple[tuple[int, float], ...]

    @property
    def is_undecided(self) -> bool:
        """Whether the solver says that it is protected, but what is certain doesn't reach."""
        return is_enough(self.level, self.down.claimed, self.up.claimed)


def is_enough(level: Level, down: float, up: float) -> bool:
    """Tell whether values that reach so far below and above the true one protect it."""
    return down >= level.lower and up >= level.upper and down + up >= level.width


class Attack:
    """The attacker at work on a block. It may be asked for the public once, and then for each insider."""

    def __init__(self, polytope: Polytope, wanted: Sequence[Wanted]) -> None:
        """Have the points of the public in store, none yet; `wanted` must be protected from the public."""
        self.polytope = polytope
        self.wanted = sorted(wanted, key=lambda each: each.column)
        self.programs = 0
        self._open: set[int] = set()
        self._points: list[Points] = []
        self._best = {UP: self._nowhere(), DOWN: self._nowhere()}
        self._by = {UP: self._nowhere().astype(int), DOWN: self._nowhere().astype(int)}
        self._stack: Points | None = None

    def _nowhere(self) -> Points:
        return np.zeros(len(self.polytope.members))

    def _solve(self, costs: dict[int, float], *, is_always: bool = False) -> Reach:
        self.programs += 1
        reach = self.polytope.farthest(costs)
        if reach.is_exact:
            self._keep(reach.point, is_always)
        return reach

    def _keep(self, point: Points, is_always: bool) -> None:
        number = len(self._points)
        is_better = {way: way * point > self._best[way] for way in (UP, DOWN)}
        if (is_always and number < MOST_POINTS) or any(each.any() for each in is_better.values()):
            self._points.append(point)
            self._stack = None
            for way, mask in is_better.items():
                self._best[way][mask] = (way * point)[mask]
                self._by[way][mask] = number

    def intervals(self) -> dict[int, tuple[Reach, Reach]]:
        """Return how far down and up each column can be reckoned to reach by the public."""
        columns = range(len(self.polytope.members))
        up = {column: self._solve({column: 1.0}) for column in columns}
        return {column: (self._solve({column: -1.0}), up[column]) for column in columns}

    def public(self, known: dict[int, tuple[Reach, Reach]]) -> list[Leak]:
        """Return the targets that aren't protected from the public."""
        if not known:
            for way in (UP, DOWN):
                self._together(way)
        leaks = []
        for each in self.wanted:
            if is_enough(each.level, self._best[DOWN][each.column], self._best[UP][each.column]):
                continue
            down, up = known.get(each.column) or self.reach(each.column)
            if not is_enough(each.level, down.certain, up.certain):
                leaks.append(self._leak(each.column, None, each.level, down, up))
        self._open = {each.column for each in leaks}
        return leaks

    def _together(self, way: int) -> None:
        """Move as many targets as possible at once, each no farther than it must: few programs prove most of them."""
        level = {each.column: float(each.level.upper if way == UP else each.level.lower) for each in self.wanted}
        while True:
            lacking = [column for column, far in level.items() if self._best[way][column] < far]
            if not lacking:
                return
            caps = [(-self.polytope.far, level[c]) if way == UP else (-level[c], self.polytope.far) for c in lacking]
            self.polytope.narrow(lacking, [low for low, _ in caps], [high for _, high in caps])
            self._solve({column: way / level[column] for column in lacking})
            self.polytope.widen(lacking)
            if len([column for column in lacking if self._best[way][column] < level[column]]) > 0.9 * len(lacking):
                return

    def reach(self, column: int) -> tuple[Reach, Reach]:
        """Return how far down and up a column can be reckoned to reach, within the bounds that hold now."""
        return self._solve({column: -1.0}), self._solve({column: 1.0})

    def _leak(self, column: int, holder: str | None, level: Level, down: Reach, up: Reach) -> Leak:
        way = DOWN if down.certain < level.lower else UP
        self._solve({column: float(way)})
        return Leak(column, holder, level, down, up, tuple(self.polytope.combination()))

    def insider(self, holder: str, known: Sequence[Knowledge], wanted: Sequence[Wanted]) -> list[Leak]:
        """Return the targets that aren't protected from a holding that knows what it contributes to hidden cells.

        Only `wanted` is looked at, and what isn't protected from the public is not looked at again.
        """
        columns = [self.polytope.column[each.number] for each in known]
        low, high = self._bounds_of(known, columns)
        own = self._open | {self.polytope.column[each.number] for each in known if each.is_alone}
        pairs = [pair for pair in self._doubtful(wanted, columns, low, high) if pair[0].column not in own]
        if not pairs:
            return []
        leaks = []
        self.polytope.narrow(columns, low.tolist(), high.tolist())
        for each, (needs_down, needs_up) in pairs:
            level = each.of(holder)
            if level.is_nothing:
                continue
            down = self._for_insider(each.column, DOWN, level.lower, columns, low, high, needs_down or level.width > 0)
            up = self._for_insider(each.column, UP, level.upper, columns, low, high, needs_up or level.width > 0)
            if not is_enough(level, down.certain, up.certain):
                leaks.append(self._leak(each.column, holder, level, *self.reach(each.column)))
        self.polytope.widen(columns)
        return leaks

    def _bounds_of(self, known: Sequence[Knowledge], columns: Sequence[int]) -> tuple[Points, Points]:
        low, high = self.polytope.low[columns], self.polytope.high[columns]
        for place, each in enumerate(known):
            down, up = each.room(round(self.polytope.far))
            low[place], high[place] = max(low[place], float(-down)), min(high[place], float(up))
        return low, high

    def _doubtful(
        self, wanted: Sequence[Wanted], columns: list[int], low: Points, high: Points
    ) -> list[tuple[Wanted, tuple[bool, bool]]]:
        """Return the targets whose points of the public move an insider's own cells beyond what it doesn't know."""
        failing = {way: self._beyond(way, wanted, columns, low, high) for way in (DOWN, UP)}
        found = zip(wanted, failing[DOWN].tolist(), failing[UP].tolist(), strict=True)
        return [(each, (down, up)) for each, down, up in found if down or up or each.level.width > 0]

    def _beyond(
        self, way: int, wanted: Sequence[Wanted], columns: list[int], low: Points, high: Points
    ) -> npt.NDArray[np.bool_]:
        targets = np.array([each.column for each in wanted], dtype=int)
        level = np.array([each.level.upper if way == UP else each.level.lower for each in wanted], dtype=float)
        best = self._best[way][targets]
        share = np.divide(level, best, out=np.zeros_like(level), where=best > 0)
        moved = self._matrix()[self._by[way][targets][:, None], np.array(columns)[None, :]] * share[:, None]
        is_kept = ((moved >= low * (1 - SLACK)) & (moved <= high * (1 - SLACK))).all(axis=1)
        return np.asarray((level > 0) & ~(is_kept & (best >= level)))

    def _matrix(self) -> Points:
        if self._stack is None:
            self._stack = np.array(self._points) if self._points else np.zeros((1, len(self.polytope.members)))
        return self._stack

    def _for_insider(
        self, column: int, way: int, far: float, columns: list[int], low: Points, high: Points, must_solve: bool
    ) -> Reach:
        """Return how far a column reaches for an insider: by a point that is known already, or by a program."""
        enough = Reach(far, far, np.zeros(0), is_exact=True)
        if not must_solve or far <= 0:
            return enough
        matrix = self._matrix()
        rows = np.flatnonzero(way * matrix[:, column] >= far)
        moved = matrix[rows][:, columns] * (far / np.abs(matrix[rows, column]))[:, None]
        is_kept = ((moved >= low * (1 - SLACK)) & (moved <= high * (1 - SLACK))).all(axis=1)
        if is_kept.any():
            return enough
        return self._solve({column: float(way)}, is_always=True)

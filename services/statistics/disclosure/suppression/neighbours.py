"""Looking for movements near a cell first: a large book holds thousands of small tables, and most cells are helped in theirs.

What is near a cell are the cheapest cells of its sums, those that are hidden already and others, and the cells in which two of
the sums of these meet; of each, also those beside it in sums of few. A movement that is found near is a movement; where there is none, all cells are looked at.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from services.statistics.disclosure.suppression.flows import Flows, Inequality, prices_of
from services.statistics.disclosure.suppression.knowledge import Flow, Obstacle, Room
from services.statistics.disclosure.suppression.problem import LARGE, Flags, Problem
from services.statistics.disclosure.suppression.rows import Numbers
from services.statistics.disclosure.suppression.solving import fresh

NEAR = 8
"""How many cells of a sum are looked at, of those that are hidden and as many others."""
FEW = 4
"""Sums of no more cells than this are looked at whole: months and what they add up to, the parts of a small class."""
WIDEST = 1200
"""A piece with more cells than this is no piece."""

Cells = npt.NDArray[np.int64]


class Search:
    """Cheapest movements among some cells: near first, then among all of them."""

    def __init__(self, problem: Problem, among: Flags) -> None:
        """Look among the given cells; whoever changes `among` later changes what is looked at."""
        self._problem = problem
        self.among = among
        self._may_move = among & ~problem.is_fixed
        self.is_large = int(np.count_nonzero(self._may_move)) > LARGE
        self.steps = 0
        self._everything: Flows | None = None
        self._last: Flows | None = None
        self._solver = fresh()

    def cheapest(
        self,
        cell: int,
        way: int,
        wanted: float,
        is_free: Flags,
        room: Room | None = None,
        *,
        is_both: bool = False,
        is_near: bool = False,
        is_far: bool = False,
    ) -> Flow | None:
        """Return the cheapest movement that is found, None where there is none at all.

        With `is_near`, only near the cell; with `is_far`, at once among all cells, where the cheapest may be.
        """
        if self.is_large and not is_far:
            near = self._near(cell, way, self._prices(wanted, is_free, room, is_both=is_both), is_free)
            if len(near) <= WIDEST:
                self._last = Flows(self._problem, near, self._solver)
                found = self._last.cheapest(cell, way, wanted, is_free, room, is_both=is_both)
                self.steps += self._last.steps
                if found is not None:
                    return found
            if is_near:
                return None
        self._last = self._all()
        found = self._last.cheapest(cell, way, wanted, is_free, room, is_both=is_both, among=self.among)
        self.steps += self._last.steps
        return found

    def farthest(self, cell: int, way: int, wanted: float, room: Room) -> float:
        """Return how far a cell can move in one way with all that may move, no farther than what is wanted."""
        self._last = self._all()
        return self._last.farthest(cell, way, wanted, room)

    def _prices(self, wanted: float, is_free: Flags, room: Room | None, *, is_both: bool) -> tuple[Numbers, Numbers]:
        """Return what each cell costs for each part of the movement that it carries up, or down; endless where none."""
        up = (self._problem.above if room is None else room.up) * self.among
        down = (self._problem.below if room is None else room.down) * self.among
        if is_both:
            up = down = np.minimum(up, down)
        return prices_of(self._problem, wanted, up, is_free), prices_of(self._problem, wanted, down, is_free)

    def _near(self, cell: int, way: int, prices: tuple[Numbers, Numbers], is_free: Flags) -> Cells:
        rows, either = self._problem.rows, np.minimum(*prices)
        chosen = [np.array([cell])]
        for line in rows.around(chosen[0]).tolist():
            cells, signs = rows.of(line), rows.signs_of(line)
            is_up = signs * signs[cells == cell] * way < 0  # what a movement adds to a sum, the others take off
            chosen.append(_best(cells, np.where(is_up, prices[0][cells], prices[1][cells]), is_free))
        found = rows.with_few(np.unique(np.concatenate(chosen)), FEW)
        corners = rows.between(rows.around(found))
        corners = corners[np.isfinite(either[corners])]
        found = np.union1d(found, rows.with_few(corners, FEW))
        return np.asarray(found[np.isfinite(either[found]) | (found == cell)])

    def _all(self) -> Flows:
        if self._everything is None:
            self._everything = Flows(self._problem, np.flatnonzero(self._may_move))
        return self._everything

    def obstacle(self, cell: int, way: int) -> Obstacle | None:
        """Return why the last program, which was over all cells, had no movement of a cell; None where that isn't told."""
        return self._all().obstacle(cell, way)

    def inequality(self) -> Inequality | None:
        """Return what the last program proves of every pattern; a piece proves nothing."""
        return self._last.inequality() if self._last is self._everything and self._last else None


def _best(cells: Cells, prices: Numbers, is_free: Flags) -> Cells:
    """Return the cheapest of some cells that can move at all, of those that are free and of others."""
    order = np.argsort(prices, kind="stable")
    order = order[np.isfinite(prices[order])]
    cells = cells[order]
    if len(cells) <= NEAR:
        return cells
    return np.concatenate([cells[is_free[cells]][:NEAR], cells[~is_free[cells]][:NEAR]])

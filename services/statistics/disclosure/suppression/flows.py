"""The cheapest way to move a cell: a linear program over cells that are or may be hidden.

Each cell has a way up and a way down. What isn't hidden yet costs, per unit moved, its cost divided by how much of the
movement it can carry, so that a cell that carries all of it is paid for once. What is hidden costs next to nothing, so that
a movement touches few cells; where somebody knows that it can't move so far it costs more, since that proves nothing to that one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt

from services.statistics.disclosure.suppression.problem import Flags, Own, Problem
from services.statistics.disclosure.suppression.rows import Numbers
from services.statistics.disclosure.suppression.solving import DEVEX, OPTIMAL, STEEPEST, fresh

MOVED = 1e-7
"""Movements below this part of the wanted one are rounding."""
TOUCHED = 1e-4
KNOWN = 1e-3
"""What a hidden cell costs, and one of which somebody knows too much, beside one of middling cost, which costs 1."""
CARRIED = 1e-3
"""In large problems, what a hidden cell costs besides for carrying all that it can: a few that carry much are better than thousands
that carry little, which cost the solver many steps and prove little to holdings."""
LEAST_CARRIED = 1e-3
"""Cells that can carry less than this part of a movement cost no more for it than those that can carry so much."""


SMALL = 48
"""A movement of no more cells than this is kept for every cell that it moves far enough."""

Cells = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Flow:
    """By how much each cell moves so that one moves as wanted."""

    cells: tuple[int, ...]
    moved: tuple[float, ...]

    @property
    def is_small(self) -> bool:
        """Whether it moves few enough cells to be a proof for others too: one that moves many is impossible to many holdings."""
        return len(self.cells) <= SMALL

    def shortened(self, share: float) -> Flow:
        """Return a part of the movement, turned round where the part is below nothing."""
        return Flow(self.cells, tuple(each * share for each in self.moved))


@dataclass(frozen=True)
class Inequality:
    """What every pattern satisfies: Σ weights · hidden ≥ wanted."""

    weights: Numbers
    wanted: float


class Flows:
    """The program over some cells, with one column up and one down for each."""

    def __init__(self, problem: Problem, cells: Cells, solver: highspy.Highs | None = None) -> None:
        """Lay the program out for the cells that may move; all others are shown. A solver may be used again."""
        self._problem = problem
        self.cells = cells
        self.column = {int(cell): column for column, cell in enumerate(self.cells)}
        self._count = len(self.cells)
        self.up, self.down = problem.above[self.cells].copy(), problem.below[self.cells].copy()
        self._known = np.concatenate([problem.known_above[self.cells], problem.known_below[self.cells]])
        self._costs = problem.costs[self.cells]
        lines = problem.rows.among(self.cells)
        self._starts, self._columns, self._signs, self._rows = lines.starts, lines.columns, lines.signs, lines.numbers
        self._solver = self._laid_out(len(self._starts) - 1, solver or fresh())
        self._all = np.arange(2 * self._count, dtype=np.int32)
        self.programs = 0
        self._last: tuple[int, float, Numbers, Numbers] | None = None

    def _laid_out(self, rows: int, solver: highspy.Highs) -> highspy.Highs:
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = 2 * self._count, rows
        program.col_cost_ = program.col_lower_ = np.zeros(2 * self._count)
        program.col_upper_ = np.concatenate([self.up, self.down])
        program.row_lower_ = program.row_upper_ = np.zeros(rows)
        program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        both = np.empty(2 * len(self._columns), dtype=np.int32)
        both[0::2], both[1::2] = self._columns, self._columns + self._count
        values = np.empty(2 * len(self._columns))
        values[0::2], values[1::2] = self._signs, -self._signs
        program.a_matrix_.start_, program.a_matrix_.index_, program.a_matrix_.value_ = 2 * self._starts, both, values
        solver.setOptionValue("presolve", "off")
        solver.setOptionValue("simplex_dual_edge_weight_strategy", STEEPEST if self._problem.is_large else DEVEX)
        solver.passModel(program)
        return solver

    def cheapest(
        self,
        cell: int,
        way: int,
        wanted: float,
        is_hidden: Flags,
        own: Sequence[Own] = (),
        *,
        is_both: bool = False,
        among: Flags | None = None,
    ) -> Flow | None:
        """Return the cheapest movement of a cell; None where there is none.

        `own` bounds the cells of a holding that knows them. With `is_both`, the movement can be turned round. Only
        cells in `among` move, where it is given.
        """
        forward, backward = self._ways(way, own, is_both=is_both)
        if among is not None:
            forward, backward = forward * among[self.cells], backward * among[self.cells]
        column = self.column.get(cell)
        if column is None or forward[column] < wanted:
            return None
        least, most = np.zeros(2 * self._count), np.concatenate([forward, backward])
        least[column] = most[column] = wanted
        most[column + self._count] = 0.0
        self._solver.changeColsBounds(len(self._all), self._all, least / wanted, most / wanted)
        self._solver.changeColsCost(len(self._all), self._all, self._prices(way, forward, backward, wanted, is_hidden))
        self._solver.clearSolver()  # where nothing moves, the costs are met: from there it is a few steps, from elsewhere many
        self._solver.run()
        self.programs += 1
        if self._solver.getModelStatus() != OPTIMAL:
            return None
        self._last = column, wanted, *self._ways(way, own, is_both=False)
        found = np.array(self._solver.getSolution().col_value)
        moved = way * (found[: self._count] - found[self._count :])
        used = np.flatnonzero(np.abs(moved) > MOVED)
        return Flow(tuple(self.cells[used].tolist()), tuple((moved[used] * wanted).tolist()))

    def _ways(self, way: int, own: Sequence[Own], *, is_both: bool) -> tuple[Numbers, Numbers]:
        up, down = (np.minimum(self.up, self.down),) * 2 if is_both else (self.up, self.down)
        if own:
            up, down = up.copy(), down.copy()
            for each in own:
                column = self.column.get(each.cell)
                if column is not None:
                    down[column], up[column] = min(down[column], each.below), min(up[column], each.above)
        return (up, down) if way > 0 else (down, up)

    def _prices(self, way: int, forward: Numbers, backward: Numbers, wanted: float, is_hidden: Flags) -> Numbers:
        carries = np.maximum(np.minimum(np.concatenate([forward, backward]), wanted), 1.0)
        new = ~np.tile(is_hidden[self.cells], 2)
        costs = np.where(new, np.tile(self._costs, 2) / carries, 0.0)
        prices = costs / (float(np.median(costs[new])) if new.any() else 1.0)
        known = self._known if way > 0 else np.roll(self._known, self._count)
        touched = np.where(known < wanted, KNOWN, TOUCHED)
        if self._problem.is_large:
            touched = touched + np.where(new, 0.0, CARRIED / np.maximum(carries / wanted, LEAST_CARRIED))
        return np.asarray(prices + touched)

    def inequality(self) -> Inequality | None:
        """Return what the multipliers of the last program prove of every pattern, None where they prove nothing.

        Movements obey the sums, so that the combination of the sums by any multipliers is zero. Scaled so that the moved
        cell counts −1 in it, wanted ≤ Σ |multiplier| · what each other cell can move, if it is hidden. No cell needs to
        count for more than what is wanted.
        """
        if self._last is None:
            return None
        column, wanted, forward, backward = self._last
        duals = np.array(self._solver.getSolution().row_dual)
        combined = np.bincount(self._columns, self._signs * duals[self._rows], self._count)
        if abs(combined[column]) < 1e-12:
            return None
        combined = -combined / combined[column]
        combined[np.abs(combined) < 1e-9] = 0.0
        if self._problem.is_network:
            forward, backward = np.minimum(forward, wanted), np.minimum(backward, wanted)
        weights = np.where(combined > 0, combined * forward, -combined * backward)
        weights[column] = 0.0
        spread = np.zeros(len(self._problem.costs))
        spread[self.cells] = np.minimum(weights, wanted)
        return Inequality(spread, wanted)


def prices_of(problem: Problem, wanted: float, room: Numbers, is_free: Flags) -> Numbers:
    """Return what it costs to hide each cell, for each part of a movement that it can carry with some room.

    What is free costs what it can't carry, what has no room is endlessly dear.
    """
    carries = np.maximum(np.minimum(room, wanted), 1.0)
    prices = np.where(is_free, wanted - np.minimum(carries, wanted), problem.costs / carries)
    return np.where(room > 0, prices, np.inf)

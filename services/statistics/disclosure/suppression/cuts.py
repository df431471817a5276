"""The attacker's programs for a pattern that is hidden in part: how far can a cell move if each cell moves its part of the way?

Where that isn't far enough, the multipliers of the sums give an inequality that the pattern breaks and every good one keeps.
"""

from __future__ import annotations

from collections.abc import Sequence

import highspy
import numpy as np

from services.statistics.disclosure.suppression.flows import Inequality
from services.statistics.disclosure.suppression.problem import Own, Problem
from services.statistics.disclosure.suppression.rows import Numbers
from services.statistics.disclosure.suppression.solving import OPTIMAL, fresh

NEARLY = 1e-6
"""A movement that lacks no more than this part breaks nothing."""
OPENED = 1e-3
"""What a cell that is shown may move, as a part of the way, so that multipliers lean on cells that are worth hiding."""


class Cuts:
    """The program over all cells that may be hidden, one column each."""

    def __init__(self, problem: Problem) -> None:
        """Lay the program out."""
        self._problem = problem
        self.cells = np.flatnonzero(~problem.is_fixed)
        self._column = {int(cell): column for column, cell in enumerate(self.cells)}
        self._up, self._down = problem.above[self.cells], problem.below[self.cells]
        lines = problem.rows.among(self.cells)
        self._starts, self._columns, self._signs, self._rows = lines.starts, lines.columns, lines.signs, lines.numbers
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = len(self.cells), len(self._starts) - 1
        program.col_cost_ = program.col_lower_ = program.col_upper_ = np.zeros(len(self.cells))
        program.row_lower_ = program.row_upper_ = np.zeros(len(self._starts) - 1)
        program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        program.a_matrix_.start_, program.a_matrix_.index_, program.a_matrix_.value_ = (
            self._starts,
            self._columns,
            self._signs,
        )
        self._solver = fresh()
        self._solver.passModel(program)
        self._all = np.arange(len(self.cells), dtype=np.int32)
        self.programs = 0

    def broken(self, part: Numbers, cell: int, way: int, wanted: float, own: Sequence[Own] = ()) -> Inequality | None:
        """Return an inequality that a pattern breaks by which a cell can't move as wanted; None where it can."""
        if wanted <= 0:
            return None
        up, down = self._reach(wanted, own)
        forward, backward = (up, down) if way > 0 else (down, up)
        column = self._column[cell]
        hidden = part[self.cells]
        if self._farthest(column, forward, backward, hidden, wanted) >= 1 - NEARLY:
            return None
        self._farthest(column, forward, backward, np.maximum(hidden, OPENED), wanted)
        found = self._inequality(column, forward, backward, wanted)
        if found and float(found.weights @ part) < wanted * (1 - NEARLY):
            return found
        self._farthest(column, forward, backward, hidden, wanted)
        return self._inequality(column, forward, backward, wanted)

    def _reach(self, wanted: float, own: Sequence[Own]) -> tuple[Numbers, Numbers]:
        up, down = self._up.copy(), self._down.copy()
        for each in own:
            column = self._column.get(each.cell)
            if column is not None:
                down[column], up[column] = min(down[column], each.below), min(up[column], each.above)
        return (np.minimum(up, wanted), np.minimum(down, wanted)) if self._problem.is_network else (up, down)

    def _farthest(self, column: int, forward: Numbers, backward: Numbers, hidden: Numbers, wanted: float) -> float:
        self._solver.changeColsBounds(len(self._all), self._all, -backward * hidden / wanted, forward * hidden / wanted)
        self._solver.changeColBounds(column, 0.0, float(max(forward[column], wanted) / wanted))
        self._solver.changeColCost(column, -1.0)
        self._solver.run()
        self.programs += 1
        is_solved = self._solver.getModelStatus() == OPTIMAL
        reached = -self._solver.getInfo().objective_function_value if is_solved else 0.0
        self._duals = np.array(self._solver.getSolution().row_dual)
        self._solver.changeColCost(column, 0.0)
        return float(reached)

    def _inequality(self, column: int, forward: Numbers, backward: Numbers, wanted: float) -> Inequality | None:
        combined = np.bincount(self._columns, self._signs * self._duals[self._rows], len(self.cells))
        if abs(combined[column]) < 1e-9:
            return None
        combined = -combined / combined[column]
        combined[np.abs(combined) < 1e-9] = 0.0
        weights = np.where(combined > 0, combined * forward, -combined * backward)
        weights[column] = 0.0
        spread = np.zeros(len(self._problem.costs))
        spread[self.cells] = np.minimum(weights, wanted)
        return Inequality(spread, wanted)

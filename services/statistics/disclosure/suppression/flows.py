"""The cheapest way to move a cell: a linear program over cells that are or may be hidden.

Each cell has a way up and a way down. What isn't hidden yet costs, per unit moved, its cost divided by how much of the
movement it can carry, so that a cell that carries all of it is paid for once. What is hidden costs next to nothing, so that
a movement touches few cells; where somebody knows that it can't move so far it costs more, since that proves nothing to that one.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt

from services.statistics.disclosure.suppression.knowledge import Flow, Obstacle, Room
from services.statistics.disclosure.suppression.problem import Flags, Problem
from services.statistics.disclosure.suppression.rows import Numbers
from services.statistics.disclosure.suppression.solving import DEVEX, OPTIMAL, STEEPEST, fresh

MOVED = 1e-7
"""Movements below this part of the wanted one are rounding."""
LEAST_COUNTED = 1e-9
"""Multipliers below this are rounding."""
TOUCHED = 1e-4
KNOWN = 1e-3
"""What a hidden cell costs, and one of which somebody knows too much, beside one of middling cost, which costs 1."""
CARRIED = 1e-3
"""In large problems, what a hidden cell costs besides for carrying all that it can: a few that carry much are better than thousands
that carry little, which cost the solver many steps and prove little to holdings."""
LEAST_CARRIED = 1e-3
"""Cells that can carry less than this part of a movement cost no more for it than those that can carry so much."""

Cells = npt.NDArray[np.int64]


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
        self.steps = 0
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
        room: Room | None = None,
        *,
        is_both: bool = False,
        among: Flags | None = None,
    ) -> Flow | None:
        """Return the cheapest movement of a cell; None where there is none.

        `room` says how far cells may move for those who know more than all do. With `is_both`, the movement can be turned
        round. Only cells in `among` move, where it is given.
        """
        self.steps = 0
        forward, backward = self._ways(way, room, among, is_both=is_both)
        column = self.column.get(cell)
        if column is None or forward[column] < wanted:
            return None
        least, most = np.zeros(2 * self._count), np.concatenate([forward, backward])
        least[column] = most[column] = wanted
        most[column + self._count] = 0.0
        found = self._solved(least, most, wanted, self._prices(way, most, wanted, is_hidden))
        if found is None:
            return None
        self._last = column, wanted, *self._ways(way, room, None, is_both=False)
        used = np.flatnonzero(np.abs(found) > MOVED)
        return Flow(self.cells[used], way * found[used] * wanted)

    def farthest(self, cell: int, way: int, wanted: float, room: Room) -> float:
        """Return how far a cell can move in one way, no farther than what is wanted."""
        column = self.column.get(cell)
        if column is None:
            return 0.0
        forward, backward = self._ways(way, room, None, is_both=False)
        most = np.concatenate([forward, backward])
        most[column], most[column + self._count] = min(wanted, most[column]), 0.0
        prices = np.zeros(2 * self._count)
        prices[column] = -1.0
        found = self._solved(np.zeros(2 * self._count), most, wanted, prices)
        self._last = None
        return 0.0 if found is None else float(found[column]) * wanted

    def _solved(self, least: Numbers, most: Numbers, unit: float, prices: Numbers) -> Numbers | None:
        self._solver.changeColsBounds(len(self._all), self._all, least / unit, most / unit)
        self._solver.changeColsCost(len(self._all), self._all, prices)
        self._solver.clearSolver()  # where nothing moves, the costs are met: from there it is a few steps, from elsewhere many
        self._solver.run()
        self.programs += 1
        self.steps = max(0, self._solver.getInfo().simplex_iteration_count)
        if self._solver.getModelStatus() != OPTIMAL:
            return None
        found = np.array(self._solver.getSolution().col_value)
        return np.asarray(found[: self._count] - found[self._count :])

    def _ways(self, way: int, room: Room | None, among: Flags | None, *, is_both: bool) -> tuple[Numbers, Numbers]:
        up, down = (self.up, self.down) if room is None else (room.up[self.cells], room.down[self.cells])
        if among is not None:
            up, down = up * among[self.cells], down * among[self.cells]
        if is_both:
            up = down = np.minimum(up, down)
        return (up, down) if way > 0 else (down, up)

    def _prices(self, way: int, most: Numbers, wanted: float, is_hidden: Flags) -> Numbers:
        carries = np.maximum(np.minimum(most, wanted), 1.0)
        new = ~np.tile(is_hidden[self.cells], 2)
        costs = np.where(new, np.tile(self._costs, 2) / carries, 0.0)
        prices = costs / (float(np.median(costs[new])) if new.any() else 1.0)
        known = self._known if way > 0 else np.roll(self._known, self._count)
        touched = np.where(known < wanted, KNOWN, TOUCHED)
        if self._problem.is_large:
            touched = touched + np.where(new, 0.0, CARRIED / np.maximum(carries / wanted, LEAST_CARRIED))
        return np.asarray(prices + touched)

    def obstacle(self, cell: int, way: int) -> Obstacle | None:
        """Return why the last program had no movement of a cell, None where the solver can't tell.

        Movements obey the sums, so that the combination of the sums by any multipliers is zero: scaled so that the cell counts
        −1 in it, it moves no farther than all others in the combination.
        """
        column = self.column[cell]
        _, is_there, ray = self._solver.getDualRay()  # type: ignore[attr-defined]  # missing in the stubs
        if not is_there:
            return None
        combined = np.bincount(self._columns, self._signs * np.array(ray)[self._rows], self._count)
        if abs(combined[column]) < LEAST_COUNTED * np.abs(combined).max():
            return None
        combined = -combined / combined[column]
        combined[column] = 0.0
        combined[np.abs(combined) < LEAST_COUNTED] = 0.0
        used = np.flatnonzero(combined)
        one, other = np.maximum(combined[used], 0.0), np.maximum(-combined[used], 0.0)
        return Obstacle(self.cells[used], *((one, other) if way > 0 else (other, one)))

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

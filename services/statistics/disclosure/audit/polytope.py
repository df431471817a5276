"""All tables that an attacker holds possible, as a linear program that is solved again and again from where it stands.

Columns are what the attacker doesn't know exactly, each as its distance from the true value, so that the truth is all
zeros and sums are zero on the right. Distances are whole numbers of small units. A point that the solver finds counts only
after it was checked in whole numbers; one that can't be checked so counts for a little less than it says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt

from services.statistics.disclosure.audit.board import FAR, Board

Points = npt.NDArray[np.float64]

EXACT_BELOW = 2.0**53
"""Floating-point numbers hold whole numbers exactly up to here."""
DENOMINATORS = (1, 2, 3, 4, 5, 6, 12)
DOUBT = 1e-6
"""What is taken off a point that could not be checked in whole numbers, of its length."""

OPTIONS: dict[str, str | int] = {
    "threads": 1,
    "parallel": "off",
    "solver": "simplex",
    "random_seed": 0,
    "simplex_dual_edge_weight_strategy": 1,  # Devex
}


class Quiet(highspy.Highs):
    """The solver without callbacks, which nobody here wants, and whose making prints a banner."""

    def __init__(self) -> None:
        """Make the solver alone."""
        super(highspy.Highs, self).__init__()
        self.setOptionValue("output_flag", False)


class NumbersTooLarge(Exception):
    """Values are too large beside their decimals to be reckoned exactly."""


@dataclass(frozen=True)
class Reach:
    """How far quantities can be from their true values: what is certain, what the solver says, and the point.

    A point that is not `is_exact` proves this one distance, and nothing of other quantities.
    """

    certain: float
    claimed: float
    point: Points
    is_exact: bool


class Polytope:
    """The possible tables of one block: quantities that hang together by equations."""

    def __init__(self, board: Board, members: Sequence[int], equations: Sequence[int]) -> None:
        """Lay the block out; `members` are numbers of quantities that aren't known exactly."""
        self.members = tuple(members)
        self.column = {number: column for column, number in enumerate(self.members)}
        self.equations = tuple(equations)
        values = [board.quantities[number].value or 0 for number in self.members]
        self.far = float(FAR * max(1, *map(abs, values), *self._wholes(board)))
        if self.far > EXACT_BELOW:
            raise NumbersTooLarge
        bounds = [self._bounds(board, number) for number in self.members]
        self.low = np.array([low for low, _ in bounds], dtype=float)
        self.high = np.array([high for _, high in bounds], dtype=float)
        self.least, self.most = self.low.copy(), self.high.copy()
        self._lay_rows(board)
        self.solver = self._solver()

    def _wholes(self, board: Board) -> list[int]:
        return [abs(board.quantities[board.equations[number].whole].value or 0) for number in self.equations]

    def _bounds(self, board: Board, number: int) -> tuple[float, float]:
        quantity = board.quantities[number]
        value = quantity.value or 0
        low = -self.far if quantity.low is None else float(quantity.low - value)
        high = self.far if quantity.high is None else float(quantity.high - value)
        return low, high

    def _lay_rows(self, board: Board) -> None:
        starts, columns, signs, right = [0], [], [], []
        for number in self.equations:
            equation = board.equations[number]
            terms = ((equation.whole, -1), *((part, 1) for part in equation.parts))
            for member, sign in terms:
                if member in self.column:
                    columns.append(self.column[member])
                    signs.append(sign)
            right.append(-sum(sign * (board.quantities[member].value or 0) for member, sign in terms))
            starts.append(len(columns))
        self.starts = np.array(starts, dtype=np.int32)
        self.columns = np.array(columns, dtype=np.int32)
        self.signs = np.array(signs, dtype=float)
        self.right = np.array(right, dtype=float)
        self.rows = np.repeat(np.arange(len(right)), np.diff(self.starts))

    def _solver(self) -> highspy.Highs:
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = len(self.members), len(self.equations)
        program.col_cost_ = np.zeros(len(self.members))
        program.col_lower_, program.col_upper_ = self.low, self.high
        program.row_lower_ = program.row_upper_ = self.right
        program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        program.a_matrix_.start_, program.a_matrix_.index_ = self.starts, self.columns
        program.a_matrix_.value_ = self.signs
        solver = Quiet()
        for option, value in OPTIONS.items():
            solver.setOptionValue(option, value)
        solver.passModel(program)
        return solver

    def farthest(self, costs: dict[int, float]) -> Reach:
        """Return a possible table in which the weighted sum of distances is greatest."""
        for column, cost in costs.items():
            self.solver.changeColCost(column, -cost)
        self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            self.solver.clearSolver()
            self.solver.run()
        is_solved = self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        found = np.array(self.solver.getSolution().col_value) if is_solved else np.zeros(len(self.members))
        for column in costs:
            self.solver.changeColCost(column, 0.0)
        exact = self._exact(found) if is_solved else None
        if exact is not None:
            reached = sum(cost * float(exact[column]) for column, cost in costs.items())
            return Reach(reached, reached, exact, is_exact=True)
        claimed = sum(cost * float(found[column]) for column, cost in costs.items())
        doubt = self._doubt(found)
        certain = sum(cost * float(found[column]) - abs(cost) * doubt[column] for column, cost in costs.items())
        return Reach(certain if is_solved else 0.0, claimed, found, is_exact=False)

    def _exact(self, found: Points) -> Points | None:
        """Return a point as whole numbers, or as fractions with a small denominator; None where it isn't such a point."""
        for denominator in DENOMINATORS:
            whole = np.rint(found * denominator)
            if np.abs(whole - found * denominator).max(initial=0) < 0.01 and self._is_possible(whole, denominator):
                return np.asarray(whole / denominator)
        return None

    def _doubt(self, found: Points) -> Points:
        sums = np.bincount(self.rows, self.signs * found[self.columns], len(self.right))
        off = np.abs(sums - self.right).max(initial=0) * len(found)
        return np.asarray(DOUBT * (1 + np.abs(found)) + off)

    def _is_possible(self, whole: Points, denominator: int) -> bool:
        sums = np.bincount(self.rows, self.signs * whole[self.columns], len(self.right))
        within = (whole >= self.least * denominator) & (whole <= self.most * denominator)
        return bool((sums == self.right * denominator).all() and within.all())

    def narrow(self, columns: Sequence[int], low: Sequence[float], high: Sequence[float]) -> None:
        """Bound columns as well by what an attacker knows; `widen` takes it back."""
        for column, least, most in zip(columns, low, high, strict=True):
            self.least[column], self.most[column] = max(least, self.low[column]), min(most, self.high[column])
            self.solver.changeColBounds(column, self.least[column], self.most[column])

    def widen(self, columns: Sequence[int]) -> None:
        """Take back what `narrow` did."""
        for column in columns:
            self.least[column], self.most[column] = self.low[column], self.high[column]
            self.solver.changeColBounds(column, self.low[column], self.high[column])

    def combination(self) -> list[tuple[int, float]]:
        """Return the equations, by number, that the last solution leans on, with their multipliers."""
        duals = self.solver.getSolution().row_dual
        return [(self.equations[row], dual) for row, dual in enumerate(duals) if abs(dual) > DOUBT]

"""How far an unknown can lie from its value at all: one linear program over all unknowns of a core."""

from __future__ import annotations

from collections.abc import Mapping
from math import floor

import highspy
import numpy as np

from services.statistics.disclosure.audit.polytope import OPTIONS, Quiet
from services.statistics.disclosure.audit.unknowns import Core

MOST = 10.0**6
"""No unknown is taken to move more than so many times as far as the one that is asked for."""

Rooms = Mapping[int, tuple[int, int]]
"""How far down and up some unknowns can move, by their columns."""


class Reaching:
    """The program, laid out once; distances are parts of what is asked for, so that numbers are near one."""

    def __init__(self, core: Core) -> None:
        """Lay out the sums of a core."""
        self._down, self._up = np.array(core.down, dtype=float), np.array(core.up, dtype=float)
        self._all = np.arange(len(core.members), dtype=np.int32)
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = len(core.members), len(core.rows.starts) - 1
        program.col_cost_ = program.col_lower_ = program.col_upper_ = np.zeros(len(core.members))
        program.row_lower_ = program.row_upper_ = np.zeros(len(core.rows.starts) - 1)
        program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        program.a_matrix_.start_ = core.rows.starts.astype(np.int32)
        program.a_matrix_.index_, program.a_matrix_.value_ = core.rows.items.astype(np.int32), core.signs.astype(float)
        self._solver = Quiet()
        for option, value in OPTIONS.items():
            self._solver.setOptionValue(option, value)
        self._solver.passModel(program)

    def farthest(self, column: int, way: int, wanted: int, known: Rooms) -> int:
        """Return how far an unknown can move in one way (1 or −1), no farther than what is wanted, within what is known."""
        down, up = self._down.copy(), self._up.copy()
        for other, (below, above) in known.items():
            down[other], up[other] = min(down[other], below), min(up[other], above)
        least, most = np.maximum(-down / wanted, -MOST), np.minimum(up / wanted, MOST)
        least[column], most[column] = max(least[column], -1.0), min(most[column], 1.0)
        self._solver.changeColsBounds(len(self._all), self._all, least, most)
        self._solver.changeColCost(column, -float(way))
        self._solver.clearSolver()
        self._solver.run()
        is_solved = self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        found = (
            self._solver.getSolution().col_value[column] if is_solved else float(way)
        )  # what isn't found out isn't let off
        self._solver.changeColCost(column, 0.0)
        return min(wanted, floor(way * found * wanted))

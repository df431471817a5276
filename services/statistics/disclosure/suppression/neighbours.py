"""Looking for movements near a cell first: a large book holds thousands of small tables, and most cells are helped in theirs.

What is near a cell are the cheapest cells of its sums, those that are hidden already and others, and all cells whose sums are
those of these. A movement that is found near is a movement; where there is none, all cells are looked at.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from services.statistics.disclosure.suppression.flows import Flow, Flows, Inequality, prices_of
from services.statistics.disclosure.suppression.problem import Flags, Own, Problem
from services.statistics.disclosure.suppression.rows import Numbers

LARGE = 700
"""Problems with more cells than this are looked at piece by piece."""
NEAR = ((12, 1), (8, 2))
"""How many cells of a sum are looked at, of those that are hidden and of others, and how many sums away; the nearest first."""
WIDEST = 1500
"""A piece with more cells than this is no piece."""

Cells = npt.NDArray[np.int64]


class Search:
    """Cheapest movements among some cells: near first, then among all of them."""

    def __init__(self, problem: Problem, among: Flags) -> None:
        """Look among the given cells; whoever changes `among` later changes what is looked at."""
        self._problem = problem
        self.among = among
        self._may_move = among.copy()
        self._everything: Flows | None = None
        self._last: Flows | None = None

    def cheapest(
        self, cell: int, way: int, wanted: float, is_free: Flags, own: Sequence[Own] = (), *, is_both: bool = False
    ) -> Flow | None:
        """Return the cheapest movement that is found; None only where there is none at all."""
        if len(self._problem.costs) > LARGE:
            before = 0
            for most, away in NEAR:
                near = self._near(cell, wanted, is_free, most, away)
                if len(near) > WIDEST:
                    break
                if len(near) == before:
                    continue
                before = len(near)
                self._last = Flows(self._problem, near)
                found = self._last.cheapest(cell, way, wanted, is_free, own, is_both=is_both)
                if found is not None:
                    return found
        self._last = self._all()
        return self._last.cheapest(cell, way, wanted, is_free, own, is_both=is_both, among=self.among)

    def _near(self, cell: int, wanted: float, is_free: Flags, most: int, away: int) -> Cells:
        rows = self._problem.rows
        prices = prices_of(self._problem, wanted, is_free)
        found = np.array([cell])
        lines = rows.around(found)
        for _ in range(away):
            chosen = [found, *(self._best(rows.of(line), prices, is_free, most) for line in lines.tolist())]
            found = np.unique(np.concatenate(chosen))
            lines = rows.around(found)
        closing = rows.within(lines)
        return np.union1d(found, closing[self.among[closing]])

    def _best(self, cells: Cells, prices: Numbers, is_free: Flags, most: int) -> Cells:
        cells = cells[self.among[cells]]
        if len(cells) <= most:
            return cells
        order = cells[np.argsort(prices[cells], kind="stable")]
        return np.concatenate([order[is_free[order]][:most], order[~is_free[order]][:most]])

    def _all(self) -> Flows:
        if self._everything is None:
            self._everything = Flows(self._problem, np.flatnonzero(self._may_move & ~self._problem.is_fixed))
        return self._everything

    def inequality(self) -> Inequality | None:
        """Return what the last program proves of every pattern; a piece proves nothing."""
        return self._last.inequality() if self._last is self._everything and self._last else None

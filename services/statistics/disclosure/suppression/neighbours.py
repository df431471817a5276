"""Looking for movements near a cell first: a large book holds thousands of small tables, and most cells are helped in theirs.

What is near a cell are, in each dimension, its code, those that add up to the same whole with it, and all below them. A
movement that is found near is a movement; where there is none, all cells are looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from services.statistics.disclosure.suppression.flows import Flow, Flows, Inequality
from services.statistics.disclosure.suppression.problem import Flags, Own, Problem

LARGE = 1000
"""Books with more cells than this are looked at piece by piece."""
WIDEST = 1500
"""A piece with more cells than this is no piece."""


class Neighbours:
    """All pieces of a problem, made when they are first asked for."""

    def __init__(self, problem: Problem) -> None:
        """Know where each cell is."""
        self._problem = problem
        self._number = {key: number for number, key in enumerate(problem.keys)}
        self._pieces: dict[tuple[str, tuple[tuple[str, ...], ...]], Flows | None] = {}

    def of(self, cell: int) -> Flows | None:
        """Return the piece that a cell is in; None where the book is small, or the piece large."""
        if len(self._problem.keys) <= LARGE:
            return None
        measure, codes = self._problem.keys[cell]
        near = tuple(each[code] for each, code in zip(self._problem.families, codes, strict=True))
        if (measure, near) not in self._pieces:
            self._pieces[measure, near] = self._piece(measure, near)
        return self._pieces[measure, near]

    def _piece(self, measure: str, near: tuple[tuple[str, ...], ...]) -> Flows | None:
        keys = ((measure, codes) for codes in product(*near))
        cells = [self._number[key] for key in keys if key in self._number]
        if len(cells) > WIDEST:
            return None
        may_move = np.zeros(len(self._problem.keys), dtype=bool)
        may_move[cells] = True
        return Flows(self._problem, may_move)


class Search:
    """Cheapest movements among some cells: near first, then among all of them."""

    def __init__(self, problem: Problem, neighbours: Neighbours, among: Flags) -> None:
        """Look among the given cells; whoever changes `among` later changes what is looked at."""
        self._problem = problem
        self._neighbours = neighbours
        self.among = among
        self._may_move = among.copy()
        self._everything: Flows | None = None
        self._last: Flows | None = None

    def cheapest(
        self, cell: int, way: int, wanted: float, is_free: Flags, own: Sequence[Own] = (), *, is_both: bool = False
    ) -> Flow | None:
        """Return the cheapest movement that is found; None only where there is none at all."""
        near = self._neighbours.of(cell)
        found = near.cheapest(cell, way, wanted, is_free, own, is_both=is_both, among=self.among) if near else None
        self._last = near
        if found is None:
            self._last = self._all()
            found = self._last.cheapest(cell, way, wanted, is_free, own, is_both=is_both, among=self.among)
        return found

    def _all(self) -> Flows:
        if self._everything is None:
            self._everything = Flows(self._problem, self._may_move)
        return self._everything

    def inequality(self) -> Inequality | None:
        """Return what the last program proves of every pattern; a piece proves nothing."""
        return self._last.inequality() if self._last is self._everything and self._last else None

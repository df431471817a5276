"""A good pattern, not always the best: the cheapest movement per unsafe cell, then everything out that isn't needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from services.statistics.disclosure.suppression.flows import Inequality
from services.statistics.disclosure.suppression.knowledge import Flow, Knowledge
from services.statistics.disclosure.suppression.neighbours import Search
from services.statistics.disclosure.suppression.problem import Flags, Problem
from services.statistics.disclosure.suppression.proofs import DOWN, SMALL, UP, Ask, Proofs

ALL_BUT_ROUNDING = 0.9995
"""Of what is left open to a holding, so much is asked for; the solver may not reach the last of it."""
WORTHWHILE = 0.99
"""In large problems, the cheapest cells that make up less than the rest of the loss aren't looked at again,"""
MOST = 100
"""and of the others so many,"""
STEPS = 700_000
"""with so many steps of the solver in all: cells that many large movements need are dropped first."""


@dataclass(frozen=True)
class Covered:
    """A pattern, its proofs, the inequalities found on the way, and the demands that no pattern meets.

    `is_lessened` says that some are met no farther than what the one who asks didn't know before the release.
    """

    is_hidden: Flags
    proofs: Proofs
    inequalities: tuple[Inequality, ...]
    unmet: tuple[Ask, ...]
    is_lessened: bool


class Cover:
    """Hides more and more until all demands are met."""

    def __init__(self, problem: Problem) -> None:
        """Begin with what is hidden anyway."""
        self._problem = problem
        self._search = Search(problem, ~problem.is_fixed)
        self._knowledge = Knowledge(problem)
        self._limits: dict[Ask, float] = {}
        self._inequalities: list[Inequality] = []
        self._proven: dict[Ask, Flow] = {}
        self._both: dict[int, Flow] = {}
        self._demand_at = {each.cell: number for number, each in enumerate(problem.demands)}
        self.is_hidden = problem.is_hidden.copy()

    def complete(self) -> Covered:
        """Return a pattern that meets all demands that can be met."""
        demands = self._problem.demands
        order = sorted(range(len(demands)), key=lambda n: (-max(demands[n].upper, demands[n].lower), n))
        for number in order:
            self._protect(number)
        while True:
            proofs = self._proofs()
            unmet = proofs.unmet()
            self._proven = dict(proofs.proofs)
            if not unmet:
                hopeless = tuple(ask for ask, far in self._limits.items() if not far)
                is_lessened = len(hopeless) < len(self._limits)
                return Covered(self.is_hidden, proofs, tuple(self._inequalities), hopeless, is_lessened)
            for asks in self._as_met(unmet):
                if not self._meet(proofs, asks):
                    failed = [ask for ask in asks if len(asks) == 1 or not self._meet(proofs, [ask])]
                    self._limits.update({ask: self._reach(proofs, ask) for ask in failed})

    def _proofs(self) -> Proofs:
        proofs = Proofs(self._problem, self.is_hidden, self._knowledge, self._limits)
        for number, flow in self._both.items():
            proofs.take(number, flow)
        for ask, flow in self._proven.items():
            proofs.store(ask, flow)
        return proofs

    def _protect(self, number: int) -> None:
        """Look for a movement that can be turned round, and else for one in each way, unless others moved the cell already."""
        demand = self._problem.demands[number]
        if number in self._both:
            return
        asked = [
            (way, level)
            for way, level in ((UP, demand.upper), (DOWN, demand.lower))
            if level > 0 and Ask(number, way) not in self._proven
        ]
        if self._search.is_large and self._is_free_near(number, asked):
            return
        if len(asked) > 1:
            wanted = max(demand.upper, demand.lower)
            flow = self._search.cheapest(demand.cell, UP, wanted, self.is_hidden, is_both=True, is_far=True)
            if flow:
                self._take(flow)
                self._share_both(number, flow)
                return
        for way, level in asked:
            flow = self._search.cheapest(demand.cell, way, level, self.is_hidden, is_far=True)
            if flow:
                self._take(flow)
                self._share(number, flow)

    def _is_free_near(self, number: int, asked: Sequence[tuple[int, float]]) -> bool:
        """Tell whether near a cell what is hidden already protects it, and keep the movements."""
        demand = self._problem.demands[number]
        if len(asked) > 1:
            wanted = max(demand.upper, demand.lower)
            flow = self._search.cheapest(demand.cell, UP, wanted, self.is_hidden, is_both=True, is_near=True)
            if flow and self.is_hidden[flow.cells].all():
                self._share_both(number, flow)
                return True
        for way, level in asked:
            flow = self._search.cheapest(demand.cell, way, level, self.is_hidden, is_near=True)
            if not (flow and self.is_hidden[flow.cells].all()):
                return False
            self._share(number, flow)
        return True

    def _share_both(self, number: int, flow: Flow) -> None:
        """Keep a movement that can be turned round, a small one for every cell that it moves far enough."""
        for other, moved in self._moved(number, flow):
            wanted = max(self._problem.demands[other].upper, self._problem.demands[other].lower)
            if other not in self._both and 0 < wanted <= abs(moved):
                self._both[other] = flow.shortened(wanted / moved)

    def _share(self, number: int, flow: Flow) -> None:
        """Keep a movement in one way, a small one for every cell that it moves far enough."""
        for other, moved in self._moved(number, flow):
            demand = self._problem.demands[other]
            ask, wanted = (Ask(other, UP), demand.upper) if moved > 0 else (Ask(other, DOWN), demand.lower)
            if other not in self._both and ask not in self._proven and 0 < wanted <= abs(moved):
                self._proven[ask] = flow.shortened(wanted / abs(moved))

    def _moved(self, number: int, flow: Flow) -> Iterator[tuple[int, float]]:
        """Yield the demands, by how much their cells are moved, for which a movement that was found for one is kept."""
        for cell, moved in zip(flow.cells.tolist(), flow.moved.tolist(), strict=True):
            other = self._demand_at.get(cell)
            if other is not None and (other == number or len(flow.cells) <= SMALL):
                yield other, moved

    def _as_met(self, unmet: Sequence[Ask]) -> list[list[Ask]]:
        """Return what isn't met, in large problems all holdings together that ask the same of a cell."""
        if not self._problem.is_large:
            return [[ask] for ask in unmet]
        found: dict[tuple[int, int, bool, bool], list[Ask]] = {}
        for ask in unmet:
            found.setdefault((ask.demand, ask.way, ask.is_wide, ask.holder is None), []).append(ask)
        return list(found.values())

    def _meet(self, proofs: Proofs, asks: Sequence[Ask]) -> bool:
        """Hide what a demand needs that isn't met yet, for all who ask; tell whether there is a way."""
        demand = self._problem.demands[asks[0].demand]
        wanted = max(proofs.wanted(ask) for ask in asks)
        room = self._knowledge.room({ask.holder: proofs.wanted(ask) / wanted for ask in asks if ask.holder})
        flow = self._search.cheapest(demand.cell, asks[0].way, wanted, self.is_hidden, room)
        if flow is None:
            return False
        self._take(flow)
        self._proven.update(dict.fromkeys(asks, flow))
        return True

    def _reach(self, proofs: Proofs, ask: Ask) -> float:
        """Return how far what has no way is met: for a holding as far as what it didn't know before goes, else not at all."""
        if ask.holder is None or ask.is_wide or ask in self._limits:
            return 0.0
        cell, room = self._problem.demands[ask.demand].cell, self._knowledge.room({ask.holder: 1.0})
        return ALL_BUT_ROUNDING * self._search.farthest(cell, ask.way, proofs.wanted(ask), room)

    def _take(self, flow: Flow) -> None:
        self.is_hidden[flow.cells] = True
        inequality = self._search.inequality()
        if inequality:
            self._inequalities.append(inequality)


def clean(problem: Problem, covered: Covered) -> Flags:
    """Return the pattern without what it doesn't need, the dearest looked at first, in large problems no others."""
    is_hidden = covered.is_hidden.copy()
    extra = np.flatnonzero(is_hidden & ~problem.is_hidden)
    order = extra[np.lexsort((extra, -problem.costs[extra]))]
    if problem.is_large:
        costs = np.cumsum(problem.costs[order])
        order = order[: min(MOST, int(np.searchsorted(costs, costs[-1] * WORTHWHILE)) + 1)] if len(costs) else order
    left = STEPS if problem.is_large else inf
    for cell in order.tolist():
        before = covered.proofs.search.steps
        if covered.proofs.try_without(cell, left):
            is_hidden[cell] = False
        left -= covered.proofs.search.steps - before
    return is_hidden


def loss(problem: Problem, is_hidden: Flags) -> float:
    """Return what a pattern costs beyond what is hidden anyway."""
    return float(problem.costs[is_hidden & ~problem.is_hidden].sum())

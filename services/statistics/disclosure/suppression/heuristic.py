"""A good pattern, not always the best: the cheapest movement per unsafe cell, then everything out that isn't needed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from services.statistics.disclosure.suppression.flows import Flow, Inequality
from services.statistics.disclosure.suppression.neighbours import Search
from services.statistics.disclosure.suppression.problem import Flags, Problem
from services.statistics.disclosure.suppression.proofs import DOWN, UP, Ask, Proofs


@dataclass(frozen=True)
class Covered:
    """A pattern, its proofs, the inequalities found on the way, and the demands that no pattern meets."""

    is_hidden: Flags
    proofs: Proofs
    inequalities: tuple[Inequality, ...]
    unmet: tuple[Ask, ...]


class Cover:
    """Hides more and more until all demands are met."""

    def __init__(self, problem: Problem) -> None:
        """Begin with what is hidden anyway."""
        self._problem = problem
        self._search = Search(problem, ~problem.is_fixed)
        self._inequalities: list[Inequality] = []
        self._proven: dict[Ask, Flow] = {}
        self._both: dict[int, Flow] = {}
        self.is_hidden = problem.is_hidden.copy()

    def complete(self) -> Covered:
        """Return a pattern that meets all demands that can be met."""
        demands = self._problem.demands
        order = sorted(range(len(demands)), key=lambda n: (-max(demands[n].upper, demands[n].lower), n))
        for number in order:
            self._protect(number)
        given_up: set[Ask] = set()
        while True:
            proofs = self._proofs()
            unmet = [ask for ask in proofs.unmet() if ask not in given_up]
            self._proven = dict(proofs.proofs)
            if not unmet:
                return Covered(self.is_hidden, proofs, tuple(self._inequalities), tuple(given_up))
            given_up.update(ask for ask in unmet if not self._meet(proofs, ask))

    def _proofs(self) -> Proofs:
        proofs = Proofs(self._problem, self.is_hidden)
        for number, flow in self._both.items():
            proofs.take(number, flow)
        for ask, flow in self._proven.items():
            proofs.store(ask, flow)
        return proofs

    def _protect(self, number: int) -> None:
        demand = self._problem.demands[number]
        if min(demand.upper, demand.lower) > 0:
            wanted = max(demand.upper, demand.lower)
            flow = self._search.cheapest(demand.cell, UP, wanted, self.is_hidden, is_both=True)
            if flow:
                self._take(flow)
                self._both[number] = flow
                return
        for way, level in ((UP, demand.upper), (DOWN, demand.lower)):
            flow = self._search.cheapest(demand.cell, way, level, self.is_hidden) if level > 0 else None
            if flow:
                self._take(flow)
                self._proven[Ask(number, way)] = flow

    def _meet(self, proofs: Proofs, ask: Ask) -> bool:
        """Hide what a demand needs that isn't met yet; tell whether there is a way."""
        demand = self._problem.demands[ask.demand]
        own = self._problem.own[ask.holder] if ask.holder else ()
        lower, upper, width = demand.of(ask.holder) if ask.holder else (demand.lower, demand.upper, demand.width)
        wanted = proofs.half(ask.demand, ask.way, width) if ask.is_wide else upper if ask.way == UP else lower
        flow = self._search.cheapest(demand.cell, ask.way, wanted, self.is_hidden, own)
        if flow is None:
            return False
        self._take(flow)
        self._proven[ask] = flow
        return True

    def _take(self, flow: Flow) -> None:
        self.is_hidden[list(flow.cells)] = True
        inequality = self._search.inequality()
        if inequality:
            self._inequalities.append(inequality)


def clean(problem: Problem, covered: Covered) -> Flags:
    """Return the pattern without what it doesn't need, the dearest looked at first."""
    is_hidden = covered.is_hidden.copy()
    extra = np.flatnonzero(is_hidden & ~problem.is_hidden)
    for cell in sorted(extra.tolist(), key=lambda n: (-problem.costs[n], n)):
        if covered.proofs.try_without(cell):
            is_hidden[cell] = False
    return is_hidden


def loss(problem: Problem, is_hidden: Flags) -> float:
    """Return what a pattern costs beyond what is hidden anyway."""
    return float(problem.costs[is_hidden & ~problem.is_hidden].sum())

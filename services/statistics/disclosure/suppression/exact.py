"""The best pattern, proven: binary variables for cells to hide, and inequalities for demands that a pattern doesn't meet.

The scheme of Fischetti and Salazar (Solving the cell suppression problem on tabular data with linear constraints,
Management Science 47, 2001): a master program that knows some inequalities proposes the cheapest pattern; the attacker's
programs say which demands it misses; each gives an inequality, from its multipliers, that every good pattern satisfies and
the proposed one doesn't. What the master costs is a bound on the loss all the while. Work is counted in rounds and nodes, not in
seconds, so that the same input gives the same pattern on any machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from services.statistics.disclosure.suppression.cuts import Cuts
from services.statistics.disclosure.suppression.flows import Inequality
from services.statistics.disclosure.suppression.heuristic import loss
from services.statistics.disclosure.suppression.problem import Flags, Problem
from services.statistics.disclosure.suppression.proofs import DOWN, UP, Ask, Proofs
from services.statistics.disclosure.suppression.rows import Numbers
from services.statistics.disclosure.suppression.solving import OPTIMAL, fresh

LEAST_WEIGHT = 1e-7
"""Weights below this part of what is wanted are rounding; they are raised to it, which keeps an inequality true."""
TRUST = 1e-6
"""What the solver's bound may be wrong by, of itself."""


@dataclass(frozen=True)
class Effort:
    """How much work is put in: rounds of proposing and refuting, and nodes of each proposal's search."""

    rounds: int = 60
    nodes: int = 2000


@dataclass(frozen=True)
class Solved:
    """A pattern that meets all demands, a bound that no pattern costs less than, and whether it is the best."""

    is_hidden: Flags
    bound: float
    is_best: bool


class Master:
    """The program over which cells to hide, with the inequalities known so far."""

    def __init__(self, problem: Problem, *, is_whole: bool) -> None:
        """Begin with the inequalities of the sums: a cell that is hidden alone in a sum is hidden for nothing.

        With `is_whole`, cells are hidden or not; else, for a bound alone, in part too.
        """
        self._problem = problem
        self.cells = np.flatnonzero(~problem.is_fixed & ~problem.is_hidden)
        self._column = {int(cell): column for column, cell in enumerate(self.cells)}
        self._solver = fresh()
        for option, value in (("mip_rel_gap", 0.0), ("mip_abs_gap", 1e-9), ("solver", "choose")):
            self._solver.setOptionValue(option, value)
        costs = problem.costs[self.cells]
        self._top = float(costs.max(initial=1.0))
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = len(self.cells), 0
        program.col_cost_ = costs / self._top
        program.col_lower_, program.col_upper_ = np.zeros(len(self.cells)), np.ones(len(self.cells))
        if is_whole:
            program.integrality_ = [highspy.HighsVarType.kInteger] * len(self.cells)
        self._solver.passModel(program)
        self._add_bridges()

    def _add_bridges(self) -> None:
        for number in range(self._problem.rows.count):
            row = self._problem.rows.of(number)
            if self._problem.is_hidden[row].any():
                continue
            free = [self._column[cell] for cell in row.tolist() if cell in self._column]
            for column in free:
                signs = [-1.0 if other == column else 1.0 for other in free]
                self._solver.addRow(0.0, highspy.kHighsInf, len(free), np.array(free, dtype=np.int32), np.array(signs))

    def add(self, inequalities: Iterable[Inequality]) -> None:
        """Add inequalities, each as strong as whole variables allow."""
        for each in inequalities:
            left = each.wanted - float(each.weights[self._problem.is_hidden].sum())
            if left <= each.wanted * LEAST_WEIGHT:
                continue
            weights = np.minimum(each.weights[self.cells] / left, 1.0)
            weights[(weights > 0) & (weights < LEAST_WEIGHT)] = LEAST_WEIGHT
            used = np.flatnonzero(weights > 0)
            self._solver.addRow(1.0 - LEAST_WEIGHT, highspy.kHighsInf, len(used), used.astype(np.int32), weights[used])

    def propose(self, nodes: int) -> tuple[Flags | None, float]:
        """Return the cheapest pattern, None where the nodes don't suffice, and what no pattern costs less than."""
        self._solver.setOptionValue("mip_max_nodes", nodes)
        self._solver.run()
        info = self._solver.getInfo()
        bound = self._trusted(info.mip_dual_bound)
        if self._solver.getModelStatus() != OPTIMAL:
            return None, max(0.0, bound)
        is_hidden = self._problem.is_hidden.copy()
        is_hidden[self.cells[np.array(self._solver.getSolution().col_value) > 0.5]] = True
        return is_hidden, bound

    def relaxed(self) -> tuple[Numbers, float]:
        """Return the cheapest pattern, hidden in part, and what it costs."""
        self._solver.run()
        part = self._problem.is_hidden.astype(float)
        if self._solver.getModelStatus() != OPTIMAL:
            return part, 0.0
        part[self.cells] = np.clip(self._solver.getSolution().col_value, 0.0, 1.0)
        return part, self._trusted(self._solver.getInfo().objective_function_value)

    def _trusted(self, bound: float) -> float:
        return bound * self._top * (1 - TRUST) if np.isfinite(bound) else 0.0


@dataclass(frozen=True)
class Limits:
    """Inequalities that every pattern keeps, and what by them no pattern costs less than."""

    inequalities: tuple[Inequality, ...]
    bound: float


def limit(
    problem: Problem, cuts: Cuts, rounds: int, known: Sequence[Inequality] = (), skip: Sequence[Ask] = ()
) -> Limits:
    """Return what patterns cost at least, hidden in part, after some rounds of refuting them."""
    master = Master(problem, is_whole=False)
    master.add(known)
    found = list(known)
    bound = 0.0
    for _ in range(rounds):
        part, least = master.relaxed()
        bound = max(bound, least)
        new = list(_broken(problem, cuts, part, [ask for ask in _of_public(problem) if ask not in skip]))
        if not new:
            break
        master.add(new)
        found.extend(new)
    return Limits(tuple(found), bound)


def bound_of(problem: Problem, known: Sequence[Inequality]) -> float:
    """Return what patterns cost at least by what is known already."""
    master = Master(problem, is_whole=False)
    master.add(known)
    return master.relaxed()[1]


def solve(problem: Problem, cuts: Cuts, start: Flags, limits: Limits, unmet: Sequence[Ask], effort: Effort) -> Solved:
    """Return the best pattern if the effort suffices for it, and else `start`, each with a bound on the loss."""
    master = Master(problem, is_whole=True)
    master.add(limits.inequalities)
    hopeless = set(unmet)
    bound = limits.bound
    for _ in range(effort.rounds):
        proposed, least = master.propose(effort.nodes)
        bound = max(bound, least)
        if proposed is None:
            break
        missed = [ask for ask in Proofs(problem, proposed).unmet() if ask not in hopeless]
        if not missed:
            return Solved(proposed, min(loss(problem, proposed), bound), is_best=True)
        if loss(problem, start) <= bound * (1 + 2 * TRUST):
            return Solved(start, bound, is_best=True)
        new = list(_broken(problem, cuts, proposed.astype(float), missed))
        if not new:
            break
        master.add(new)
    return Solved(start, min(loss(problem, start), bound), is_best=False)


def _of_public(problem: Problem) -> Iterator[Ask]:
    for number in range(len(problem.demands)):
        yield from (Ask(number, UP), Ask(number, DOWN))


def _broken(problem: Problem, cuts: Cuts, part: Numbers, asks: Iterable[Ask]) -> Iterator[Inequality]:
    for ask in asks:
        demand = problem.demands[ask.demand]
        own = problem.own[ask.holder] if ask.holder else ()
        lower, upper, _ = demand.of(ask.holder) if ask.holder else (demand.lower, demand.upper, demand.width)
        found = cuts.broken(part, demand.cell, ask.way, upper if ask.way == UP else lower, own)
        if found:
            yield found

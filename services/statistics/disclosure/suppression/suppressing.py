"""The suppressor: the pattern of a book, what it costs, and what any pattern would cost at least."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import numpy as np

from services.statistics.disclosure.suppression.cuts import Cuts
from services.statistics.disclosure.suppression.exact import Effort, bound_of, limit, solve
from services.statistics.disclosure.suppression.heuristic import Cover, Covered, clean, loss
from services.statistics.disclosure.suppression.posing import pose
from services.statistics.disclosure.suppression.problem import Flags, Loss, Problem
from services.statistics.disclosure.tables import Book, Codes, Key, Release, Status
from services.statistics.disclosure.thresholds import Thresholds

SMALL = 60_000
"""Up to so many cells times demands, the best pattern is looked for unasked."""
SMALL_OTHERWISE = 3_000
"""The same for books that are no network, in which the best is far harder to find."""
MIDDLING = 150_000
"""Up to so many, patterns that are hidden in part are refuted for the sake of the bound."""
ROUNDS = 40
"""So often patterns that are hidden in part are refuted before whole ones are looked at."""


class Pains(StrEnum):
    """How hard to look for the best pattern."""

    QUICK = "quick"
    """A good pattern, and a bound that costs nothing beside."""
    USUAL = "usual"
    """The best pattern of small tables, a good one of others."""
    THOROUGH = "thorough"
    """The best pattern of tables of any size, if the effort suffices."""


@dataclass(frozen=True)
class Pattern:
    """Which cells are hidden, by table, and what hiding those costs that are not unsafe.

    `bound` is what no pattern that meets the demands costs less than; `is_best` says that none costs less than this one.
    """

    hidden: Mapping[str, frozenset[Codes]]
    unsafe: int
    secondary: int
    loss: Decimal
    bound: Decimal
    is_best: bool


def suppress(
    book: Book,
    thresholds: Thresholds,
    register: Sequence[Release] = (),
    *,
    weighing: Loss = Loss.VALUE,
    pains: Pains = Pains.USUAL,
    firmer: Mapping[Key, Decimal] | None = None,
    also: Mapping[str, Collection[Codes]] | None = None,
) -> Pattern:
    """Return a pattern for a book. The same book gives the same pattern, in whatever order its cells come.

    What `also` names, by tables, is hidden in any case; it counts neither as unsafe nor as hidden beside.

    The pattern is the suppressor's opinion; whether it protects is for the audit to say.
    """
    problem = pose(book, thresholds, weighing, register, firmer, also)
    covered = Cover(problem).complete()
    found = clean(problem, covered)
    found, bound, is_best = _improved(problem, covered, found, pains)
    unit = Decimal(1) if weighing is not Loss.VALUE else problem.scale
    is_wide = any(each.width > 0 for each in problem.demands)
    return Pattern(
        hidden=_by_table(book, problem, found),
        unsafe=problem.unsafe,
        secondary=int(problem.sizes[found & ~problem.is_hidden].sum()) + problem.forced_cells,
        loss=Decimal(round(loss(problem, found) + problem.forced)) / unit,
        bound=Decimal(int(bound + problem.forced)) / unit if not is_wide else Decimal(0),
        is_best=is_best and not is_wide,
    )


def _improved(problem: Problem, covered: Covered, found: Flags, pains: Pains) -> tuple[Flags, float, bool]:
    """Return the best pattern where it is looked for and found, with the bound on the loss.

    Where a holding knew more before than the rules leave it, a good pattern is kept.
    """
    cells = int(np.count_nonzero(~problem.is_fixed & ~problem.is_hidden))
    work = cells * len(problem.demands)
    if pains is Pains.QUICK or covered.is_lessened or (pains is Pains.USUAL and work > MIDDLING):
        return found, min(bound_of(problem, covered.inequalities), loss(problem, found)), False
    cuts = Cuts(problem)
    if pains is Pains.USUAL and work > (SMALL if problem.is_network else SMALL_OTHERWISE):
        bound = limit(problem, cuts, 2, covered.inequalities, covered.unmet).bound
        return found, min(bound, loss(problem, found)), False
    limits = limit(problem, cuts, ROUNDS, covered.inequalities, covered.unmet)
    solved = solve(problem, cuts, found, limits, covered.unmet, Effort())
    return solved.is_hidden, solved.bound, solved.is_best


def _by_table(book: Book, problem: Problem, found: Flags) -> dict[str, frozenset[Codes]]:
    hidden = {key for keys, is_hidden in zip(problem.keys, found, strict=True) if is_hidden for key in keys}
    return {
        table.id: frozenset(
            cell.codes
            for cell in table.cells
            if cell.status in (Status.OPEN, Status.WITHHELD) and book.key(table, cell.codes) in hidden
        )
        for table in book.tables
    }

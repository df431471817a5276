"""What the suppressor works on: cells of all tables as unknowns, the sums between them, what hiding costs, what is demanded.

Amounts are whole numbers of small units.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from services.statistics.disclosure.suppression.rows import Numbers, Rows
from services.statistics.disclosure.tables import Key

Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]


LARGE = 1000
"""Where more cells than this can move, they are looked at piece by piece, and movements are wanted that move few."""
NEARLY = 1e-9
"""A bound counts as kept if it is passed by no more than this part: rounding of the solver."""


class Loss(StrEnum):
    """What the suppression of a cell costs."""

    VALUE = "value"
    COUNT = "count"
    GIVEN = "given"


@dataclass(frozen=True)
class Demand:
    """A cell must be able to lie this far below and above its value, over this width, for who knows what is given.

    `of` returns the same for a holding; it never asks for more.
    """

    cell: int
    lower: float
    upper: float
    width: float
    of: Callable[[str], tuple[float, float, float]]


@dataclass(frozen=True)
class Own:
    """How far a cell can lie below and above its value for a holding that knows what it has of it, nowhere if it is alone."""

    cell: int
    below: float
    above: float
    is_alone: bool


@dataclass(frozen=True)
class Raw:
    """The problem cell by cell, in the order of their keys, so that the order in which they came changes nothing.

    `rows` hold the cells of each sum, the whole first. `is_wanted` are cells that must be hidden, `is_hidden` those and what
    nobody sees anyway, `is_fixed` what can't be hidden.
    """

    keys: tuple[Key, ...]
    below: Numbers
    above: Numbers
    costs: Numbers
    is_wanted: Flags
    is_hidden: Flags
    is_fixed: Flags
    rows: tuple[tuple[int, ...], ...]
    demands: tuple[Demand, ...]
    own: Mapping[str, Mapping[int, Own]]
    is_network: bool
    scale: Decimal


@dataclass(frozen=True)
class Problem:
    """The whole problem in numbers. A cell of it are all quantities, by their keys, that can only be hidden together.

    `sizes` says how many of those would be shown else. In a network, sums are such that no cell has to move farther than
    the one that is to be protected. `known_below` and `known_above` say how far a cell can move before a holding sees that
    it can't be. What is `forced` is hidden by every pattern, and comes on top of its costs; `unsafe`
    counts quantities.
    """

    keys: tuple[tuple[Key, ...], ...]
    below: Numbers
    above: Numbers
    costs: Numbers
    sizes: Counts
    is_hidden: Flags
    is_fixed: Flags
    rows: Rows
    demands: tuple[Demand, ...]
    own: Mapping[str, tuple[Own, ...]]
    known_below: Numbers
    known_above: Numbers
    is_network: bool
    scale: Decimal
    unsafe: int
    forced: float
    forced_cells: int

    @property
    def is_large(self) -> bool:
        """Whether there are too many cells to look at all of them for each."""
        return len(self.costs) > LARGE

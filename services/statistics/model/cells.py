"""What is asked of the facts, and what comes back: cells with all that disclosure rules need to judge them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from shared.contracts.filing import FactKind, Layer

Codes = tuple[str, ...]
LARGEST = 3
"""So many of the largest contributions come with a cell."""

LINES = ""
"""The measure that counts lines."""

COUNTED_IN = "counted_in"
"""The month or year that facts count in, as a column: `2025-03`, `2025`."""

OF_UNITS = frozenset({"ownership", "industry"})
"""Columns that are said of the unit, by its basic information, and not by each of its facts."""


@dataclass(frozen=True)
class Axis:
    """A way to divide: a column of the facts, and for each of its values the nodes that it counts in, all levels alike.

    What is not among the values counts where the empty one does, and nowhere where that isn't there.
    """

    column: str
    nodes: Mapping[str, Codes] = field(repr=False)


@dataclass(frozen=True)
class Question:
    """Which cells of which facts: from one month or year to another, on a layer.

    `measure` is the column that is summed up, or `LINES`. `only` narrows to values of columns. With `since`, the cells are of
    what has changed from that layer to this one, which may be negative; who changed nothing contributes nothing.
    """

    kind: FactKind
    first: str
    last: str
    layer: Layer
    measure: str
    axes: tuple[Axis, ...] = ()
    only: tuple[tuple[str, Codes], ...] = ()
    since: Layer | None = None

    @property
    def columns(self) -> Codes:
        """The columns of the facts that are read, each once."""
        told = [axis.column for axis in self.axes] + [column for column, _ in self.only]
        own = [column for column in told if column not in OF_UNITS and column != COUNTED_IN]
        measured = [self.measure] if self.measure else []
        return tuple(dict.fromkeys(["unit", "layers", *own, *measured]))

    def asks_for(self, counted_in: str) -> bool:
        """Tell whether facts of a month or year count in any cell."""
        axis = next((each for each in self.axes if each.column == COUNTED_IN), None)
        is_known = axis is None or counted_in in axis.nodes or "" in axis.nodes
        return self.first <= counted_in <= self.last and is_known


@dataclass(frozen=True)
class Share:
    """What one holding contributes to a cell; `holder` is a pseudonym."""

    holder: str = field(repr=False)
    amount: Decimal = field(repr=False)


@dataclass(frozen=True)
class Cell:
    """A cell: its sum, how many units and holdings contribute, the largest contributions, each holding once.

    `lines` are the facts that it is made of, `lacking` those among them that don't say the measure (no rate was known).
    `gross` is the sum without signs, of a change alone.
    """

    codes: Codes
    value: Decimal = field(repr=False)
    units: int
    holdings: int
    largest: tuple[Share, ...] = field(repr=False)
    lines: int
    lacking: int
    gross: Decimal | None = field(default=None, repr=False)

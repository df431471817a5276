"""What goes in: dimensions with their hierarchies, cells with their evidence, tables, books of linked tables, releases.

A **book** is protected as a whole. Its tables are linked by the keys of their cells: a key is the measure and, for each
dimension, the code at which the cell stands. A table that doesn't have a dimension stands at the dimension's `top`, unless
its `place` says where. So the margin of province × class and that of province × nature are one cell, and so are a cell of
the web site and the same cell of the sharing database.

Equations come from the trees of the dimensions, in all tables and over all tables: a whole is the sum of its parts. A
dimension may have several trees over the same codes (nation → provinces; nation → 东部, 中部, …; year to date = year to date
before + month; old and new boundaries with the pieces that they have in common; revised = old + change).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

Codes = tuple[str, ...]
"""Where a cell stands in its table: a code per axis."""

Key = tuple[str, Codes]
"""Which quantity a cell is, over all tables: the measure, and a code per dimension of the book in the book's order."""

NOTHING = Decimal(0)


class TableFaulty(Exception):
    """A table can't be read or contradicts itself; the text names the place, never a value."""


class Kind(StrEnum):
    """Whether cells hold amounts of contributors, or count the contributors themselves."""

    MAGNITUDE = "magnitude"
    FREQUENCY = "frequency"


class Status(StrEnum):
    """What is known of a cell before anything is decided."""

    OPEN = "open"
    """The rules decide; it may be suppressed."""
    SHOWN = "shown"
    """It is known already, or must be shown; it can't be suppressed."""
    WITHHELD = "withheld"
    """The office withholds it; it is protected like an unsafe cell."""
    SILENT = "silent"
    """This table never shows it (the month between two sums of months); it is judged, for it may be reckoned out."""


@dataclass(frozen=True)
class Node:
    """A code of a hierarchy, with the parts that add up to it; a leaf has none."""

    code: str
    parts: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Sum:
    """A whole and the parts that add up to it."""

    whole: str
    parts: Codes


@dataclass(frozen=True)
class Dimension:
    """A way to divide: its trees over codes, and the code at which a table stands that doesn't have this dimension."""

    key: str
    trees: tuple[Node, ...]
    top: str | None = None

    def codes(self) -> Codes:
        """Return all codes, in the order of the trees."""
        found: dict[str, None] = {}
        for node in self._nodes():
            found.setdefault(node.code)
        return tuple(found)

    def sums(self) -> tuple[Sum, ...]:
        """Return every whole with its parts, each once."""
        found: dict[Sum, None] = {}
        for node in self._nodes():
            if node.parts:
                found.setdefault(Sum(node.code, tuple(part.code for part in node.parts)))
        return tuple(found)

    def _nodes(self) -> Iterator[Node]:
        waiting = list(reversed(self.trees))
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.parts))


@dataclass(frozen=True)
class Contribution:
    """What one holding contributes to a cell: parent and subsidiaries together. `holder` is a pseudonym."""

    holder: str
    amount: Decimal


@dataclass(frozen=True)
class Protection:
    """How far what can be reckoned of a cell must reach below and above its value, and how wide it must be at least."""

    lower: Decimal
    upper: Decimal
    sliding: Decimal = NOTHING


@dataclass(frozen=True)
class Cell:
    """A cell with its evidence.

    `units` and `holdings` count who contributes; `largest` are the largest contributions, each holding once, the largest
    first, as many as the rules need. None, or too few, is no evidence, and without evidence a cell is unsafe. `gross` is
    the sum of the contributions without their signs, where it isn't the value (a change between two versions). `floor`
    and `ceiling` are what everybody knows of such a value; None is no bound. `weight` is what its suppression costs.
    """

    codes: Codes
    value: Decimal
    units: int | None = None
    holdings: int | None = None
    largest: tuple[Contribution, ...] = ()
    status: Status = Status.OPEN
    weight: Decimal | None = None
    protection: Protection | None = None
    gross: Decimal | None = None
    floor: Decimal | None = NOTHING
    ceiling: Decimal | None = None


@dataclass(frozen=True)
class Table:
    """A table: its measure, its axes (keys of dimensions), and where it stands in dimensions that it doesn't show.

    `rules` names the set of rules that it is judged by. `decimals` says to how many places its cells are rounded before
    they are shown; None shows them as they are.
    """

    id: str
    measure: str
    axes: tuple[str, ...]
    cells: tuple[Cell, ...]
    kind: Kind = Kind.MAGNITUDE
    place: Mapping[str, str] = field(default_factory=dict)
    rules: str = "default"
    decimals: int | None = None


@dataclass(frozen=True)
class Book:
    """Linked tables and the dimensions that they are made of; protected and audited as a whole."""

    dimensions: tuple[Dimension, ...]
    tables: tuple[Table, ...]

    def key(self, table: Table, codes: Codes) -> Key:
        """Return which quantity a cell is. Raises `TableFaulty` where a dimension has no code."""
        at = {**table.place, **dict(zip(table.axes, codes, strict=True))}
        return table.measure, tuple(_code(dimension, at, table.id) for dimension in self.dimensions)


@dataclass(frozen=True)
class Release:
    """What is or was released: a book, and of each table, by its id, which cells are hidden."""

    id: str
    book: Book
    hidden: Mapping[str, frozenset[Codes]]

    def is_hidden(self, table: Table, cell: Cell) -> bool:
        """Tell whether readers do not see a cell; a silent one is never seen."""
        return cell.status is Status.SILENT or cell.codes in self.hidden.get(table.id, frozenset())


def _code(dimension: Dimension, at: Mapping[str, str], table: str) -> str:
    code = at.get(dimension.key, dimension.top)
    if code is None:
        raise TableFaulty(f"{table}: stands nowhere in {dimension.key}")
    return code

"""A set of tables as it was handed over, typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from shared.contracts.statistics import PUBLISHED

SAMPLE, GENUINE = "样例数据", "正式数据"
"""What is said of the numbers wherever they are seen."""


def nature_of(*, is_sample: bool) -> str:
    """Return what is said of numbers that are made up, or that aren't."""
    return SAMPLE if is_sample else GENUINE


@dataclass(frozen=True)
class Item:
    """A value of a dimension."""

    code: str
    title: str
    parent: str = ""


@dataclass(frozen=True)
class Dimension:
    """What a table is divided by; `role` is empty but for the region and the business class."""

    code: str
    title: str
    items: tuple[Item, ...]
    role: str = ""

    def title_of(self, code: str) -> str:
        """Return the name of one of its values. Raises `StopIteration` for an unknown one."""
        return next(item.title for item in self.items if item.code == code)


@dataclass(frozen=True)
class Measure:
    """What is counted."""

    code: str
    title: str
    unit: str
    currency: str = ""
    decimals: int = 0


@dataclass(frozen=True)
class Cell:
    """A number at a code of each dimension; one that is suppressed has no value."""

    at: tuple[str, ...]
    measure: str
    value: Decimal | None

    @property
    def is_published(self) -> bool:
        """Whether the value may be seen."""
        return self.value is not None

    @property
    def text(self) -> str:
        """The value as it is written, empty for one that is suppressed."""
        return "" if self.value is None else format(self.value, "f")


@dataclass(frozen=True)
class Table:
    """A table with its cells in the order of the dimensions' values."""

    code: str
    title: str
    dimensions: tuple[Dimension, ...]
    measures: tuple[Measure, ...]
    cells: tuple[Cell, ...]

    def measure(self, code: str) -> Measure:
        """Return a measure by its code. Raises `StopIteration`."""
        return next(each for each in self.measures if each.code == code)

    def rows(self) -> Iterator[tuple[tuple[str, ...], Mapping[str, Cell]]]:
        """Yield the cells that stand at the same place, by measure."""
        found: dict[tuple[str, ...], dict[str, Cell]] = {}
        for cell in self.cells:
            found.setdefault(cell.at, {})[cell.measure] = cell
        yield from found.items()


@dataclass(frozen=True)
class TableSet:
    """A set of tables that was approved for good on a day; `supersedes` is the set that it corrects."""

    set_id: str
    edition: str
    kind: str
    period: str
    title: str
    version: int
    supersedes: str
    final_on: date
    snapshot_digest: str
    is_sample: bool
    tables: tuple[Table, ...]

    @property
    def nature(self) -> str:
        """What is said of its numbers."""
        return nature_of(is_sample=self.is_sample)

    def table(self, code: str) -> Table | None:
        """Return a table by its code."""
        return next((each for each in self.tables if each.code == code), None)


class Sheets(Protocol):
    """What a workbook is made of: tables of one period, with what is said of their numbers."""

    @property
    def period(self) -> str:
        """The month or year."""
        ...

    @property
    def nature(self) -> str:
        """What is said of the numbers."""
        ...

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables, a sheet for each."""
        ...


def table_set_of(content: Mapping[str, Any]) -> TableSet:
    """Return a content, as the contract loaded it, typed."""
    plain = {name: content[name] for name in TableSet.__dataclass_fields__ if name != "tables"}
    return TableSet(**plain, tables=tuple(_table(each) for each in content["tables"]))


def _table(found: Mapping[str, Any]) -> Table:
    dimensions = tuple(
        Dimension(each["code"], each["title"], tuple(Item(**item) for item in each["items"]), each["role"])
        for each in found["dimensions"]
    )
    measures = tuple(Measure(**each) for each in found["measures"])
    places = [{item.code: place for place, item in enumerate(each.items)} for each in dimensions]
    of_measure = {each.code: place for place, each in enumerate(measures)}

    def place(cell: Cell) -> tuple[int, ...]:
        return (*(of[code] for of, code in zip(places, cell.at, strict=True)), of_measure[cell.measure])

    cells = sorted((_cell(each) for each in found["cells"]), key=place)
    return Table(found["code"], found["title"], dimensions, measures, tuple(cells))


def _cell(found: Mapping[str, Any]) -> Cell:
    is_shown = found["status"] == PUBLISHED
    return Cell(tuple(found["at"]), found["measure"], Decimal(found["value"]) if is_shown else None)

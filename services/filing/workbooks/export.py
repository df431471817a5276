"""A list that somebody may see, as a workbook: text cells, so that no program takes one for a formula or a number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain

from services.filing.workbooks.looks import Look
from services.filing.workbooks.mould import LIST, mould_of_list
from services.filing.workbooks.shape import Style
from services.filing.workbooks.writing import Cell, Filling, write

Shown = str | int | Decimal | date | None
"""What a list may show; None leaves the cell empty."""

_HEAD, _TEXT = Look(Style.HEAD), Look(Style.TEXT)


@dataclass(frozen=True)
class Column:
    """One column of a list."""

    label: str
    width: int = 16


def export(columns: Sequence[Column], rows: Iterable[Sequence[Shown]]) -> Iterator[bytes]:
    """Yield the workbook of a list block by block; one row is held at a time. Raises ValueError for a ragged row."""
    heads = (1, [(number, _HEAD, column.label) for number, column in enumerate(columns, 1)])
    lines = ((line, _cells(row, len(columns))) for line, row in enumerate(rows, 2))
    mould = mould_of_list(column.width for column in columns)
    return write(mould, [(LIST, Filling(chain([heads], lines)))])


def _cells(row: Sequence[Shown], count: int) -> list[Cell]:
    if len(row) != count:
        raise ValueError(f"{len(row)} cells for {count} columns")
    return [(number, _TEXT, _text(value)) for number, value in enumerate(row, 1) if value is not None]


def _text(value: str | int | Decimal | date) -> str:
    match value:
        case str():
            return value
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
        case _:
            return str(value)

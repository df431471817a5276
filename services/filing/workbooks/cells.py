"""What can stand in a cell of somebody's workbook: text, or one of the things that a form has no use for as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Number(NamedTuple):
    """A number as the file writes it (12, 0.1, 9.13E+16); `is_date` says that the cell is formatted as a date.

    A tuple, since a list has hundreds of thousands of them and nothing is made faster.
    """

    digits: str
    is_date: bool = False


@dataclass(frozen=True, slots=True)
class Flag:
    """TRUE or FALSE."""

    is_true: bool


@dataclass(frozen=True, slots=True)
class ErrorValue:
    """An error value such as #REF!; one that is not known is called #."""

    name: str


@dataclass(frozen=True, slots=True)
class Uncalculated:
    """A formula without a result."""


Content = str | Number | Flag | ErrorValue | Uncalculated
"""What stands in a cell; a cell with nothing in it isn't there."""

Line = dict[int, Content]
"""The cells of one line of a sheet, by column from 1."""

_NAMES = frozenset(
    {
        "#REF!",
        "#N/A",
        "#DIV/0!",
        "#VALUE!",
        "#NAME?",
        "#NUM!",
        "#NULL!",
        "#GETTING_DATA",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
    }
)


def error_value(text: str) -> ErrorValue:
    """Return an error value by its text."""
    return ErrorValue(text if text in _NAMES else "#")

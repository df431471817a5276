"""Where a cell is: sheet, line and column, and its name as people see it (C12)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

_NAME = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


@dataclass(frozen=True)
class Spot:
    """One cell of a sheet; line and column count from 1."""

    sheet: str
    line: int
    column: int

    @property
    def cell(self) -> str:
        """Return the name of the cell: C12."""
        return f"{letters(self.column)}{self.line}"

    @classmethod
    def of(cls, sheet: str, cell: str) -> Spot:
        """Return the place of a named cell. Raises ValueError for what is no name."""
        found = _NAME.fullmatch(cell)
        if not found:
            raise ValueError(cell)
        return cls(sheet, int(found[2]), number(found[1]))


@cache
def letters(column: int) -> str:
    """Return the letters of a column: 1 is A, 28 is AB."""
    rest, text = column, ""
    while rest:
        rest, digit = divmod(rest - 1, 26)
        text = chr(65 + digit) + text
    return text


def number(text: str) -> int:
    """Return the column of its letters."""
    found = 0
    for letter in text:
        found = found * 26 + ord(letter) - 64
    return found

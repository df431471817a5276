"""Answers to a form: values, explicit "not applicable" with a reason, and what is missing are three different things."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType

Value = str | int | Decimal | date | tuple[str, ...]
"""What a kind reads: text and codes, whole numbers, amounts, dates, and several choices or names.

A year and month is text (2026-03), which sorts by time. A zero is a value like any other.
"""


@dataclass(frozen=True)
class Given:
    """The unit gave a value."""

    value: Value = field(repr=False)


@dataclass(frozen=True)
class NotApplicable:
    """The unit says that the item does not apply to it, and why."""

    reason: str = field(repr=False)


Answer = Given | NotApplicable
"""One answered cell; a cell without an answer is simply not there."""

Cells = Mapping[str, Answer]
"""Answers of one indicator, or of one of its rows, by the key of the part."""

_NO_CELLS: Cells = MappingProxyType({})


@dataclass(frozen=True)
class Place:
    """Where an answer stands: indicator, part (empty where there is one only), and row (from 0) where it repeats."""

    indicator: str
    part: str = ""
    row: int | None = None

    @property
    def pointer(self) -> str:
        """Return the JSON pointer (RFC 6901) into the answers: /206/usd, /502/0/date, /104."""
        return pointer_to(self.indicator, self.row, self.part)


def pointer_to(indicator: str, row: int | None, part: str) -> str:
    """Return the JSON pointer into the answers of a place that nobody needs as a `Place`."""
    number = "" if row is None else f"/{row}"
    return f"{_step(indicator)}{number}{_step(part)}"


@lru_cache(4096)  # the names of the forms; whatever else is asked for falls out again
def _step(name: str) -> str:
    """Return a name as a step of a JSON pointer; no step where there is no name."""
    return "/" + name.replace("~", "~0").replace("/", "~1") if name else ""


@dataclass(frozen=True)
class Answers:
    """All answers of one filing, by indicator; equal when every cell is equal.

    `rows` holds the repeated ones: an empty tuple is the explicit answer "none", a missing key is no answer at all.
    """

    cells: Mapping[str, Cells] = field(default_factory=dict, repr=False)
    rows: Mapping[str, tuple[Cells, ...]] = field(default_factory=dict, repr=False)

    def find(self, place: Place) -> Answer | None:
        """Return the answer at a place, None where it is missing."""
        return self.given(place.indicator, place.row).get(place.part)

    def given(self, indicator: str, row: int | None) -> Cells:
        """Return the answered cells of an indicator, or of one of its rows; empty where there are none."""
        if row is None:
            return self.cells.get(indicator, _NO_CELLS)
        rows = self.rows.get(indicator, ())
        return rows[row] if row < len(rows) else _NO_CELLS

    def value(self, indicator: str, part: str = "") -> Value | None:
        """Return the value of a cell outside rows; None where it is missing or does not apply."""
        answer = self.find(Place(indicator, part))
        return answer.value if isinstance(answer, Given) else None

    def places(self) -> Iterator[Place]:
        """Yield every answered place, in the order of the answers."""
        return (Place(code, part, row) for code, row, cells in self.groups() for part in cells)

    def groups(self) -> Iterator[tuple[str, int | None, Cells]]:
        """Yield the answered cells of each indicator, or of each of its rows, in the order of the answers."""
        yield from ((code, None, cells) for code, cells in self.cells.items())
        yield from ((code, row, cells) for code, rows in self.rows.items() for row, cells in enumerate(rows))

    def with_cells(self, added: Mapping[str, Cells]) -> Answers:
        """Return these answers with cells put in or replaced, part by part."""
        merged = {code: {**self.cells.get(code, {}), **cells} for code, cells in added.items()}
        return Answers({**self.cells, **merged}, self.rows)

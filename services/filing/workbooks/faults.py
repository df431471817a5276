"""A fault with the cell it stands in, and lists of them as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.filing.forms.model import Severity
from services.filing.workbooks.spots import Spot
from services.filing.workbooks.wording import message
from shared.errors import Problem


@dataclass(frozen=True)
class CellFault:
    """What is wrong with a cell: where it is in the form and in the workbook, and what was expected.

    `row` numbers the rows of a long list from 0, as the pointer does; it is None where the form is a workbook of its own.
    """

    pointer: str
    indicator: str
    sheet: str
    cell: str
    code: str
    message: str
    expected: str = field(default="", repr=False)
    severity: Severity = Severity.ERROR
    row: int | None = None

    @property
    def problem(self) -> Problem:
        """Return the fault as every service tells it, without the cell."""
        return Problem(self.pointer, self.code, self.message, self.expected, self.indicator)

    @property
    def spot(self) -> Spot:
        """Return the place of the cell."""
        return Spot.of(self.sheet, self.cell)

    @property
    def line(self) -> int:
        """Return the line of the sheet."""
        return self.spot.line


def cell_fault(
    spot: Spot, pointer: str, indicator: str, code: str, expected: str = "", row: int | None = None
) -> CellFault:
    """Return the fault of a cell that can't be read."""
    return CellFault(pointer, indicator, spot.sheet, spot.cell, code, message(code), expected, row=row)


def dump_faults(faults: Iterable[CellFault]) -> list[dict[str, object]]:
    """Return faults as JSON."""
    return [
        {
            "pointer": fault.pointer,
            "indicator": fault.indicator,
            "sheet": fault.sheet,
            "cell": fault.cell,
            "code": fault.code,
            "message": fault.message,
            "expected": fault.expected,
            "severity": fault.severity.value,
            "row": fault.row,
        }
        for fault in faults
    ]


def load_faults(body: Iterable[Mapping[str, Any]]) -> tuple[CellFault, ...]:
    """Return the faults that `dump_faults` wrote."""
    return tuple(CellFault(**{**each, "severity": Severity(each["severity"])}) for each in body)

"""What the filing service answers about Excel files: what is wrong at which cell, and how far an import is."""

from __future__ import annotations

from typing import TypedDict


class CellFault(TypedDict):
    """What is wrong at a cell of a workbook; `row` counts the rows of a long list from 0, None elsewhere."""

    pointer: str
    indicator: str
    sheet: str
    cell: str
    code: str
    message: str
    expected: str
    severity: str
    row: int | None


class ReadWorkbook(TypedDict):
    """A workbook that was read, and the version of the filing after it."""

    is_saved: bool
    version: int
    faults: list[CellFault]


class ImportAnswer(TypedDict):
    """How far an import is: `state` is waiting, running, read, done or failed."""

    id: str
    state: str
    state_label: str
    is_trial: bool
    total: int | None
    done: int
    counted: dict[str, int]
    faults: list[CellFault]
    reason: str
    reason_label: str

"""Imports of long lists: a workbook that a worker reads batch by batch, with how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from services.filing.model.rows import RowSet
from shared.identity.actor import Actor


class ImportState(StrEnum):
    """How far an import is."""

    WAITING = "waiting"
    RUNNING = "running"
    READ = "read"
    """Everything was read and something is wrong with it, or it was only tried: nothing was put into the filing."""
    DONE = "done"
    FAILED = "failed"


OPEN = frozenset({ImportState.WAITING, ImportState.RUNNING})
"""States in which the worker has something to do."""


@dataclass(frozen=True)
class Import:
    """One import. `next_row` is where it goes on after a crash; `rows` are the segments written so far.

    `faults` are the first ones, as `workbooks.faults.dump_faults` has them, `counted` how many there are of each
    severity. `reason` says why it failed, as a code. `actor` is who sent it, on whose right the rows are put in.
    """

    id: str
    version: int
    filing_id: str
    unit_id: str
    actor: Actor
    is_trial: bool
    state: ImportState
    file: Mapping[str, object]
    created_at: datetime
    updated_at: datetime
    total: int | None = None
    next_row: int = 0
    rows: RowSet = field(default_factory=RowSet)
    faults: tuple[Mapping[str, object], ...] = field(default=(), repr=False)
    counted: Mapping[str, int] = field(default_factory=dict)
    reason: str = ""

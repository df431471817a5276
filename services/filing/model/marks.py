"""Marks for follow-up: a department notes that a value is to be looked at again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from shared.history import HistoryEntry


@dataclass(frozen=True)
class Mark:
    """A value of a version with a note of a department; later versions carry it while they have the field.

    `value` is what stood there, as JSON. `division` is that of the department, which alone sees its marks.
    """

    id: str
    version: int
    filing_id: str
    unit_id: str
    division: str
    form: str
    edition: str
    period: str
    of_division: str
    revision: int
    pointer: str
    value: object
    note: str
    made_by: str
    made_at: datetime
    is_done: bool = False
    history: tuple[HistoryEntry, ...] = field(default=())

"""Assignments: which reviewer of the department that acts next takes a filing on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.filing.model.filings import Filing
from services.filing.model.states import State
from shared.history import HistoryEntry


@dataclass(frozen=True)
class Assignment:
    """To whom a filing was assigned while it waited for a department; `assignee_id` is empty once it was taken back.

    `division` and `waiting_since` say which wait it was, so that it falls away when the filing moves on.
    """

    filing_id: str
    division: str
    waiting_since: datetime
    assignee_id: str
    assigned_by: str
    assigned_at: datetime
    version: int = 0
    history: tuple[HistoryEntry, ...] = ()

    def stands(self, filing: Filing, acting: str) -> bool:
        """Tell whether somebody has the filing, which now waits for the department of `acting`."""
        is_waiting = filing.state is State.SUBMITTED and filing.waiting_since == self.waiting_since
        return bool(self.assignee_id) and is_waiting and acting == self.division

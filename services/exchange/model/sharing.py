"""A request for a resource of the catalogue with what was granted; and an objection to a number (校核纠错)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from services.exchange.model.partners import Partner
from shared.history import HistoryEntry

SEALED = {"sealed": True}
"""Marks what a person wrote: it is kept sealed."""


class GrantState(StrEnum):
    """Where a request stands."""

    REQUESTED = "requested"
    GRANTED = "granted"
    REFUSED = "refused"
    ENDED = "ended"


GRANT_LABELS = {
    GrantState.REQUESTED: "待答复",
    GrantState.GRANTED: "已授权",
    GrantState.REFUSED: "不予共享",
    GrantState.ENDED: "已终止",
}


class GrantAction(StrEnum):
    """What can happen to a request."""

    REQUEST = "request"
    GRANT = "grant"
    REFUSE = "refuse"
    END = "end"
    ESCALATE = "escalate"


@dataclass(frozen=True)
class Grant:
    """A receiver's request for a resource, and the answer. It is to be answered until `due_on`, with that day.

    `conditions` bind the receiver; it is in force from `valid_from` until `valid_to`, both included, without end where
    that is None. `is_escalated`: it was not answered in time, and the head of statistics was told.
    """

    id: str
    version: int
    receiver: Partner
    resource: str
    state: GrantState
    requested_on: date
    due_on: date
    created_at: datetime
    updated_at: datetime
    purpose: str = field(default="", repr=False, metadata=SEALED)
    conditions: str = field(default="", repr=False, metadata=SEALED)
    reason: str = field(default="", repr=False, metadata=SEALED)
    valid_from: date | None = None
    valid_to: date | None = None
    is_escalated: bool = False
    answered_at: datetime | None = None
    history: tuple[HistoryEntry, ...] = ()

    def is_in_force(self, on: date) -> bool:
        """Whether something may be delivered on it on a day."""
        if self.state is not GrantState.GRANTED or self.valid_from is None or on < self.valid_from:
            return False
        return self.valid_to is None or on <= self.valid_to


class ObjectionState(StrEnum):
    """Where an objection stands."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"
    CORRECTED = "corrected"


OBJECTION_LABELS = {
    ObjectionState.OPEN: "待核实",
    ObjectionState.UPHELD: "属实，待更正",
    ObjectionState.REJECTED: "经核实无误",
    ObjectionState.CORRECTED: "已提供更正版",
}


class ObjectionAction(StrEnum):
    """What can happen to an objection."""

    RAISE = "raise"
    UPHOLD = "uphold"
    REJECT = "reject"
    CORRECT = "correct"
    ESCALATE = "escalate"


@dataclass(frozen=True)
class Objection:
    """A receiver doubts the number that stands at `at` for a measure in a table of a delivery.

    `place` says in words where. `corrected_by` is the delivery that puts it right; `raised_by` the account of the desk where it raised it for the
    receiver, else the partner itself by a signed message.
    """

    id: str
    version: int
    receiver: Partner
    delivery_id: str
    table: str
    at: tuple[str, ...]
    measure: str
    state: ObjectionState
    raised_by: str
    raised_on: date
    due_on: date
    created_at: datetime
    updated_at: datetime
    reason: str = field(default="", repr=False, metadata=SEALED)
    answer: str = field(default="", repr=False, metadata=SEALED)
    place: str = ""
    corrected_by: str = ""
    is_escalated: bool = False
    answered_at: datetime | None = None
    history: tuple[HistoryEntry, ...] = ()

"""How far a unit has come on its way to the 名录库."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DirectoryState(StrEnum):
    """How far the unit has come on its way to the 名录库."""

    PENDING = "pending"
    SENT = "sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNANSWERED = "unanswered"


@dataclass(frozen=True)
class Directory:
    """What is known of the unit's message to the 名录库."""

    state: DirectoryState
    at: datetime
    message_id: str = ""
    reason_code: str = ""
    attempt: int = 0

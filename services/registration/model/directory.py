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


class DirectoryKind(StrEnum):
    """What the unit's last message to the 名录库 tells (新增, 变更, 注销)."""

    NEW = "UNIT_NEW"
    CHANGE = "UNIT_CHANGE"
    CLOSE = "UNIT_CLOSE"


@dataclass(frozen=True)
class Directory:
    """What is known of the unit's last message to the 名录库; `revision` is the one that it tells of."""

    state: DirectoryState
    at: datetime
    message_id: str = ""
    reason_code: str = ""
    attempt: int = 0
    kind: DirectoryKind = DirectoryKind.NEW
    revision: int = 0

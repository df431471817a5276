"""One act in the life of an account or a sign-up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class HistoryEntry:
    """Who did what and when; ids and states only. `key` and `digest` are those of the request, where it had one."""

    at: datetime
    actor_id: str
    action: str
    from_state: str | None
    to_state: str | None
    key: str | None = None
    digest: str | None = None

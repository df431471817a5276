"""What every operation is told of its caller."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shared.errors import StaleVersion, VersionRequired
from shared.history import HistoryEntry
from shared.idempotency import RequestKey
from shared.identity.actor import Actor


@dataclass(frozen=True)
class Call:
    """Who asks, on which version, and under which request key."""

    actor: Actor
    correlation_id: str = ""
    version: int | None = None
    request: RequestKey | None = None

    def check_version(self, version: int) -> None:
        """Refuse a change of anything but the version that the caller read. Raises `VersionRequired`, `StaleVersion`."""
        if self.version is None:
            raise VersionRequired
        if self.version != version:
            raise StaleVersion

    def entry(self, at: datetime, action: str, from_state: str | None, to_state: str | None) -> HistoryEntry:
        """Return what this call puts into the history."""
        return HistoryEntry(
            at=at,
            actor_id=self.actor.account_id,
            action=action,
            from_state=from_state,
            to_state=to_state,
            key=self.request.key if self.request else None,
            digest=self.request.digest if self.request else None,
        )

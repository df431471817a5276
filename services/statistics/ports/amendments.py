"""Where it is kept that released sets are outdated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from services.statistics.model.releases import Release
from shared.messaging.events import Outgoing


class Outdated(Protocol):
    """Which released sets were corrected after they were frozen, and since when that is known."""

    def since_of(self, release_ids: Iterable[str]) -> Mapping[str, datetime]:
        """Return by id since when releases are outdated; those that are not are missing."""
        ...

    def mark(self, release: Release, at: datetime, events: Sequence[Outgoing]) -> bool:
        """Keep that a release is outdated, and tell it; False where that was kept before, and nothing is told."""
        ...

"""The store of re-runs, as the operations see it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from services.exchange.model.reruns import Rerun, RerunItem
from shared.batches.model import BatchStore
from shared.paging import Page


class Reruns(BatchStore[Rerun, RerunItem], Protocol):
    """Re-runs with their items. A message waits in one of them at most: `add` raises `Conflict` for a second."""

    def waiting_elsewhere(self, message_ids: Collection[str]) -> frozenset[str]:
        """Return which of the messages wait in a re-run."""
        ...

    def list_newest(self, cursor: str, limit: int) -> Page[Rerun]:
        """Return a page of the re-runs, the newest first. Raises `Malformed`."""
        ...

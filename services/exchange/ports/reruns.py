"""The store of re-runs, as the operations see it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from services.exchange.model.reruns import Outcome, Rerun, RerunItem, Tally
from shared.calls import Call
from shared.idempotency import RequestKey
from shared.paging import Page


class Reruns(Protocol):
    """Re-runs with their items. A message waits in one of them at most."""

    def find_created(self, request: RequestKey) -> Rerun | None:
        """Return the re-run that this request made, None where it made none. Raises `KeyReused`."""
        ...

    def add(self, rerun: Rerun, items: Sequence[RerunItem], call: Call) -> Rerun:
        """Store a re-run with all its items, or none of it. Raises `Conflict` where one waits in another by now."""
        ...

    def waiting_elsewhere(self, message_ids: Collection[str]) -> frozenset[str]:
        """Return which of the messages wait in a re-run."""
        ...

    def get(self, rerun_id: str) -> Rerun:
        """Return the re-run. Raises `NotFound`."""
        ...

    def list_newest(self, cursor: str, limit: int) -> Page[Rerun]:
        """Return a page of the re-runs, the newest first. Raises `Malformed`."""
        ...

    def take(self, now: datetime, lease: timedelta) -> Rerun | None:
        """Take the one that waits longest, or whose worker has said nothing for a lease, in one write."""
        ...

    def hold(self, rerun: Rerun, now: datetime) -> Rerun:
        """Say that one still works on a re-run. Raises `StaleVersion` where another worker has taken it."""
        ...

    def release(self, rerun: Rerun, now: datetime) -> None:
        """Leave a re-run to whoever takes it next: done where no item of it waits. Raises `StaleVersion`."""
        ...

    def note(self, item: RerunItem) -> bool:
        """Store the result of an item that waits; tell whether it was this that gave it one."""
        ...

    def items(self, rerun_id: str, outcome: Outcome | None, after: int, limit: int) -> tuple[RerunItem, ...]:
        """Return items by number, those behind number `after`, of one outcome where it is named."""
        ...

    def tally(self, rerun_id: str) -> Tally:
        """Return how many items are where."""
        ...

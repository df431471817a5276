"""Batches in memory, with the contract of the real store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Generic

from shared.batches.model import B, BatchState, I, Outcome, Tally
from shared.calls import Call
from shared.errors import NotFound, StaleVersion
from shared.idempotency import RequestKey


class MemoryBatchStore(Generic[B, I]):
    """Batches and items by id; what an item is called in its batch is its number."""

    def __init__(self) -> None:
        self.kept: dict[str, B] = {}
        self.listed: dict[tuple[str, int], Any] = {}
        self.made: dict[str, str] = {}

    def find_created(self, request: RequestKey) -> B | None:
        """Return the batch that this request made."""
        return self.kept.get(self.made.get(request.key, ""))

    def add(self, batch: B, items: Sequence[I], call: Call) -> B:
        """Store a batch with its items."""
        self.kept[batch.id] = batch
        self.listed |= {(each.batch_id, each.no): each for each in items}
        if call.request is not None:
            self.made[call.request.key] = batch.id
        return batch

    def get(self, batch_id: str) -> B:
        """Return the batch. Raises `NotFound`."""
        if batch_id not in self.kept:
            raise NotFound
        return self.kept[batch_id]

    def take(self, now: datetime, lease: timedelta) -> B | None:
        """Take a batch that waits or was abandoned."""
        for each in sorted(self.kept.values(), key=lambda batch: batch.updated_at):
            is_abandoned = each.state is BatchState.RUNNING and each.updated_at < now - lease
            if each.state is BatchState.WAITING or is_abandoned:
                return self._put(each, state=BatchState.RUNNING, updated_at=now, version=each.version + 1)
        return None

    def hold(self, batch: B, now: datetime) -> B:
        """Say that one still works on a batch. Raises `StaleVersion`."""
        self._require_mine(batch)
        return self._put(batch, updated_at=now)

    def release(self, batch: B, now: datetime) -> None:
        """Leave a batch. Raises `StaleVersion`."""
        self._require_mine(batch)
        is_done = not self.items(batch.id, Outcome.WAITING, 0, 1)
        self._put(batch, state=BatchState.DONE if is_done else BatchState.WAITING, updated_at=now)

    def note(self, item: I) -> bool:
        """Store a result once."""
        key = (item.batch_id, item.no)
        is_first = self.listed[key].outcome is Outcome.WAITING
        if is_first:
            self.listed[key] = item
        return is_first

    def items(self, batch_id: str, outcome: Outcome | None, after: int, limit: int) -> tuple[I, ...]:
        """Return items by number."""
        own = [each for (batch, no), each in sorted(self.listed.items()) if batch == batch_id and no > after]
        return tuple(each for each in own if outcome is None or each.outcome is outcome)[:limit]

    def tally(self, batch_id: str) -> Tally:
        """Count items."""
        outcomes = [each.outcome for (batch, _), each in self.listed.items() if batch == batch_id]
        return Tally(*(outcomes.count(each) for each in (Outcome.WAITING, Outcome.DONE, Outcome.REFUSED)))

    def _put(self, batch: B, **changes: Any) -> B:
        self.kept[batch.id] = replace(batch, **changes)
        return self.kept[batch.id]

    def _require_mine(self, batch: B) -> None:
        if self.kept[batch.id].version != batch.version:
            raise StaleVersion

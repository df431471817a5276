"""Where decisions on many filings are kept, and which worker carries out which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from services.filing.model.batches import Batch, BatchItem, Outcome, Tally
from shared.calls import Call
from shared.idempotency import RequestKey
from shared.paging import Page


class Batches(Protocol):
    """Batches with their items. An item gets its result once; a batch is with one worker at a time, by a lease."""

    def find_created(self, request: RequestKey) -> Batch | None:
        """Return the batch that this request made. Raises `KeyReused` where it asked for something else."""
        ...

    def add(self, batch: Batch, items: Sequence[BatchItem], call: Call) -> Batch:
        """Store a batch with all its items, or nothing; a request that made one before returns that one."""
        ...

    def get(self, batch_id: str) -> Batch:
        """Return the batch. Raises `NotFound`."""
        ...

    def list_of(self, division: str, cursor: str, limit: int) -> Page[Batch]:
        """Return a page of the batches of a division's department, the newest first. Raises `Malformed`."""
        ...

    def take(self, now: datetime, lease: timedelta) -> Batch | None:
        """Take the batch that waits longest, or whose worker has said nothing for a lease; None where there is none."""
        ...

    def hold(self, batch: Batch, now: datetime) -> Batch:
        """Say that one still works on a batch. Raises `StaleVersion` where another worker has taken it."""
        ...

    def release(self, batch: Batch, now: datetime) -> None:
        """Leave a batch to whoever takes it next: done where no item of it waits. Raises `StaleVersion`."""
        ...

    def note(self, item: BatchItem) -> bool:
        """Store the result of an item that waits; tell whether it was this that gave it one."""
        ...

    def items(self, batch_id: str, outcome: Outcome | None, after: int, limit: int) -> tuple[BatchItem, ...]:
        """Return items of a batch by number, those behind number `after`, of one outcome where it is named."""
        ...

    def tally(self, batch_id: str) -> Tally:
        """Return how many items are where."""
        ...

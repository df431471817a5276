"""What all batches have: how far they are, what became of their items, and the shape that they are worked on in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from shared.calls import Call
from shared.idempotency import RequestKey


class BatchState(StrEnum):
    """How far a batch is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"


class Outcome(StrEnum):
    """What became of an item; each has one in the end."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True)
class Tally:
    """How many items of a batch are where."""

    waiting: int = 0
    done: int = 0
    refused: int = 0


@dataclass(frozen=True)
class Job:
    """The head of every batch. `version` rises with each worker that takes it up."""

    id: str
    version: int
    count: int
    state: BatchState
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Item:
    """The head of every item: its batch, and its number in it from 1."""

    batch_id: str
    no: int


B = TypeVar("B", bound=Job)
I = TypeVar("I", bound=Item)  # noqa: E741  the item beside the batch


class BatchStore(Protocol[B, I]):
    """Batches with their items. An item gets its result once; a batch is with one worker at a time, by a lease."""

    def find_created(self, request: RequestKey) -> B | None:
        """Return the batch that this request made. Raises `KeyReused` where it asked for something else."""
        ...

    def add(self, batch: B, items: Sequence[I], call: Call) -> B:
        """Store a batch with all its items, or nothing; a request that made one before returns that one.

        Raises `Conflict` where an item may not be in it.
        """
        ...

    def get(self, batch_id: str) -> B:
        """Return the batch. Raises `NotFound`."""
        ...

    def take(self, now: datetime, lease: timedelta) -> B | None:
        """Take the batch that waits longest, or whose worker has said nothing for a lease; None where there is none."""
        ...

    def hold(self, batch: B, now: datetime) -> B:
        """Say that one still works on a batch. Raises `StaleVersion` where another worker has taken it."""
        ...

    def release(self, batch: B, now: datetime) -> None:
        """Leave a batch to whoever takes it next: done where no item of it waits. Raises `StaleVersion`."""
        ...

    def note(self, item: I) -> bool:
        """Store the result of an item that waits; tell whether it was this that gave it one."""
        ...

    def items(self, batch_id: str, outcome: Outcome | None, after: int, limit: int) -> tuple[I, ...]:
        """Return items of a batch by number, those behind number `after`, of one outcome where it is named."""
        ...

    def tally(self, batch_id: str) -> Tally:
        """Return how many items are where."""
        ...

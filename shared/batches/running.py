"""The loop of the workers: take a batch, carry out its items one by one, leave it to the next in turn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog

from shared.batches.model import B, BatchStore, I, Outcome
from shared.clock import Clock
from shared.errors import StaleVersion

LEASE = timedelta(seconds=10)
"""A batch whose worker said nothing for so long is taken up by another; the same item twice does no harm."""

HEARTBEAT = timedelta(seconds=2)
"""So often a worker says that it is still there."""

STEP = 20
"""So many items are read at a time."""

SLICE = timedelta(seconds=5)
"""After so long a worker leaves a batch for the next in turn, so that it can end when it is told to."""

log = structlog.get_logger()


def run_next(batches: BatchStore[B, I], clock: Clock, carry_out: Callable[[B, I], I]) -> bool:
    """Carry out the batch that waits longest, for a while or to its end; tell whether there was one.

    Any number of workers may do this at once. `carry_out` returns the item with its result, and is safe to run twice.
    """
    batch = batches.take(clock.now(), LEASE)
    if batch is None:
        return False
    until = clock.now() + SLICE
    try:
        while clock.now() < until:
            items = batches.items(batch.id, Outcome.WAITING, 0, STEP)
            if not items:
                break
            for each in items:
                if clock.now() - batch.updated_at > HEARTBEAT:
                    batch = batches.hold(batch, clock.now())
                batches.note(carry_out(batch, each))
        batches.release(batch, clock.now())
    except StaleVersion:
        log.info("batch_taken_by_another", batch_id=batch.id)
    return True

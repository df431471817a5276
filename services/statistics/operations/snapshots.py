"""Snapshots: a period that filing has closed is frozen once all of its facts have come, and stays so for good."""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from services.statistics.model.snapshots import Snapshot, SnapshotState, periods_of
from services.statistics.operations.facts import merge_next
from services.statistics.ports.deps import Deps

log = structlog.get_logger()

ROUNDS = 5
"""So often the columns are brought up to date while new facts keep coming, before a later turn tries again."""


def take_closing(deps: Deps, snapshot: Snapshot) -> None:
    """Keep that filing has closed a period; the same again changes nothing. Actor: the service, on the message."""
    deps.snapshots.add(snapshot)


def freeze_due(deps: Deps) -> int:
    """Freeze every closed period whose facts have all come; return how many that were. Actor: the service.

    The message of a closing may be faster than those of its last filings: it names how many of each form were settled,
    and nothing is frozen before so many are known here.
    """
    return sum(_is_frozen(deps, each) for each in deps.snapshots.list_waiting())


def count_overdue(deps: Deps) -> int:
    """Return how many closed periods wait for longer than their facts take; each is logged. Actor: the service."""
    now = deps.clock.now()
    overdue = [each for each in deps.snapshots.list_waiting() if each.is_overdue(now)]
    for each in overdue:
        log.warning("snapshot_overdue", period=each.period, closing_id=each.closing_id, missing=dict(each.missing))
    return len(overdue)


def list_snapshots(deps: Deps) -> tuple[Snapshot, ...]:
    """Return all closed periods, the latest first. Actor: whoever may see which tables there are."""
    return deps.snapshots.list_all()


def frozen_snapshot(deps: Deps, period: str) -> Snapshot | None:
    """Return the snapshot of a period where it is frozen, None while it waits. Raises `NotFound` for no closed period."""
    snapshot = deps.snapshots.get(period)
    return snapshot if snapshot.state is SnapshotState.FROZEN else None


def missing_of(deps: Deps, snapshot: Snapshot) -> Mapping[str, int]:
    """Return by form how many filings that a closing settled are not known here as settled.

    What filing could not open is never told, and not waited for.
    """
    known: dict[str, int] = {}
    for period in periods_of(snapshot.period):
        for form, count in deps.facts.count_final(period).items():
            known[form] = known.get(form, 0) + count
    lacking = {
        form: count - snapshot.unreadable.get(form, 0) - known.get(form, 0) for form, count in snapshot.counts.items()
    }
    return {form: count for form, count in lacking.items() if count > 0}


def _is_frozen(deps: Deps, snapshot: Snapshot) -> bool:
    missing = missing_of(deps, snapshot)
    if missing:
        if missing != snapshot.missing:
            deps.snapshots.note_missing(snapshot, missing)
        return False
    for _ in range(ROUNDS):
        if deps.snapshots.freeze(snapshot, deps.clock.now()):
            return True
        merge_next(deps)
    return False

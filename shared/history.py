"""The life of an aggregate: one entry per act, kept in clear, so ids and states only and no free text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.errors import KeyReused
from shared.idempotency import RequestKey


@dataclass(frozen=True)
class HistoryEntry:
    """Who did what and when. `key` and `digest` are those of the request that asked for it, where it had one."""

    at: datetime
    actor_id: str
    action: str
    from_state: str | None
    to_state: str | None
    key: str | None = None
    digest: str | None = None


def was_done(history: Iterable[HistoryEntry], request: RequestKey | None) -> bool:
    """Whether the history holds this very request. Raises `KeyReused` where its content was another."""
    if request is None:
        return False
    for entry in history:
        if entry.key == request.key:
            if entry.digest != request.digest:
                raise KeyReused
            return True
    return False


def is_continued(history: Sequence[HistoryEntry], continuing: Collection[str]) -> bool:
    """Whether the last act only continues the one before it (a draft saved again), so that the history need not grow.

    `continuing` are the acts that do so when the same person repeats them without a key of a request.
    """
    if len(history) < 2:
        return False
    before, last = history[-2:]
    return (
        last.action in continuing
        and last.key is None
        and (before.action, before.actor_id) == (last.action, last.actor_id)
    )

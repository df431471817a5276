"""What every operation is told of its caller."""

from __future__ import annotations

from dataclasses import dataclass

from shared.idempotency import RequestKey
from shared.identity.actor import Actor


@dataclass(frozen=True)
class Call:
    """Who asks, on which version, and under which request key."""

    actor: Actor
    correlation_id: str = ""
    version: int | None = None
    request: RequestKey | None = None

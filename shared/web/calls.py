"""The call of a request: who asks, on which version, under which key."""

from __future__ import annotations

from shared.calls import Call
from shared.observability import correlation_id
from shared.web.auth import actor
from shared.web.preconditions import if_match, request_key


def reading_call() -> Call:
    """Return the call of a request that changes nothing, or that may be repeated as it is."""
    return Call(actor=actor(), correlation_id=correlation_id())


def creating_call() -> Call:
    """Return the call of a creation. Raises `Malformed` without an idempotency key."""
    return Call(actor=actor(), correlation_id=correlation_id(), request=request_key())


def changing_call() -> Call:
    """Return the call of a change. Raises `VersionRequired`, `Malformed`."""
    return Call(actor=actor(), correlation_id=correlation_id(), version=if_match(), request=request_key())

"""What the routes of this service need of the request."""

from __future__ import annotations

from typing import cast

from flask import current_app, request

from services.identity.ports import (
    Deps,
    Visitor,
)
from shared.calls import Call
from shared.web.auth import actor
from shared.web.preconditions import if_match, request_key


def deps() -> Deps:
    """Return what the operations use."""
    return cast(Deps, current_app.extensions["deps"])


def visitor() -> Visitor:
    """Return who calls, as far as the trusted proxies tell."""
    return Visitor(address=request.remote_addr or "unknown")


def reading_call() -> Call:
    """Return the call of a request that changes nothing, or one's own account only."""
    return Call(actor=actor())


def creating_call() -> Call:
    """Return the call of a creation. Raises `Malformed` without an idempotency key."""
    return Call(actor=actor(), request=request_key())


def changing_call() -> Call:
    """Return the call of a change. Raises `VersionRequired`, `Malformed`."""
    return Call(actor=actor(), version=if_match(), request=request_key())

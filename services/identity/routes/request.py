"""What the routes of this service need of the request."""

from __future__ import annotations

from typing import cast

from flask import current_app, request

from services.identity.ports import (
    Deps,
    Visitor,
)


def deps() -> Deps:
    """Return what the operations use."""
    return cast(Deps, current_app.extensions["deps"])


def visitor() -> Visitor:
    """Return who calls, as far as the trusted proxies tell."""
    return Visitor(address=request.remote_addr or "unknown")

"""What the routes of this service need of the request."""

from __future__ import annotations

from typing import cast

from flask import current_app, request

from services.identity.ports.deps import Deps
from services.identity.ports.sign_ins import Visitor
from shared.identity.tokens import sign_in_of


def deps() -> Deps:
    """Return what the operations use."""
    return cast(Deps, current_app.extensions["deps"])


def visitor() -> Visitor:
    """Return who calls, as far as the trusted proxies tell."""
    return Visitor(address=request.remote_addr or "unknown")


def sign_in_id() -> str:
    """Return the sign-in that this request's token comes from; empty for one that comes from none."""
    return sign_in_of(request.headers["Authorization"].partition(" ")[2])

"""What every route of this service needs of the request."""

from __future__ import annotations

from typing import cast

from flask import current_app

from services.statistics.ports.deps import Deps


def deps() -> Deps:
    """Return what the operations use."""
    return cast(Deps, current_app.extensions["deps"])

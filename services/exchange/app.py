"""The HTTP application of the exchange."""

from __future__ import annotations

import os

from flask import Flask

from services.exchange.policy import GRANTS
from services.exchange.routes import BLUEPRINTS
from services.exchange.settings import Settings
from services.exchange.wiring import Wired, build
from shared.observability import configure_logging
from shared.settings import read
from shared.web.app import create_app as create_service_app


def create_app(wired: Wired) -> Flask:
    """Return the app over these adapters."""
    return create_service_app(
        "exchange",
        "统报 · 名录库交换",
        blueprints=BLUEPRINTS,
        deps=wired.deps,
        verifier=wired.verifier,
        grants=GRANTS,
        checks=wired.checks(),
    )


def from_environment() -> Flask:
    """Return the app as the process's environment describes it; for the WSGI server."""
    configure_logging("exchange")
    return create_app(build(read(Settings, os.environ)))

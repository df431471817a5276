"""The HTTP application of statistics."""

from __future__ import annotations

import os
from collections.abc import Mapping

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from services.statistics.policy import GRANTS
from services.statistics.ports.deps import Deps
from services.statistics.routes import BLUEPRINTS
from services.statistics.schemas.examples import EXAMPLES
from services.statistics.settings import Settings
from services.statistics.wiring import build
from shared.identity.tokens import Verifier
from shared.observability import configure_logging
from shared.settings import read
from shared.web import limits
from shared.web.app import Check
from shared.web.app import create_app as create_service_app


def create_app(deps: Deps, verifier: Verifier, checks: Mapping[str, Check], trusted_proxies: int = 0) -> Flask:
    """Return the app over these deps; `checks` are the parts that readiness asks.

    So many proxies in front are believed about the caller's address.
    """
    app = create_service_app(
        "statistics",
        "统报 · 统计",
        blueprints=BLUEPRINTS,
        deps=deps,
        verifier=verifier,
        grants=GRANTS,
        checks=checks,
        examples=EXAMPLES,
    )
    if trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=trusted_proxies)  # type: ignore[method-assign]  # as Flask documents
    return app


def from_environment() -> Flask:
    """Return the app as the process's environment describes it; for the WSGI server."""
    configure_logging("statistics")
    settings = read(Settings, os.environ)
    wired = build(settings)
    app = create_app(wired.deps, wired.verifier, wired.checks(), settings.trusted_proxies)
    limits.register(app, limits.stored_counts(settings.mongo_uri, settings.mongo_database))
    return app

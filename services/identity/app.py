"""The HTTP application of identity."""

from __future__ import annotations

import os

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from services.identity.policy import GRANTS
from services.identity.routes import BLUEPRINTS
from services.identity.routes.keys import KEYS
from services.identity.settings import Settings
from services.identity.wiring import Wired, build
from shared.observability import configure_logging
from shared.settings import read
from shared.web.app import create_app as create_service_app


def create_app(wired: Wired, trusted_proxies: int = 0) -> Flask:
    """Return the app over these adapters; so many proxies in front are believed about the caller's address."""
    app = create_service_app(
        "identity",
        "统报 · 身份与登录",
        blueprints=BLUEPRINTS,
        deps=wired.deps,
        verifier=wired.verifier,
        grants=GRANTS,
        checks=wired.checks(),
    )
    app.extensions[KEYS] = wired.token_keys.public_set
    if trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=trusted_proxies)  # type: ignore[method-assign]  # as Flask documents
    return app


def from_environment() -> Flask:
    """Return the app as the process's environment describes it; for the WSGI server."""
    configure_logging("identity")
    settings = read(Settings, os.environ)
    return create_app(build(settings), settings.trusted_proxies)

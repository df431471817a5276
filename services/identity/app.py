"""The HTTP application of identity."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from services.identity.policy import GRANTS
from services.identity.ports import Deps
from services.identity.routes import BLUEPRINTS
from services.identity.routes.keys import KEYS
from services.identity.schemas.examples import EXAMPLES
from services.identity.settings import Settings
from services.identity.wiring import Wired, build
from shared.identity.tokens import Verifier
from shared.observability import configure_logging
from shared.settings import read
from shared.web.app import Check
from shared.web.app import create_app as create_service_app


def create_app(
    deps: Deps,
    verifier: Verifier,
    checks: Mapping[str, Check],
    public_keys: Callable[[], object],
    trusted_proxies: int = 0,
) -> Flask:
    """Return the app over these deps.

    `checks` are the parts that readiness asks; `public_keys` gives the published keys of access tokens; so many proxies
    in front are believed about the caller's address.
    """
    app = create_service_app(
        "identity",
        "统报 · 身份与登录",
        blueprints=BLUEPRINTS,
        deps=deps,
        verifier=verifier,
        grants=GRANTS,
        checks=checks,
        examples=EXAMPLES,
    )
    app.extensions[KEYS] = public_keys
    if trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=trusted_proxies)  # type: ignore[method-assign]  # as Flask documents
    return app


def app_of(wired: Wired, trusted_proxies: int = 0) -> Flask:
    """Return the app over the adapters of one process."""
    return create_app(wired.deps, wired.verifier, wired.checks(), wired.token_keys.public_set, trusted_proxies)


def from_environment() -> Flask:
    """Return the app as the process's environment describes it; for the WSGI server."""
    configure_logging("identity")
    settings = read(Settings, os.environ)
    return app_of(build(settings), settings.trusted_proxies)

"""The HTTP application of registration."""

from __future__ import annotations

import os
from collections.abc import Mapping

from flask import Flask

from services.registration.policy import GRANTS
from services.registration.ports import Deps
from services.registration.routes import BLUEPRINTS
from services.registration.schemas.examples import EXAMPLES
from services.registration.settings import Settings
from services.registration.wiring import build
from shared.codes.keeping import DivisionKeeper
from shared.identity.tokens import Verifier
from shared.observability import configure_logging
from shared.settings import read
from shared.web import limits
from shared.web.app import Check
from shared.web.app import create_app as create_service_app


def create_app(deps: Deps, verifier: Verifier, checks: Mapping[str, Check]) -> Flask:
    """Return the app over these deps; `checks` are the parts that readiness asks."""
    return create_service_app(
        "registration",
        "统报 · 平台注册",
        blueprints=BLUEPRINTS,
        deps=deps,
        verifier=verifier,
        grants=GRANTS,
        checks=checks,
        examples=EXAMPLES,
    )


def from_environment() -> Flask:
    """Return the app as the process's environment describes it; for the WSGI server."""
    configure_logging("registration")
    settings = read(Settings, os.environ)
    wired = build(settings)
    app = create_app(wired.deps, wired.verifier, wired.checks())
    app.before_request(DivisionKeeper(wired.division_changes.confirmed).refresh)
    limits.register(app, limits.stored_counts(settings.mongo_uri, settings.mongo_database))
    return app

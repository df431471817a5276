"""The HTTP application of identity."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import cast

from flask import Flask, Response
from flask_bootstrap import Bootstrap5
from werkzeug.middleware.proxy_fix import ProxyFix

from services.identity.policy import GRANTS
from services.identity.ports.deps import Deps
from services.identity.presenters import in_groups, local_day
from services.identity.routes import BLUEPRINTS, PAGES
from services.identity.routes.browser import SITE, Site
from services.identity.routes.keys import KEYS
from services.identity.routes.oauth import provider
from services.identity.schemas.examples import EXAMPLES
from services.identity.settings import Settings
from services.identity.wiring import Wired, build
from shared.identity.tokens import Verifier
from shared.observability import configure_logging
from shared.settings import read
from shared.web import limits
from shared.web.app import Check
from shared.web.app import create_app as create_service_app
from shared.web.auth import public

ASSET_SECONDS = 3600


def create_app(
    deps: Deps,
    verifier: Verifier,
    checks: Mapping[str, Check],
    public_keys: Callable[[], object],
    site: Site,
    trusted_proxies: int = 0,
) -> Flask:
    """Return the app over these deps.

    `checks` are the parts that readiness asks; `public_keys` gives the published keys of access tokens; `site` is
    where its pages are; so many proxies in front are believed about the caller's address.
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
    app.extensions[SITE] = site
    provider.register(app, site.issuer)
    _add_pages(app)
    if trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=trusted_proxies)  # type: ignore[method-assign]  # as Flask documents
    return app


def _add_pages(app: Flask) -> None:
    """Add what people and clients of the protocol use; the interface's description leaves it out."""
    app.config.update(BOOTSTRAP_SERVE_LOCAL=True)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.filters.update(day=local_day, groups=in_groups)
    app.static_url_path = "/static"  # a part of the address of Bootstrap's own files
    Bootstrap5(app)
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    assets = public("style sheets and scripts hold no data")
    for endpoint, view in list(app.view_functions.items()):
        if endpoint.endswith(".static"):
            app.view_functions[endpoint] = assets(_asset(view))


def _asset(view: Callable[..., object]) -> Callable[..., Response]:
    """Wrap a bound method, which takes no attributes, in a function that does, and let browsers keep the file."""

    def call(**arguments: object) -> Response:
        response = cast(Response, view(**arguments))
        response.headers["Cache-Control"] = f"public, max-age={ASSET_SECONDS}"
        return response

    return call


def app_of(wired: Wired, trusted_proxies: int = 0) -> Flask:
    """Return the app over the adapters of one process."""
    site = Site(wired.settings.issuer, wired.settings.portal_url, wired.settings.secure_cookies)
    app = create_app(wired.deps, wired.verifier, wired.checks(), wired.token_keys.public_set, site, trusted_proxies)
    app.before_request(wired.deps.divisions.refresh)
    return app


def from_environment() -> Flask:
    """Return the app as the process's environment describes it; for the WSGI server."""
    configure_logging("identity")
    settings = read(Settings, os.environ)
    app = app_of(build(settings), settings.trusted_proxies)
    limits.register(app, limits.stored_counts(settings.mongo_uri, settings.mongo_database))
    return app

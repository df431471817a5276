"""The web application of the portal."""

from __future__ import annotations

import os
from functools import partial
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask_bootstrap import Bootstrap5
from werkzeug.middleware.proxy_fix import ProxyFix

from services.portal.ports import Deps
from services.portal.routes import BLUEPRINTS, errors, guard, page
from services.portal.routes.converters import IdConverter, OccasionConverter
from services.portal.settings import Settings
from services.portal.wiring import build_deps
from shared import observability
from shared.codes.keeping import DivisionKeeper
from shared.settings import read

FORM_LIMIT = 1024 * 1024
"""Bytes that a posted form may have; uploads set their own limit."""

STATIC_SECONDS = 3600
DIVISIONS_SECONDS = 30.0

_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",  # Bootstrap's style sheet draws ticks and arrows as data: pictures
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}


def create_app(settings: Settings, deps: Deps) -> Flask:
    """Return the application; nothing is contacted yet."""
    app = Flask("services.portal")
    app.config.update(
        BOOTSTRAP_SERVE_LOCAL=True,
        MAX_CONTENT_LENGTH=FORM_LIMIT,
        MAX_FORM_MEMORY_SIZE=FORM_LIMIT,
        SEND_FILE_MAX_AGE_DEFAULT=STATIC_SECONDS,
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.extensions["deps"] = deps
    Bootstrap5(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.url_map.converters["id"] = IdConverter
    app.url_map.converters["occasion"] = OccasionConverter
    observability.register(app, "portal")
    errors.register(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    page.register(app)
    app.url_defaults(partial(_add_version, _version_of(Path(str(app.static_folder)))))
    guard.register(app, secure_cookies=settings.secure_cookies)
    app.after_request(partial(_secure, _policy(settings.issuer)))
    return app


def from_environment() -> Flask:
    """Return the application as gunicorn starts it."""
    observability.configure_logging("portal")
    settings = read(Settings, os.environ)
    deps = build_deps(settings)
    app = create_app(settings, deps)
    app.before_request(DivisionKeeper(deps.upkeep.changes, age=DIVISIONS_SECONDS).refresh)
    return app


def _version_of(folder: Path) -> str:
    """Return a short text that changes with the files of a folder."""
    digest = sha256()
    for path in sorted(folder.iterdir()):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _add_version(version: str, endpoint: str, values: dict[str, object]) -> None:
    """Name the version in addresses of scripts and styles: a browser's copy of an older one doesn't fit the pages."""
    if endpoint == "static":
        values.setdefault("v", version)


def _policy(issuer: str) -> str:
    """Return the policy of all pages.

    Browsers hold `form-action` against the redirects after a form as well, and those of the sign-out, and of any form
    after the sign-in has ended, lead to the provider.
    """
    provider = urlsplit(issuer)
    return "; ".join((*_POLICY, f"form-action 'self' {provider.scheme}://{provider.netloc}"))


def _secure(policy: str, response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", policy)
    for header, value in _HEADERS.items():
        response.headers.setdefault(header, value)
    if not response.headers.get("Cache-Control"):
        response.headers["Cache-Control"] = "no-store"
    if request.method == "HEAD":
        response.close()  # nobody takes the bytes, and the connection that they would come on is wanted elsewhere
    return response

"""The application skeleton of every service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from pathlib import Path
from types import MappingProxyType
from typing import cast

import flask
import flask_smorest
import flask_swagger_ui
import orjson
import structlog
from flask import Flask, Response, request
from flask.json.provider import JSONProvider
from flask.typing import RouteCallable

from shared import observability
from shared.identity.tokens import Verifier
from shared.web import auth, openapi, problems
from shared.web.auth import Grants, public
from shared.web.blueprint import Blueprint
from shared.web.lengths import AnnouncedLength

log = structlog.get_logger()

JSON_LIMIT = 1024 * 1024
"""Bytes that a request body may have; uploads set their own limit."""

Check = Callable[[], object]
"""A readiness check: returns when the part answers, raises when it does not."""

DESCRIPTION = "openapi"
"""Name of the extension that holds the interface's description."""

_SWAGGER = Path(flask_swagger_ui.__file__).parent / "dist"
_SWAGGER_OPTIONS = {"deepLinking": True, "showExtensions": True, "filter": True}

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}
_CLOSED = "default-src 'none'; frame-ancestors 'none'"
_DOCS = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"


class OrjsonProvider(JSONProvider):
    """JSON by orjson: strict UTF-8, no NaN, quick."""

    def dumps(self, obj: object, **kwargs: object) -> str:
        """Return `obj` as JSON text."""
        return orjson.dumps(obj).decode()

    def response(self, *args: object, **kwargs: object) -> Response:
        """Return a JSON answer of what `jsonify` is given."""
        return Response(orjson.dumps(self._prepare_response_obj(args, kwargs)), mimetype="application/json")

    def loads(self, s: str | bytes, **kwargs: object) -> object:
        """Parse JSON text."""
        return orjson.loads(s)


class _Api(flask_smorest.Api):
    """flask-smorest without its own error bodies: problems.py answers errors."""

    def _register_error_handlers(self) -> None:
        """Leave the errors to `shared.web.problems`."""

    def _openapi_json(self) -> Response:
        """Serve the completed description."""
        return flask.jsonify(flask.current_app.extensions[DESCRIPTION])


def create_app(
    name: str,
    title: str,
    *,
    blueprints: Iterable[Blueprint],
    deps: object,
    verifier: Verifier,
    grants: Grants,
    checks: Mapping[str, Check],
    examples: Mapping[str, object] = MappingProxyType({}),
) -> Flask:
    """Build the Flask app of a service.

    `deps` is what the routes hand to the operations; `checks` are the parts that readiness asks, by name; `examples`
    are bodies for the interface's description, by the name of their schema.
    """
    app = Flask(name, static_folder=None)
    app.json = OrjsonProvider(app)
    app.url_map.merge_slashes = False  # an address is right or wrong, never nearly right
    app.config.update(
        MAX_CONTENT_LENGTH=JSON_LIMIT,
        PROPAGATE_EXCEPTIONS=False,
        API_TITLE=title,
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/docs",
        OPENAPI_SWAGGER_UI_PATH="/",
        OPENAPI_SWAGGER_UI_URL="/docs/assets/",
        OPENAPI_SWAGGER_UI_CONFIG=_SWAGGER_OPTIONS,
        API_SPEC_OPTIONS=deepcopy(openapi.SPEC_OPTIONS),
    )
    app.extensions["deps"] = deps
    observability.register(app, name)
    problems.register(app)
    api = _Api(app)
    for blueprint in blueprints:
        api.register_blueprint(blueprint)
    app.extensions[DESCRIPTION] = openapi.completed(api.spec.to_dict(), app, grants, examples)
    _register_docs(app)
    _register_health(app, checks)
    auth.register(app, verifier, grants)
    app.after_request(_secure)
    app.wsgi_app = AnnouncedLength(app.wsgi_app)  # type: ignore[method-assign]  # as Flask documents
    return app


def _register_docs(app: Flask) -> None:
    open_docs = public("the interface's description holds no data")
    for endpoint, view in list(app.view_functions.items()):
        if endpoint.startswith("api-docs."):
            app.view_functions[endpoint] = cast(RouteCallable, open_docs(_bare(view)))

    @app.get("/docs/assets/<path:file_name>")
    @open_docs
    def docs_asset(file_name: str) -> Response:
        return flask.send_from_directory(_SWAGGER, file_name)


def _bare(view: Callable[..., object]) -> Callable[..., object]:
    """Wrap a bound method, which takes no attributes, in a function that does."""

    def call(**arguments: object) -> object:
        return view(**arguments)

    return call


def _register_health(app: Flask, checks: Mapping[str, Check]) -> None:
    probe = public("probes come from the cluster without a token and show no data")

    @app.get("/healthz")
    @probe
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz")
    @probe
    def readyz() -> tuple[dict[str, object], int]:
        with ThreadPoolExecutor(max_workers=max(1, len(checks))) as pool:  # as slow as the slowest, not as all together
            answers = {part: pool.submit(check) for part, check in checks.items()}
        failing = [part for part, answer in answers.items() if answer.exception() is not None]
        for part in failing:
            log.warning("not_ready", part=part, error=type(answers[part].exception()).__name__)
        return {"status": "unavailable" if failing else "ok", "failing": failing}, 503 if failing else 200

    @app.get("/metrics")
    @probe
    def metrics() -> Response:
        return Response(observability.metrics_text(), mimetype=observability.METRICS_MEDIA_TYPE)


def _secure(response: Response) -> Response:
    headers = response.headers
    in_docs = request.path.startswith("/docs")
    for header, value in (*_HEADERS.items(), ("Content-Security-Policy", _DOCS if in_docs else _CLOSED)):
        if header not in headers:
            headers.add(header, value)
    return response

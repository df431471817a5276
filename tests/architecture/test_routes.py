"""Everything is forbidden until declared: every route says who may call it."""

from __future__ import annotations

import importlib
from collections.abc import Iterable

import flask
import pytest
from werkzeug.routing import BaseConverter, UnicodeConverter

from shared.web.app import create_app
from shared.web.auth import MARK, needs, public
from tests.support.tree import production_services, room_exists

OWN_GUARDS = {"portal": "services.portal.routes.guard"}
"""Services whose pages carry marks of their own: a session instead of a token."""


class _AnyConverter(dict[str, type[BaseConverter]]):
    """Knows every converter, so that blueprints register without the app that they are made for."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> type[BaseConverter]:
        return UnicodeConverter


def _app_of(blueprints: Iterable[flask.Blueprint]) -> flask.Flask:
    app = flask.Flask("house", static_folder=None)
    app.url_map.converters = _AnyConverter(app.url_map.converters)
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    return app


def _without_mark(app: flask.Flask, mark: str) -> list[str]:
    """Return the endpoints whose view carries no mark; static files have none and need none."""
    views = {name: view for name, view in app.view_functions.items() if not name.endswith("static")}
    return [name for name, view in views.items() if getattr(view, mark, None) is None]


WITH_ROUTES = tuple(name for name in production_services() if room_exists(name, "routes"))


def test_the_services_with_routes_are_found() -> None:
    assert len(WITH_ROUTES) >= 4


@pytest.mark.parametrize("service", WITH_ROUTES)
def test_every_route_declares_who_may_call_it(service: str) -> None:
    room = importlib.import_module(f"services.{service}.routes")
    app = _app_of((*room.BLUEPRINTS, *getattr(room, "PAGES", ())))
    guard = importlib.import_module(OWN_GUARDS.get(service, "shared.web.auth"))

    unmarked = _without_mark(app, guard.MARK)

    assert app.view_functions.keys()
    assert unmarked == []


def test_what_every_service_serves_is_marked_too() -> None:
    app = create_app("house", "house", blueprints=(), deps=None, verifier=None, grants={}, checks={})  # type: ignore[arg-type]  # nothing is called

    unmarked = _without_mark(app, MARK)

    assert {"healthz", "readyz", "metrics"} <= app.view_functions.keys()
    assert unmarked == []


def test_a_route_without_a_mark_would_be_seen() -> None:
    blueprint = flask.Blueprint("planted", __name__)
    blueprint.add_url_rule("/open", "open", public("a test")(lambda: ""))
    blueprint.add_url_rule("/kept", "kept", needs("read")(lambda: ""))  # type: ignore[arg-type]  # any name will do
    blueprint.add_url_rule("/forgotten/<id:what>", "forgotten", lambda what: "")

    unmarked = _without_mark(_app_of([blueprint]), MARK)

    assert unmarked == ["planted.forgotten"]

"""Everything is forbidden until declared: every route says who may call it."""

from __future__ import annotations

import importlib
import pkgutil

import flask
import pytest

from shared.web.auth import MARK, needs, public
from tests.support.tree import production_services, room_exists


def _blueprints(service: str) -> list[flask.Blueprint]:
    """Return the blueprints that the modules of the service's routes define."""
    room = importlib.import_module(f"services.{service}.routes")
    below = [info.name for info in pkgutil.walk_packages(getattr(room, "__path__", []), f"{room.__name__}.")]
    modules = [room, *(importlib.import_module(name) for name in below)]
    found = [value for module in modules for value in vars(module).values() if isinstance(value, flask.Blueprint)]
    return list(dict.fromkeys(found))


def _views_without_mark(blueprints: list[flask.Blueprint]) -> tuple[int, list[str]]:
    """Return the number of views, and the endpoints of those that carry no mark."""
    app = flask.Flask("house", static_folder=None)
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    unmarked = [name for name, view in app.view_functions.items() if getattr(view, MARK, None) is None]
    return len(app.view_functions), [name for name in unmarked if not name.endswith("static")]


@pytest.mark.parametrize("service", production_services())
def test_every_route_declares_who_may_call_it(service: str) -> None:
    if not room_exists(service, "routes"):
        pytest.skip(f"{service} has no routes yet")

    total, unmarked = _views_without_mark(_blueprints(service))

    assert total > 0
    assert unmarked == []


def test_a_route_without_a_mark_would_be_seen() -> None:
    blueprint = flask.Blueprint("planted", __name__)
    blueprint.add_url_rule("/open", "open", public("a test")(lambda: ""))
    blueprint.add_url_rule("/kept", "kept", needs("read")(lambda: ""))  # type: ignore[arg-type]  # any name will do
    blueprint.add_url_rule("/forgotten", "forgotten", lambda: "")

    total, unmarked = _views_without_mark([blueprint])

    assert total == 3
    assert unmarked == ["planted.forgotten"]

"""The portal's application, made once for many tests: compiling 160 routes and the templates takes longer than most of them."""

from __future__ import annotations

from copy import copy
from functools import cache
from typing import cast

from flask import Flask

from services.portal.app import create_app
from services.portal.ports import Deps
from services.portal.settings import Settings


def app_on(settings: Settings, deps: Deps, *, is_served: bool = False) -> Flask:
    """Return an application over these ports; it shares routes and templates, which no test may change, with others.

    One that is served to a browser answers faults as in production; else they are raised in the test.
    """
    app = copy(_made(settings))
    app.config = copy(app.config)
    app.extensions = {**app.extensions, "deps": deps}
    app.testing = not is_served
    return app


@cache
def _made(settings: Settings) -> Flask:
    app = create_app(settings, cast(Deps, None))  # asked for by requests alone, and those go to the copies
    assert app.jinja_env  # made here, or each copy would make its own and compile the templates anew
    return app

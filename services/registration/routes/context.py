"""What every route of this service needs of the request."""

from __future__ import annotations

from typing import cast

from flask import current_app

from services.registration.model.registration import Registration
from services.registration.operations import reading
from services.registration.ports import Deps
from services.registration.schemas.outgoing import Body, registration_body
from shared.web.calls import reading_call
from shared.web.preconditions import etag

Answer = tuple[Body, int, dict[str, str]]


def deps() -> Deps:
    """Return what the operations use."""
    return cast(Deps, current_app.extensions["deps"])


def answer(registration: Registration, status: int = 200) -> Answer:
    """Return the registration as its reader sees it, with its entity tag."""
    return answer_view(reading.view_of(deps(), reading_call(), registration), status)


def answer_view(view: reading.View, status: int = 200) -> Answer:
    """Return what a reader sees of a registration, with its entity tag."""
    return registration_body(view, deps().clock.now()), status, {"ETag": etag(view.registration.version)}

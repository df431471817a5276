"""Permission marks on views. What carries no mark is forbidden to everybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeVar, cast

import structlog
from flask import Flask, current_app, g, request

from shared.errors import NotAllowed, NotAuthenticated
from shared.identity.actor import Actor, Role
from shared.identity.tokens import Verifier

log = structlog.get_logger()

MARK = "__tongbao_needs__"
REASON = "__tongbao_public__"
PUBLIC = "public"

View = TypeVar("View", bound=Callable[..., object])
Grants = Mapping[StrEnum, frozenset[Role]]


def needs(permission: StrEnum) -> Callable[[View], View]:
    """Mark a view: only roles that the service's grants give `permission` may call it."""
    if permission == PUBLIC:
        raise ValueError("the name of the public mark is no name for a permission")

    def mark(view: View) -> View:
        setattr(view, MARK, permission)
        return view

    return mark


def public(reason: str) -> Callable[[View], View]:
    """Mark a view that nobody needs to be signed in for; `reason` says why."""
    if not reason:
        raise ValueError("a public view says why it is public")

    def mark(view: View) -> View:
        setattr(view, MARK, PUBLIC)
        setattr(view, REASON, reason)
        return view

    return mark


def mark_of(app: Flask, endpoint: str) -> str | None:
    """Return the permission, `PUBLIC`, or None for a view without a mark."""
    view = app.view_functions[endpoint]
    return cast("str | None", getattr(view, MARK, None))


def reason_of(app: Flask, endpoint: str) -> str:
    """Return why a view is public; empty for any other."""
    return cast(str, getattr(app.view_functions[endpoint], REASON, ""))


def actor() -> Actor:
    """Return who makes this request. Raises `NotAuthenticated` on a public view without a token."""
    found = cast("Actor | None", g.get("actor"))
    if found is None:
        raise NotAuthenticated
    return found


def register(app: Flask, verifier: Verifier, grants: Grants) -> None:
    """Check every request of `app` before its view runs."""

    def check() -> None:
        if request.endpoint is None:
            return
        mark = mark_of(current_app, request.endpoint)
        if mark == PUBLIC:
            return
        header = request.headers.get("Authorization", "")
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotAuthenticated
        g.actor = verifier.actor_of(token)
        if mark is None or g.actor.role not in grants.get(cast(StrEnum, mark), frozenset()):
            log.info("permission_denied", endpoint=request.endpoint, account_id=g.actor.account_id, role=g.actor.role)
            raise NotAllowed

    app.before_request(check)

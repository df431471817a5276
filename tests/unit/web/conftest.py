"""A small service with one route of each kind, and tokens for its callers."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import pytest
from flask import Flask
from flask.testing import FlaskClient
from marshmallow import Schema
from pymongo.errors import AutoReconnect

from shared import errors
from shared.fields import Text, WholeNumber
from shared.identity.actor import Actor, Role
from shared.web.app import create_app
from shared.web.auth import actor, needs, public
from shared.web.blueprint import Blueprint
from shared.web.paging import PageIn
from shared.web.preconditions import changing, creating, etag, if_match, request_key
from tests.support.tokens import TestIssuer

SECRET = "秘密的值"


class Permission(StrEnum):
    READ = "paper.read"
    WRITE = "paper.write"
    NOBODY = "paper.nobody"


GRANTS: dict[StrEnum, frozenset[Role]] = {
    Permission.READ: frozenset({Role.COUNTY_REVIEWER, Role.MINISTRY}),
    Permission.WRITE: frozenset({Role.COUNTY_REVIEWER}),
}


class PaperIn(Schema):
    title = Text(max=20, required=True)
    pages = WholeNumber(min=1, load_default=1)


RAISED: dict[str, Callable[[], Exception]] = {
    **{
        cls.__name__: cls
        for cls in (
            *(errors.Malformed, errors.NotAuthenticated, errors.NotAllowed, errors.NotFound, errors.Conflict),
            *(errors.StaleVersion, errors.KeyReused, errors.TooLarge, errors.UnsupportedMedia, errors.VersionRequired),
            *(errors.TooManyRequests, errors.Unavailable),
        )
    },
    "Invalid": lambda: errors.Invalid([errors.Problem("/title", "empty", "此项不能为空。", "文字", "甲")]),
    "AutoReconnect": lambda: AutoReconnect(SECRET),
    "ZeroDivisionError": lambda: ZeroDivisionError(SECRET),
}


def make_blueprint() -> Blueprint:
    bp = Blueprint("papers", __name__, description="纸")

    @bp.get("/papers/<paper_id>")
    @needs(Permission.READ)
    @bp.response(200)
    def read(paper_id: str) -> tuple[dict[str, str], int, dict[str, str]]:
        return {"id": paper_id, "reader": actor().account_id}, 200, {"ETag": etag(3)}

    @bp.get("/papers")
    @needs(Permission.READ)
    @bp.arguments(PageIn, location="query")
    @bp.response(200)
    def listed(page: dict[str, object]) -> dict[str, object]:
        return page

    @bp.post("/papers")
    @needs(Permission.WRITE)
    @creating
    @bp.arguments(PaperIn)
    @bp.response(201)
    def create(data: dict[str, object]) -> dict[str, object]:
        key = request_key()
        return {**data, "key": key.key if key else None, "digest": key.digest if key else None}

    @bp.put("/papers/<paper_id>")
    @needs(Permission.WRITE)
    @changing
    @bp.arguments(PaperIn)
    @bp.response(200)
    def change(data: dict[str, object], paper_id: str) -> dict[str, object]:
        return {**data, "version": if_match()}

    @bp.get("/nobody")
    @needs(Permission.NOBODY)
    @bp.response(200)
    def nobody() -> dict[str, str]:
        return {}

    @bp.get("/unmarked")
    @bp.response(200)
    def unmarked() -> dict[str, str]:
        return {}

    @bp.get("/raise/<name>")
    @public("a test")
    @bp.response(200)
    def fail(name: str) -> dict[str, str]:
        raise RAISED[name]()

    @bp.get("/whoami")
    @public("a test")
    @bp.response(200)
    def whoami() -> dict[str, str]:
        return {"id": actor().account_id}

    return bp


class Service:
    """The service and its callers."""

    def __init__(self) -> None:
        self.issuer = TestIssuer()
        self.failing: list[str] = []
        self.app: Flask = create_app(
            "papers",
            "纸",
            blueprints=[make_blueprint()],
            deps=object(),
            verifier=self.issuer.verifier,
            grants=GRANTS,
            checks={"mongo": lambda: self._check("mongo"), "broker": lambda: self._check("broker")},
        )
        self.client: FlaskClient = self.app.test_client()

    def headers(self, role: Role = Role.COUNTY_REVIEWER, /, **more: str) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return self.issuer.headers(Actor("a" * 32, role, division="330106")) | named

    def _check(self, part: str) -> None:
        if part in self.failing:
            raise ConnectionError(SECRET)


@pytest.fixture
def service() -> Service:
    return Service()

"""Forged tokens at a real route: every one of them is answered 401, whatever it claims."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from services.identity.app import create_app
from services.identity.routes.browser import Site
from tests.support.forged_tokens import FORGED, genuine, make_verifier
from tests.support.identity import make_account, make_deps

ROUTES = (
    ("GET", "/me"),
    ("GET", "/me/sessions"),
    ("GET", "/accounts"),
    ("GET", "/oauth/userinfo"),
    ("POST", "/clients"),
)


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    site = Site("https://identity.test", "https://portal.test", secure_cookies=True)
    app = create_app(make_deps([make_account()]), make_verifier(), {}, dict, site)
    return app.test_client()


def test_a_genuine_token_opens_what_its_role_may(client: FlaskClient) -> None:
    # Without this the table below could pass for a wrong reason.
    answer = client.get("/me", headers={"Authorization": f"Bearer {genuine()}"})

    assert answer.status_code == 200


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_token_is_answered_401(client: FlaskClient, name: str) -> None:
    token = quote(FORGED[name](), safe="!#$%&'()*+,-./:;<=>?@[]^_`{|}~ ")  # a header holds no other characters

    statuses = [
        client.open(path, method=method, headers={"Authorization": f"Bearer {token}"}).status_code
        for method, path in ROUTES
    ]

    assert statuses == [401] * len(ROUTES)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic {}", "{}", "Token {}", "Bearer {} x"])
def test_a_genuine_token_counts_only_where_it_belongs(client: FlaskClient, header: str) -> None:
    answer = client.get(f"/me?access_token={genuine()}", headers={"Authorization": header.format(genuine())})

    assert answer.status_code == 401

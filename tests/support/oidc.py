"""A client of the provider for tests: it registers itself, plays the code flow over Flask's test client, and asks for tokens."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import OKPKey
from werkzeug.test import TestResponse

from services.identity.model.clients import key_of
from services.identity.operations.clients import ClientPlan, declare_client
from services.identity.ports.deps import Deps
from shared.identity.actor import Role
from shared.identity.assertions import assertion_fields

REDIRECT_URI = "https://client.test/callback"
SIGN_OUT_URI = "https://client.test/bye"
VERIFIER = "v" * 43
STATE, NONCE = "some-state", "some-nonce"
TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]{64})"')


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a verifier (RFC 7636)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def token_in(page: TestResponse) -> str:
    """Return the token that the forms of a page carry."""
    found = TOKEN.search(page.text)
    assert found is not None, page.text
    return found[1]


@dataclass
class OidcClient:
    """A registered client: a program that people sign in to, or with a role a machine."""

    app: Flask
    deps: Deps
    issuer: str
    id: str = "test-client"
    role: Role | None = None
    key: OKPKey = field(default_factory=lambda: OKPKey.generate_key("Ed25519", {"use": "sig"}, auto_kid=True))

    def register(self) -> OidcClient:
        """Register with the provider."""
        keys = (key_of(self.key.as_dict(private=False)),)
        addresses = () if self.role else (REDIRECT_URI,)
        plan = ClientPlan(self.id, "测试客户端", keys, self.role, addresses, (SIGN_OUT_URI,))
        declare_client(self.deps, plan)
        return self

    def query(self, **changes: str | None) -> dict[str, str]:
        """Return the parameters of an authorization request."""
        values: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.id,
            "redirect_uri": REDIRECT_URI,
            "scope": "openid profile",
            "state": STATE,
            "nonce": NONCE,
            "code_challenge": challenge_of(VERIFIER),
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in (values | changes).items() if value is not None}

    def authorize(self, browser: FlaskClient, **changes: str | None) -> TestResponse:
        """Send a browser to the provider."""
        return browser.get("/oauth/authorize", query_string=self.query(**changes))

    def code(self, browser: FlaskClient, username: str, password: str, **changes: str | None) -> str:
        """Sign a person in who has nothing else to show, and return the code."""
        answer = self.authorize(browser, **changes)
        if "/sign-in" in answer.location:
            answer = submit(browser, answer.location, username=username, password=password)
            answer = browser.get(answer.location)
        return code_in(answer)

    def ask(self, browser: FlaskClient, path: str = "/oauth/token", **fields: str) -> TestResponse:
        """Send a request to the token endpoint, with a fresh proof of the client."""
        proof = assertion_fields(self.id, self.issuer, self.key, self.deps.clock.now())
        return browser.post(path, data={**proof, **fields})

    def redeem(self, browser: FlaskClient, code: str, **changes: str) -> TestResponse:
        """Exchange a code."""
        values = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI}
        return self.ask(browser, **(values | {"code_verifier": VERIFIER} | changes))

    def refresh(self, browser: FlaskClient, token: str) -> TestResponse:
        """Exchange a refresh token."""
        return self.ask(browser, grant_type="refresh_token", refresh_token=token)

    def tokens(self, username: str, password: str) -> Mapping[str, Any]:
        """Sign a person in at a browser of their own, and return the tokens."""
        browser = self.app.test_client()
        answer = self.redeem(browser, self.code(browser, username, password))
        assert answer.status_code == 200, answer.text
        assert isinstance(answer.json, dict)
        return answer.json


def submit(browser: FlaskClient, address: str, /, **fields: str) -> TestResponse:
    """Open a page and send its form to where it was opened."""
    page = browser.get(address)
    assert page.status_code == 200, (address, page.status_code, page.location)
    return browser.post(address, data={"csrf_token": token_in(page), **fields})


def code_in(answer: TestResponse) -> str:
    """Return the code that a browser carries back to the client."""
    assert answer.status_code == 302, answer.text
    assert answer.location.startswith(REDIRECT_URI), answer.location
    parameters = parse_qs(urlsplit(answer.location).query)
    assert parameters["state"] == [STATE], answer.location
    return parameters["code"][0]

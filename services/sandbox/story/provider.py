"""Signing in as a browser and a client do: pages, forms, cookies, and a code that is exchanged for a token."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx

from services.sandbox.keys import STORY, STORY_CALLBACK
from shared.clock import SystemClock
from shared.crypto.jose_file import read_jose_file
from shared.identity.assertions import assertion_fields, signing_key

MOST_PAGES = 12
REQUEST_SECONDS = 30.0

_TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]{64})"')
_GRANT = re.compile(r'name="grant" value="([0-9a-f]{32})"')
_ALERT = re.compile(r'role="alert".*?</(?:p|div)>', re.DOTALL)


class SignInRefused(Exception):
    """The provider did not sign the person in; the message says what it showed instead."""

    def __init__(self, status: int, seen: str) -> None:
        self.status = status
        super().__init__(f"sign-in answered {status}: {seen}")


@dataclass
class Way:
    """What a person enters on the way, and the pages that came up."""

    username: str
    password: str
    new_password: str = ""
    seen: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Provider:
    """The provider at `url`, and the key of the client that the story plays."""

    url: str
    key_file: Path

    def token(self, way: Way) -> str:
        """Sign a person in; return an access token. Raises `SignInRefused`."""
        return self.tokens(way)["access_token"]

    def tokens(self, way: Way) -> Mapping[str, str]:
        """Sign a person in at a browser of their own; return the tokens. Raises `SignInRefused`."""
        with httpx.Client(base_url=self.url, timeout=REQUEST_SECONDS, trust_env=False) as browser:
            verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
            challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
            query = {
                "response_type": "code",
                "client_id": STORY,
                "redirect_uri": STORY_CALLBACK,
                "scope": "openid profile",
                "state": state,
                "nonce": secrets.token_urlsafe(16),
                "code_challenge": challenge,
                "code_challenge_method": "S256",
            }
            answer = browser.get("/oauth/authorize", params=query)
            code = _code(browser, answer, way)
            fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": STORY_CALLBACK}
            return self._redeem(browser, {**fields, "code_verifier": verifier})

    def _redeem(self, browser: httpx.Client, fields: Mapping[str, str]) -> Mapping[str, str]:
        key = signing_key(read_jose_file(self.key_file))
        proof = assertion_fields(STORY, self.url, key, SystemClock().now())
        answer = browser.post("/oauth/token", data={**proof, **fields})
        if answer.status_code != httpx.codes.OK:
            raise SignInRefused(answer.status_code, answer.text[:300])
        return cast("Mapping[str, str]", answer.json())


def _code(browser: httpx.Client, answer: httpx.Response, way: Way) -> str:
    """Follow the provider from page to page as a person would; return the code that it ends with."""
    for _ in range(MOST_PAGES):
        if answer.is_redirect:
            address = urljoin(str(answer.url), answer.headers["Location"])
            if address.startswith(STORY_CALLBACK):
                return parse_qs(urlsplit(address).query)["code"][0]
            answer = browser.get(address)
            continue
        form = _form(answer, way)
        token = _TOKEN.search(answer.text)
        if answer.status_code != httpx.codes.OK or token is None or not form:
            shown = _ALERT.search(answer.text)
            raise SignInRefused(answer.status_code, shown.group() if shown else answer.url.path)
        way.seen.append(answer.url.path)
        answer = browser.post(str(answer.url), data={"csrf_token": token[1], **form})
    raise SignInRefused(answer.status_code, "no end of pages")


def _form(answer: httpx.Response, way: Way) -> Mapping[str, str]:
    """Return what the person fills in on a page; nothing where they don't know what."""
    grant = _GRANT.search(answer.text)
    forms = {
        "/sign-in": {"username": way.username, "password": way.password},
        "/account/password": {"password": way.new_password, "repeated": way.new_password} if way.new_password else {},
        "/sign-in/grant": {"grant": grant[1]} if grant else {},
    }
    return forms.get(answer.url.path, {})

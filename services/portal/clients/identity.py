"""Client of the identity service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import httpx

from services.portal.clients.http import ServiceHttp, path
from services.portal.model.answers import MeAnswer, SignInRow

CHECK_TIMEOUT = httpx.Timeout(3.0)
"""Every page waits for this answer, and goes on without it."""


class HttpIdentity:
    """`ports.Identity` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def start_signup(self, details: Mapping[str, str], address: str) -> str:
        """Ask for an activation code by mail and return the sign-up's id. Raises `Invalid`."""
        answer = cast(dict[str, str], self._http.ask("POST", "/signups", body=dict(details), address=address))
        return answer["signup_id"]

    def activate(self, signup_id: str, code: str, password: str, address: str) -> str:
        """Open the account and return its user name. Raises `Invalid`, `NotFound`, `Conflict`, `TooManyRequests`."""
        url = path("signups", signup_id, "activation")
        body = {"code": code, "password": password}
        answer = cast(dict[str, str], self._http.ask("POST", url, body=body, address=address))
        return answer["username"]

    def me(self, token: str) -> MeAnswer:
        """Return the account of the person signed in, with its unit."""
        return cast(MeAnswer, self._http.ask("GET", "/me", token))

    def check_sign_in(self, token: str) -> None:
        """Return where the token's sign-in goes on and its right is in force. Raises `NotAuthenticated`."""
        self._http.ask("GET", "/me/sign-in", token, timeout=CHECK_TIMEOUT)

    def sessions(self, token: str) -> list[SignInRow]:
        """Return the person's own sign-ins, newest first."""
        return cast("dict[str, list[SignInRow]]", self._http.ask("GET", "/me/sessions", token))["items"]

    def end_session(self, token: str, sign_in_id: str) -> None:
        """End one of the person's own sign-ins. Raises `NotFound`."""
        self._http.ask("DELETE", path("me", "sessions", sign_in_id), token)

    def end_other_sessions(self, token: str) -> None:
        """End all of the person's own sign-ins but this one."""
        self._http.ask("DELETE", "/me/sessions", token)

    def ping(self) -> None:
        """Return when the service answers."""
        self._http.ask("GET", "/healthz")

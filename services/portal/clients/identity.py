"""Client of the identity service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from services.portal.clients.http import ServiceHttp, path
from services.portal.model.answers import MeAnswer, SignInAnswer


class HttpIdentity:
    """`ports.Identity` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def sign_in(self, username: str, password: str, address: str) -> SignInAnswer:
        """Return tokens and account. Raises `NotAuthenticated` or `TooManyRequests`."""
        body = {"username": username, "password": password}
        return cast(SignInAnswer, self._http.ask("POST", "/sessions", body=body, address=address))

    def refresh(self, refresh_token: str) -> SignInAnswer:
        """Return new tokens for a refresh token, which is used up. Raises `NotAuthenticated`."""
        return cast(SignInAnswer, self._http.ask("POST", "/sessions/refresh", body={"refresh_token": refresh_token}))

    def sign_out(self, refresh_token: str) -> None:
        """End the sign-in."""
        self._http.ask("POST", "/sessions/end", body={"refresh_token": refresh_token})

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

    def set_first_password(self, change_token: str, password: str, address: str) -> None:
        """Replace a first password that was given out. Raises `Invalid`, `NotAuthenticated`."""
        body = {"password_change_token": change_token, "new_password": password}
        self._http.ask("POST", "/password/first", body=body, address=address)

    def me(self, token: str) -> MeAnswer:
        """Return the account of the person signed in, with its unit."""
        return cast(MeAnswer, self._http.ask("GET", "/me", token))

    def change_password(self, token: str, current: str, new: str) -> None:
        """Change the password of the person signed in. Raises `Invalid`, `NotAuthenticated`."""
        self._http.ask("POST", "/password", token, body={"current_password": current, "new_password": new})

    def ping(self) -> None:
        """Return when the service answers."""
        self._http.ask("GET", "/healthz")

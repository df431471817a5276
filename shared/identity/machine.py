"""Access tokens of a machine: asked for with its own key, kept until shortly before they end (RFC 6749, section 4.4)."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import httpx
from joserfc.jwk import OKPKey

from shared.clock import Clock
from shared.errors import Unavailable
from shared.identity.assertions import assertion_fields

AHEAD = timedelta(seconds=45)
"""A token with less than this left is not handed out any more."""

REQUEST_SECONDS = 10.0


class MachineTokens:
    """Tokens of one client of the provider. Safe for threads."""

    def __init__(
        self,
        token_url: str,
        issuer: str,
        client_id: str,
        key: OKPKey,
        clock: Clock,
        *,
        http: httpx.Client | None = None,
    ) -> None:
        """`token_url` is where tokens are given, `issuer` the provider's own name; `key` signs for the client."""
        self._token_url = token_url
        self._issuer = issuer
        self._client_id = client_id
        self._key = key
        self._clock = clock
        self._http = http or httpx.Client(timeout=REQUEST_SECONDS, follow_redirects=False)
        self._lock = threading.Lock()
        self._kept = ""
        self._until: datetime | None = None

    def token(self) -> str:
        """Return a token that is good for a while. Raises `Unavailable` where the provider gives none."""
        with self._lock:
            now = self._clock.now()
            if self._until is None or now >= self._until:
                self._kept, lifetime = self._ask(now)
                self._until = now + lifetime - AHEAD
            return self._kept

    def _ask(self, now: datetime) -> tuple[str, timedelta]:
        fields = {
            "grant_type": "client_credentials",
            **assertion_fields(self._client_id, self._issuer, self._key, now),
        }
        try:
            answer = self._http.post(self._token_url, data=fields)
            answer.raise_for_status()
            body = answer.json()
            return str(body["access_token"]), timedelta(seconds=int(body["expires_in"]))
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise Unavailable from error

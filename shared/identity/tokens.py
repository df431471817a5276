"""Short-lived access tokens: signed JWT (RFC 7519, RFC 9068), verified offline by the issuer's key set."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization, OKPKey
from joserfc.jwt import JWTClaimsRegistry

from shared.clock import Clock
from shared.errors import NotAuthenticated, Unavailable
from shared.identity.actor import Actor, Role

ALGORITHM = "Ed25519"
TYPE = "at+jwt"
LIFETIME = timedelta(minutes=5)
AUDIENCE = "tongbao"
KEYS_KEPT_SECONDS = 300
FETCH_PAUSE_SECONDS = 5


class Issuer:
    """Signs access tokens with one key."""

    def __init__(self, issuer: str, key: OKPKey, clock: Clock) -> None:
        self._issuer = issuer
        self._key = key
        self._clock = clock

    def issue(self, actor: Actor, token_id: str) -> str:
        """Return a token that stands for `actor` for five minutes."""
        now = int(self._clock.now().timestamp())
        claims = {
            "iss": self._issuer,
            "aud": AUDIENCE,
            "sub": actor.account_id,
            "iat": now,
            "nbf": now,
            "exp": now + int(LIFETIME.total_seconds()),
            "jti": token_id,
            "role": actor.role.value,
            "unit": actor.unit_id,
            "division": actor.division,
        }
        header = {"alg": ALGORITHM, "typ": TYPE, "kid": self._key.kid}
        return jwt.encode(header, claims, self._key, algorithms=[ALGORITHM])


class Verifier:
    """Turns a token into an actor; knows one issuer and fetches its keys with `fetch_keys`."""

    def __init__(self, issuer: str, fetch_keys: Callable[[], KeySetSerialization], clock: Clock) -> None:
        self._issuer = issuer
        self._fetch = fetch_keys
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: dict[str, OKPKey] = {}
        self._fetched = -float("inf")

    def actor_of(self, token: str) -> Actor:
        """Return the actor of a token.

        Raises `NotAuthenticated` for any token that is not exactly as `Issuer` makes them, and `Unavailable` where the
        issuer's keys can't be had.
        """
        try:
            decoded = jwt.decode(token, self._key_for, algorithms=[ALGORITHM])
            if decoded.header.get("typ") != TYPE:
                raise NotAuthenticated
            registry = JWTClaimsRegistry(
                now=int(self._clock.now().timestamp()),
                leeway=0,
                iss={"essential": True, "value": self._issuer},
                aud={"essential": True, "value": AUDIENCE},
                sub={"essential": True},
                exp={"essential": True},
                nbf={"essential": True},
            )
            registry.validate(decoded.claims)
            return _actor(decoded.claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise NotAuthenticated from error

    def _key_for(self, obj: object) -> OKPKey:
        headers = obj.headers()  # type: ignore[attr-defined]  # joserfc's protocol for key look-up
        kid = headers.get("kid")
        if not isinstance(kid, str):
            raise ValueError("no key id")
        found = self._known_keys().get(kid) or self._known_keys(missing=kid).get(kid)
        if found is None:
            raise ValueError("unknown key id")
        return found

    def _known_keys(self, missing: str | None = None) -> dict[str, OKPKey]:
        """Return the issuer's keys, fetched again when old, or when one is missing and the last fetch is not recent."""
        with self._lock:
            age = time.monotonic() - self._fetched
            if age > KEYS_KEPT_SECONDS or (missing and age > FETCH_PAUSE_SECONDS):
                key_set = KeySet.import_key_set(self._fetch())
                self._keys = {key.kid: key for key in key_set if isinstance(key, OKPKey) and key.kid}
                self._fetched = time.monotonic()
            return self._keys


def _actor(claims: dict[str, object]) -> Actor:
    unit, division = claims.get("unit"), claims.get("division")
    if not isinstance(unit, str | None) or not isinstance(division, str | None):
        raise TypeError("unit and division are text")
    return Actor(account_id=str(claims["sub"]), role=Role(str(claims["role"])), unit_id=unit, division=division)


def fetch_over_http(url: str) -> Callable[[], KeySetSerialization]:
    """Return a function that gets the key set at `url`; it raises `Unavailable` when that fails."""

    def fetch() -> KeySetSerialization:
        try:
            answer = httpx.get(url, timeout=5.0, follow_redirects=False)
            answer.raise_for_status()
            keys: KeySetSerialization = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise Unavailable from error
        return keys

    return fetch

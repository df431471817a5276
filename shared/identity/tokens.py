"""Short-lived access tokens: signed JWT (RFC 7519, RFC 9068), verified offline by the issuer's key set."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta

import httpx
import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import GuestProtocol, KeySetSerialization, OKPKey

from shared.clock import Clock
from shared.errors import NotAuthenticated, Unavailable
from shared.identity.actor import Actor, Role

ALGORITHM = "Ed25519"
TYPE = "at+jwt"
LIFETIME = timedelta(minutes=5)
AUDIENCE = "tongbao"
KEYS_KEPT_SECONDS = 300
KEYS_HOLD_SECONDS = 3600
FETCH_PAUSE_SECONDS = 5
LONGEST_TOKEN = 4096

log = structlog.get_logger()


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
    """Turns a token into an actor; knows one issuer and fetches its keys with `fetch_keys`. Safe for threads.

    Keys are fetched when none are known, when they are old, and when a token names another one; never more often than
    every few seconds. While the issuer is away the known keys hold for an hour.
    """

    def __init__(
        self,
        issuer: str,
        fetch_keys: Callable[[], KeySetSerialization],
        clock: Clock,
        *,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """`seconds` is a monotonic count that the age of the keys is told by."""
        self._issuer = issuer
        self._fetch = fetch_keys
        self._clock = clock
        self._seconds = seconds
        self._lock = threading.Lock()
        self._keys: dict[str, OKPKey] = {}
        self._fetched = -float("inf")
        self._tried = -float("inf")

    def actor_of(self, token: str) -> Actor:
        """Return the actor of a token.

        Raises `NotAuthenticated` for any token that is not exactly as `Issuer` makes them, and `Unavailable` where the
        issuer's keys can't be had.
        """
        if len(token) > LONGEST_TOKEN:
            raise NotAuthenticated
        try:
            decoded = jwt.decode(token, self._key_for, algorithms=[ALGORITHM])
            if decoded.header.get("typ") != TYPE:
                raise NotAuthenticated
            return self._checked(decoded.claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            # Not chained: the error may quote the token.
            log.info("token_refused", error=type(error).__name__)
            raise NotAuthenticated from None

    def _checked(self, claims: Mapping[str, object]) -> Actor:
        """Return the actor of genuine claims. Raises `ValueError`, `KeyError` or `TypeError` for any other."""
        if claims["iss"] != self._issuer or claims["aud"] != AUDIENCE:
            raise ValueError("made by another, or for another")
        issued, begins, ends = (_moment(claims[name]) for name in ("iat", "nbf", "exp"))
        if not issued <= begins <= self._clock.now().timestamp() < ends <= issued + LIFETIME.total_seconds():
            raise ValueError("not valid now, or for too long")
        _text(claims["jti"])
        return Actor(
            account_id=_text(claims["sub"]),
            role=Role(_text(claims["role"])),
            unit_id=_text_or_none(claims.get("unit")),
            division=_text_or_none(claims.get("division")),
        )

    def _key_for(self, obj: GuestProtocol) -> OKPKey:
        kid = obj.headers().get("kid")
        if not isinstance(kid, str):
            raise ValueError("no key id")
        found = self._known_keys().get(kid) or self._known_keys(is_missing=True).get(kid)
        if found is None:
            raise ValueError("unknown key id")
        return found

    def _known_keys(self, *, is_missing: bool = False) -> dict[str, OKPKey]:
        """Return the issuer's keys, fetched again where that is due; one thread fetches, others use the old ones."""
        if self._is_due(is_missing) and self._lock.acquire(blocking=not self._keys):
            try:
                if self._is_due(is_missing):
                    self._fetch_again()
            finally:
                self._lock.release()
        if not self._keys:
            raise Unavailable
        return self._keys

    def _is_due(self, is_missing: bool) -> bool:
        now = self._seconds()
        is_old = now - self._fetched > KEYS_KEPT_SECONDS
        return (is_old or is_missing) and now - self._tried > FETCH_PAUSE_SECONDS

    def _fetch_again(self) -> None:
        self._tried = self._seconds()
        try:
            self._keys = _usable(self._fetch())
            self._fetched = self._tried
        except Unavailable:
            if not self._keys or self._tried - self._fetched > KEYS_HOLD_SECONDS:
                raise


def _usable(answer: object) -> dict[str, OKPKey]:
    """Return the keys of a set that can verify our tokens, by id. Raises `Unavailable` where there are none."""
    listed = answer.get("keys") if isinstance(answer, dict) else None
    if not isinstance(listed, list):
        raise Unavailable
    try:
        keys = {
            key["kid"]: OKPKey.import_key(key)
            for key in listed
            if isinstance(key, dict)
            and (key.get("kty"), key.get("crv")) == ("OKP", "Ed25519")
            and key.get("use", "sig") == "sig"
            and isinstance(key.get("kid"), str)
        }
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise Unavailable from error
    if not keys:
        raise Unavailable
    return keys


def _moment(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("a moment is a whole number of seconds")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("a text is missing")
    return value


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


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

"""Whose access tokens are taken: a table of issuers with one algorithm each, and the cache of an issuer's keys.

The table comes from the settings: one issuer by name, or a file that lists several. Nothing of a token decides how it
is checked: its issuer names a row, the row names the algorithm, and the key is one of the row's own (RFC 8725).
"""

from __future__ import annotations

import dataclasses
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySetSerialization, OKPKey, RSAKey

from shared.errors import Unavailable
from shared.settings import SettingsError

ALGORITHM = "Ed25519"
AUDIENCE = "tongbao"
KEYS_KEPT_SECONDS = 300
KEYS_HOLD_SECONDS = 3600
FETCH_PAUSE_SECONDS = 5
FETCH_SECONDS = 5.0

PublicKey = OKPKey | ECKey | RSAKey
Fetch = Callable[[], KeySetSerialization]

_KINDS: dict[str, tuple[type[PublicKey], str, str | None]] = {
    "Ed25519": (OKPKey, "OKP", "Ed25519"),
    "EdDSA": (OKPKey, "OKP", "Ed25519"),
    "ES256": (ECKey, "EC", "P-256"),
    "ES384": (ECKey, "EC", "P-384"),
    "PS256": (RSAKey, "RSA", None),
    "RS256": (RSAKey, "RSA", None),
}
"""The algorithms that a row may name, with the kind of key that belongs to each. Secrets that both sides know are none."""


@dataclass(frozen=True)
class IssuerRule:
    """How the tokens of one issuer are checked, and which of their claims say who acts.

    `type` is the header's `typ` (RFC 9068); `nbf_required` may be false for an issuer that leaves `nbf` out.
    """

    issuer: str
    algorithm: str = ALGORITHM
    audience: str = AUDIENCE
    type: str = "at+jwt"
    role_claim: str = "role"
    unit_claim: str = "unit"
    division_claim: str = "division"
    nbf_required: bool = True

    def __post_init__(self) -> None:
        if self.algorithm not in _KINDS:
            raise SettingsError("an issuer's algorithm is not one of " + ", ".join(_KINDS))


class IssuerKeys:
    """The public keys of one issuer, fetched with `fetch`. Safe for threads.

    Keys are fetched when none are known, when they are old, and when a token names another one; never more often than
    every few seconds. While the issuer is away the known keys hold for an hour.
    """

    def __init__(self, algorithm: str, fetch: Fetch, seconds: Callable[[], float] = time.monotonic) -> None:
        """`seconds` is a monotonic count that the age of the keys is told by."""
        self._algorithm = algorithm
        self._fetch = fetch
        self._seconds = seconds
        self._lock = threading.Lock()
        self._keys: dict[str, PublicKey] = {}
        self._fetched = -float("inf")
        self._tried = -float("inf")

    def find(self, kid: object) -> PublicKey:
        """Return the key of this id. Raises `ValueError` for one that the issuer doesn't have, and `Unavailable`."""
        if not isinstance(kid, str):
            raise ValueError("no key id")
        found = self._known().get(kid) or self._known(is_missing=True).get(kid)
        if found is None:
            raise ValueError("unknown key id")
        return found

    def _known(self, *, is_missing: bool = False) -> dict[str, PublicKey]:
        """Return the issuer's keys, fetched again where that is due; one thread fetches, others use the old ones.

        Who has no use for the old ones waits for that thread: a fetch under way is no reason to turn anybody away.
        """
        waits = is_missing or not self._keys
        if (waits or self._is_due(is_missing)) and self._lock.acquire(blocking=waits):
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
            self._keys = _usable(self._fetch(), self._algorithm)
            self._fetched = self._tried
        except Unavailable:
            if not self._keys or self._tried - self._fetched > KEYS_HOLD_SECONDS:
                raise


@dataclass(frozen=True)
class TrustedIssuer:
    """A row of the table with its keys."""

    rule: IssuerRule
    keys: IssuerKeys


class IssuerSettings(Protocol):
    """The part of a service's settings that names the issuers."""

    @property
    def issuer(self) -> str:
        """The one issuer, where there is no file."""
        ...

    @property
    def jwks_url(self) -> str:
        """Where its keys are published."""
        ...

    @property
    def issuers_file(self) -> str:
        """A JSON list of objects with the fields of `IssuerRule` and `jwks_url`; empty for the one issuer."""
        ...


def issuers_of(settings: IssuerSettings) -> tuple[TrustedIssuer, ...]:
    """Return the table that the settings describe. Raises `SettingsError` for one that can't be used."""
    if not settings.issuers_file:
        if not settings.issuer:
            raise SettingsError("TONGBAO_ISSUER or TONGBAO_ISSUERS_FILE is missing")
        return (_trusted(IssuerRule(settings.issuer), settings.jwks_url),)
    try:
        rows = json.loads(Path(settings.issuers_file).read_text("utf-8"))
        found = tuple(_trusted(IssuerRule(**row), url) for row in rows for url in (row.pop("jwks_url"),))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        raise SettingsError("TONGBAO_ISSUERS_FILE can't be read as a list of issuers") from None
    if not found or len({each.rule.issuer for each in found}) != len(found):
        raise SettingsError("TONGBAO_ISSUERS_FILE names no issuer, or one of them twice")
    return found


def _trusted(rule: IssuerRule, url: str) -> TrustedIssuer:
    if any(not isinstance(getattr(rule, field.name), str | bool) for field in dataclasses.fields(rule)):
        raise ValueError("a field of the wrong kind")
    return TrustedIssuer(rule, IssuerKeys(rule.algorithm, fetch_over_http(url)))


def fetch_over_http(url: str) -> Fetch:
    """Return a function that gets the key set at `url`; it raises `Unavailable` when that fails."""

    def fetch() -> KeySetSerialization:
        try:
            answer = httpx.get(url, timeout=FETCH_SECONDS, follow_redirects=False)
            answer.raise_for_status()
            keys: KeySetSerialization = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise Unavailable from error
        return keys

    return fetch


def _usable(answer: object, algorithm: str) -> dict[str, PublicKey]:
    """Return the keys of a set that verify by the algorithm, by id. Raises `Unavailable` where there are none."""
    listed = answer.get("keys") if isinstance(answer, dict) else None
    if not isinstance(listed, list):
        raise Unavailable
    cls, kind, curve = _KINDS[algorithm]
    try:
        keys: dict[str, PublicKey] = {
            key["kid"]: cls.import_key(key)
            for key in listed
            if isinstance(key, dict)
            and (key.get("kty"), key.get("crv")) == (kind, curve)
            and key.get("use", "sig") == "sig"
            and key.get("alg", algorithm) == algorithm
            and isinstance(key.get("kid"), str)
        }
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise Unavailable from error
    if not keys:
        raise Unavailable
    return keys

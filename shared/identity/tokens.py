"""Short-lived access tokens: signed JWT (RFC 7519, RFC 9068), verified offline by the key set of their issuer."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from shared.clock import Clock
from shared.errors import NotAuthenticated
from shared.identity.actor import Actor, Role
from shared.identity.issuers import ALGORITHM, AUDIENCE, Fetch, IssuerKeys, IssuerRule, PublicKey, TrustedIssuer
from shared.recent import Recent

TYPE = "at+jwt"
LIFETIME = timedelta(minutes=5)
LEEWAY = timedelta(seconds=10)
"""By so much another machine's clock may be ahead of ours; nothing is added to the end of a token."""

LONGEST_TOKEN = 4096
MOST_KEPT = 4096
"""Of so many tokens the claims are kept, so that their signature is verified once and not at every request."""

log = structlog.get_logger()


class Issuer:
    """Signs access tokens with one key."""

    def __init__(self, issuer: str, key: OKPKey, clock: Clock) -> None:
        self._issuer = issuer
        self._key = key
        self._clock = clock

    def issue(self, actor: Actor, token_id: str, client_id: str = "", sign_in_id: str = "") -> str:
        """Return a token that stands for `actor` for five minutes.

        It names the client that asked for it and the sign-in that it comes from, where there is one.
        """
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
            **({"client_id": client_id} if client_id else {}),
            **({"sid": sign_in_id} if sign_in_id else {}),
        }
        return self.sign(claims, TYPE)

    def sign(self, claims: Mapping[str, object], typ: str) -> str:
        """Return a JWT of this type over the claims."""
        header = {"alg": ALGORITHM, "typ": typ, "kid": self._key.kid}
        return jwt.encode(header, dict(claims), self._key, algorithms=[ALGORITHM])


@dataclass(frozen=True)
class _Genuine:
    """What a token says that its issuer signed with `key`: who it stands for, and from when to when, in seconds."""

    actor: Actor
    begins: int
    ends: int
    trusted: TrustedIssuer
    kid: object
    key: PublicKey

    def is_key_current(self) -> bool:
        """Whether the issuer still has this very key. Raises `ValueError` where it has none of the name, `Unavailable`."""
        return self.trusted.keys.find(self.kid) is self.key


class Verifier:
    """Turns a token into an actor; knows a fixed table of issuers.

    A token that was verified before is not verified again while the key is there that signed it; its times are looked
    at every time.
    """

    def __init__(self, issuers: Sequence[TrustedIssuer], clock: Clock) -> None:
        self._issuers = {each.rule.issuer: each for each in issuers}
        self._clock = clock
        self._kept: Recent[bytes, _Genuine] = Recent(MOST_KEPT)

    @classmethod
    def of_one(
        cls, issuer: str, fetch: Fetch, clock: Clock, *, seconds: Callable[[], float] = time.monotonic
    ) -> Verifier:
        """Return a verifier that knows one issuer of our own kind."""
        return cls((TrustedIssuer(IssuerRule(issuer), IssuerKeys(ALGORITHM, fetch, seconds)),), clock)

    def actor_of(self, token: str) -> Actor:
        """Return the actor of a token.

        Raises `NotAuthenticated` for any token that is not exactly as its issuer's row says, and `Unavailable` where
        the issuer's keys can't be had.
        """
        if len(token) > LONGEST_TOKEN:
            raise NotAuthenticated
        try:
            digest = hashlib.sha256(token.encode("ascii")).digest()
            genuine = self._kept.find(digest)
            if genuine is None or not genuine.is_key_current():
                genuine = self._verified(token)
                self._kept.keep(digest, genuine)
            now = self._clock.now().timestamp()
            if genuine.begins > now + LEEWAY.total_seconds() or now >= genuine.ends:
                raise ValueError("not valid now")
            return genuine.actor
        except (JoseError, ValueError, KeyError, TypeError) as error:
            # Not chained: the error may quote the token.
            log.info("token_refused", error=type(error).__name__)
            raise NotAuthenticated from None

    def _verified(self, token: str) -> _Genuine:
        """Return the claims of a token that the issuer it names has signed. Raises `NotAuthenticated` and as joserfc does."""
        unverified = jws.extract_compact(token.encode("ascii"))
        trusted = self._issuers[text(json.loads(unverified.payload)["iss"])]  # chooses a row and proves nothing
        kid = unverified.headers().get("kid")
        key = trusted.keys.find(kid)
        decoded = jwt.decode(token, key, algorithms=[trusted.rule.algorithm])
        if decoded.header.get("typ") != trusted.rule.type:
            raise NotAuthenticated
        return _read(decoded.claims, trusted, kid, key)


def _read(claims: Mapping[str, object], trusted: TrustedIssuer, kid: object, key: PublicKey) -> _Genuine:
    """Return what genuine claims say. Raises `ValueError`, `KeyError` or `TypeError` where they are not as the row says."""
    rule = trusted.rule
    if claims["iss"] != rule.issuer or claims["aud"] != rule.audience:
        raise ValueError("made by another, or for another")
    issued, ends = moment(claims["iat"]), moment(claims["exp"])
    begins = moment(claims["nbf"]) if rule.nbf_required or "nbf" in claims else issued
    if ends > issued + LIFETIME.total_seconds():
        raise ValueError("valid for too long")
    text(claims["jti"])
    actor = Actor(
        account_id=text(claims["sub"]),
        role=Role(text(claims[rule.role_claim])),
        unit_id=text_or_none(claims.get(rule.unit_claim)),
        division=text_or_none(claims.get(rule.division_claim)),
    )
    return _Genuine(actor, max(issued, begins), ends, trusted, kid, key)


def sign_in_of(token: str) -> str:
    """Return the sign-in that a token comes from, which was verified before; empty for one that names none."""
    return str(json.loads(jws.extract_compact(token.encode("ascii")).payload).get("sid", ""))


def moment(value: object) -> int:
    """Return a moment of a claim in whole seconds. Raises `TypeError`."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("a moment is a whole number of seconds")
    return value


def text(value: object) -> str:
    """Return the text of a claim. Raises `TypeError` for another kind or an empty one."""
    if not isinstance(value, str) or not value:
        raise TypeError("a text is missing")
    return value


def text_or_none(value: object) -> str | None:
    """Return the text of a claim that may be missing. Raises `TypeError`."""
    return None if value is None else text(value)

"""Client of the OpenID Connect provider: identity, or any other that the settings name.

The addresses come from the provider's own description. Its answers are trusted no further than they can be checked:
issuer, audience, nonce, life and signature of the ID token by the one algorithm of the settings (OIDC Core 3.1.3.7).
"""

from __future__ import annotations

import hmac
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

import httpx
import structlog
from joserfc import jwt
from joserfc.errors import JoseError

from services.portal.model.session import Account
from services.portal.model.sign_in import Flow, Identified
from shared.clock import Clock
from shared.errors import NotAuthenticated, Unavailable
from shared.identity.actor import ROLE_LABELS, Role
from shared.identity.issuers import IssuerKeys, fetch_over_http
from shared.identity.tokens import LEEWAY, moment, text, text_or_none

REQUEST_SECONDS = 10.0
DESCRIPTION_KEPT = timedelta(minutes=10)
LONGEST_ID_TOKEN = 16_384

log = structlog.get_logger()

Fields = Mapping[str, str]


@dataclass(frozen=True)
class Registration:
    """How the portal is known to the provider, and what the provider's claims are called.

    `internal_url` replaces the issuer in the addresses that the portal itself calls, where it reaches the provider by
    another way than browsers do.
    """

    issuer: str
    client_id: str
    portal_url: str
    algorithm: str
    internal_url: str = ""
    scope: str = "openid profile"
    role_claim: str = "role"
    unit_claim: str = "unit"
    division_claim: str = "division"

    @property
    def callback(self) -> str:
        """Where the provider sends browsers back to."""
        return f"{self.portal_url}/sign-in/callback"

    @property
    def after_sign_out(self) -> str:
        """Where browsers go after a sign-out."""
        return f"{self.portal_url}/sign-in?done=signed_out"

    def inside(self, address: str) -> str:
        """Return an address of the provider as the portal reaches it."""
        base, outside = self.internal_url, self.issuer.rstrip("/")
        return base + address.removeprefix(outside) if base and address.startswith(f"{outside}/") else address


class HttpProvider:
    """`ports.Provider` over HTTP. Safe for threads."""

    def __init__(
        self,
        registration: Registration,
        prove: Callable[[], Fields],
        division_name: Callable[[str], str],
        clock: Clock,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """`prove` gives the fields by which the portal proves to be itself; `division_name` the name of a code."""
        self._registration = registration
        self._prove = prove
        self._division_name = division_name
        self._clock = clock
        self._http = httpx.Client(timeout=REQUEST_SECONDS, transport=transport, follow_redirects=False, trust_env=False)
        self._lock = threading.Lock()
        self._described: Mapping[str, str] = {}
        self._described_at: datetime | None = None
        self._keys: IssuerKeys | None = None

    def sign_in_url(self, flow: Flow, prompt: str = "") -> str:
        """Return where a browser goes to sign in; `prompt` asks for more than that. Raises `Unavailable`."""
        query = {
            "response_type": "code",
            "client_id": self._registration.client_id,
            "redirect_uri": self._registration.callback,
            "scope": self._registration.scope,
            "state": flow.state,
            "nonce": flow.nonce,
            "code_challenge": flow.challenge,
            "code_challenge_method": "S256",
            **({"prompt": prompt} if prompt else {}),
        }
        return f"{self._description()['authorization_endpoint']}?{urlencode(query)}"

    def redeem(self, code: str, issuer: str, flow: Flow) -> Identified:
        """Return who has signed in. `issuer` is what the answer names itself by (RFC 9207); it may be missing.

        Raises `NotAuthenticated` for a code or an ID token that does not hold, and `Unavailable`.
        """
        if issuer and issuer != self._registration.issuer:
            raise NotAuthenticated
        callback = self._registration.callback
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": callback}
        answer = self._token(fields | {"code_verifier": flow.verifier})
        try:
            account = self._account(self._claims(text(answer["id_token"]), flow.nonce))
        except (JoseError, ValueError, KeyError, TypeError) as error:
            log.warning("id_token_refused", error=type(error).__name__)
            raise NotAuthenticated from None
        return _identified(account, answer, "")

    def refresh(self, refresh_token: str, account: Account) -> Identified:
        """Return new tokens for a refresh token. Raises `NotAuthenticated`, `Unavailable`."""
        answer = self._token({"grant_type": "refresh_token", "refresh_token": refresh_token})
        return _identified(account, answer, refresh_token)

    def sign_out(self, refresh_token: str) -> None:
        """End the sign-in at the provider, where it has a way for that. Raises `Unavailable`."""
        address = self._description().get("revocation_endpoint")
        if address:
            self._post(address, {"token": refresh_token, "token_type_hint": "refresh_token"})

    def sign_out_url(self) -> str:
        """Return where a browser goes after a sign-out, so that the provider forgets it too. Raises `Unavailable`."""
        address = self._description().get("end_session_endpoint")
        query = {
            "client_id": self._registration.client_id,
            "post_logout_redirect_uri": self._registration.after_sign_out,
        }
        return f"{address}?{urlencode(query)}" if address else self._registration.after_sign_out

    def account_url(self) -> str:
        """Return where the provider keeps pages of one's account; empty for one that isn't our identity."""
        return self._description().get("tongbao_account_pages", "")

    def ping(self) -> None:
        """Return when the provider answers. Raises `Unavailable`."""
        self._description()

    def _token(self, fields: Fields) -> Mapping[str, object]:
        response = self._post(self._description()["token_endpoint"], fields)
        try:
            answer = response.json()
        except ValueError as error:
            raise Unavailable from error
        if not isinstance(answer, dict):
            raise Unavailable
        if response.status_code in (400, 401):
            log.info("provider_refused", error=str(answer.get("error", ""))[:40])
            if answer.get("error") == "invalid_grant":
                raise NotAuthenticated
        if response.status_code != httpx.codes.OK:
            raise Unavailable
        return answer

    def _post(self, address: str, fields: Fields) -> httpx.Response:
        try:
            return self._http.post(self._registration.inside(address), data={**self._prove(), **fields})
        except httpx.HTTPError as error:
            raise Unavailable from error

    def _claims(self, token: str, nonce: str) -> Mapping[str, object]:
        """Return the claims of a genuine ID token. Raises `ValueError`, `KeyError`, `TypeError` or `JoseError`."""
        if len(token) > LONGEST_ID_TOKEN:
            raise ValueError("too long")
        self._description()
        keys, registration = self._keys, self._registration
        if keys is None:
            raise Unavailable
        decoded = jwt.decode(token, lambda it: keys.find(it.headers().get("kid")), algorithms=[registration.algorithm])
        claims: Mapping[str, object] = decoded.claims
        audience = claims["aud"]
        if claims["iss"] != registration.issuer or audience not in (registration.client_id, [registration.client_id]):
            raise ValueError("made by another, or for another")
        now = self._clock.now().timestamp()
        if now >= moment(claims["exp"]) or moment(claims["iat"]) > now + LEEWAY.total_seconds():
            raise ValueError("not valid now")
        if not hmac.compare_digest(text(claims["nonce"]).encode(), nonce.encode()):
            raise ValueError("an answer to another request")
        return claims

    def _account(self, claims: Mapping[str, object]) -> Account:
        names = self._registration
        role = Role(text(claims[names.role_claim]))
        division = text_or_none(claims.get(names.division_claim)) or ""
        return Account(
            id=text(claims["sub"]),
            role=role,
            role_label=ROLE_LABELS[role],
            display_name=text(claims.get("name") or claims.get("preferred_username") or claims["sub"]),
            unit_id=text_or_none(claims.get(names.unit_claim)) or "",
            division=division,
            division_name=self._division_name(division) if division else "",
        )

    def _description(self) -> Mapping[str, str]:
        """Return the provider's description (OpenID Connect Discovery), read again now and then."""
        with self._lock:
            now = self._clock.now()
            if self._described_at is None or now >= self._described_at + DESCRIPTION_KEPT:
                self._describe_again(now)
            return self._described

    def _describe_again(self, now: datetime) -> None:
        registration = self._registration
        try:
            address = registration.inside(registration.issuer.rstrip("/") + "/.well-known/openid-configuration")
            answer = self._http.get(address)
            answer.raise_for_status()
            found = {name: value for name, value in answer.json().items() if isinstance(value, str)}
            if found["issuer"] != registration.issuer:
                raise ValueError("the description of another")
            jwks = registration.inside(found["jwks_uri"])
            needed = (found["authorization_endpoint"], found["token_endpoint"])
        except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
            if not self._described:
                raise Unavailable from error
            log.warning("provider_not_described", error=type(error).__name__)
            return
        if self._keys is None and all(needed):
            self._keys = IssuerKeys(registration.algorithm, fetch_over_http(jwks))
        self._described, self._described_at = found, now


def _identified(account: Account, answer: Mapping[str, object], refresh: str) -> Identified:
    """Return what a token answer gives. A provider that doesn't renew refresh tokens leaves the old one in force."""
    try:
        lifetime = moment(answer["expires_in"])
        return Identified(account, text(answer["access_token"]), text(answer.get("refresh_token") or refresh), lifetime)
    except (KeyError, TypeError) as error:
        raise Unavailable from error

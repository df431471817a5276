"""Client authentication by a signed proof (`private_key_jwt`; RFC 7523, section 3; OIDC Core, section 9)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from authlib.oauth2.rfc6749 import InvalidClientError
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from services.identity.model.clients import Client
from services.identity.routes.oauth.client_view import AUTH_METHOD, ClientView
from services.identity.routes.request import deps
from shared.identity.issuers import ALGORITHM
from shared.identity.tokens import LEEWAY, moment, text

LONGEST_PROOF = 4096
LONGEST_LIFE = timedelta(minutes=5)
LONGEST_ID = 128


class ClientProof(JWTBearerClientAssertion):
    """Authlib's way to read a proof, with one algorithm, our clock, and each proof good once."""

    CLIENT_AUTH_METHOD = AUTH_METHOD

    def __init__(self, audiences: tuple[str, ...]) -> None:
        """`audiences` are the names under which this provider may be meant."""
        super().__init__()
        self._audiences = audiences

    def extract_assertion(self, assertion: str) -> object:
        """Return header and claims, not checked yet."""
        if len(assertion) > LONGEST_PROOF:
            raise InvalidClientError(description="The assertion is too long.")
        return super().extract_assertion(assertion)

    def resolve_client_public_key(self, client: ClientView) -> KeySet:
        """Return the keys that the client registered; none that the proof itself names."""
        return _keys(client.client)

    def process_assertion_claims(self, assertion: str, resolve_key: KeySet) -> object:
        """Return the claims of a genuine proof. Raises `InvalidClientError` for any other."""
        try:
            token = jwt.decode(assertion, resolve_key, algorithms=[ALGORITHM])
            if not isinstance(token.header.get("kid"), str):
                raise ValueError("no key id")
            self._check(token.claims)
        except (JoseError, ValueError, KeyError, TypeError):
            raise InvalidClientError(description="The assertion is not valid.") from None
        return token.claims

    def _check(self, claims: Mapping[str, object]) -> None:
        """Check genuine claims and use the proof up. Raises `ValueError`, `KeyError` or `TypeError`."""
        client_id, now = text(claims["sub"]), deps().clock.now()
        audience = claims["aud"]
        named = [audience] if isinstance(audience, str) else audience
        ends, issued = moment(claims["exp"]), moment(claims.get("iat", claims["exp"]))
        begins = moment(claims.get("nbf", issued))
        latest = now.timestamp() + LEEWAY.total_seconds()
        if (
            claims["iss"] != client_id
            or not isinstance(named, list)
            or len(named) != 1
            or named[0] not in self._audiences
        ):
            raise ValueError("made by another, or for another")
        if now.timestamp() >= ends or ends > now.timestamp() + LONGEST_LIFE.total_seconds() or begins > latest:
            raise ValueError("not valid now, or for too long")
        if "iat" in claims and issued > latest:
            raise ValueError("made in the future")
        proof_id = text(claims["jti"])
        if len(proof_id) > LONGEST_ID or not deps().proofs.spend(
            client_id, proof_id, datetime.fromtimestamp(ends, UTC)
        ):
            raise ValueError("used before")


def _keys(client: Client) -> KeySet:
    return KeySet.import_key_set({"keys": [dict(key.jwk()) for key in client.keys]})

"""How a client proves who it is: a JWT that it signs with its own key (`private_key_jwt`, RFC 7523, OIDC Core 9)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from joserfc import jwt
from joserfc.jwk import KeySetSerialization, OKPKey

from shared.crypto.errors import KeyUnknown
from shared.identity.issuers import ALGORITHM
from shared.ids import new_id

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIFETIME = timedelta(minutes=1)


def signing_key(private: KeySetSerialization) -> OKPKey:
    """Return the first signing key of a set as `shared.crypto.jose_file` reads it. Raises `KeyUnknown`."""
    for key in private["keys"]:
        if key.get("use") == "sig":
            return OKPKey.import_key(key)
    raise KeyUnknown("the set has no key that signs")


def client_assertion(client_id: str, issuer: str, key: OKPKey, now: datetime) -> str:
    """Return a proof for the provider `issuer`, good once and for a minute."""
    begins = int(now.timestamp())
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": issuer,
        "iat": begins,
        "nbf": begins,
        "exp": begins + int(LIFETIME.total_seconds()),
        "jti": new_id(),
    }
    return jwt.encode({"alg": ALGORITHM, "typ": "JWT", "kid": key.kid}, claims, key, algorithms=[ALGORITHM])


def assertion_fields(client_id: str, issuer: str, key: OKPKey, now: datetime) -> Mapping[str, str]:
    """Return the fields of a token request that prove the client."""
    return {
        "client_id": client_id,
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": client_assertion(client_id, issuer, key, now),
    }

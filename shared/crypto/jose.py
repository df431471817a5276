"""Messages that others read or vouch for: signed (JWS, RFC 7515), encrypted (JWE, RFC 7516), or signed then encrypted.

One algorithm each, nothing to negotiate: Ed25519 (RFC 8037, named as in RFC 9864); ECDH-ES+A256KW with A256GCM on
X25519. A key set holds a signing key and an encryption key; the first of each kind is used, all of them are read, so a
new key is put in front and the old one is dropped later. The key id stands in every header. A signature inside an
encrypted message names the reader's key (`to`): no reader can pass it on to another as if it had been meant for them.
"""

from __future__ import annotations

from typing import Any, Literal

from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySetSerialization, OKPKey
from joserfc.registry import HeaderParameter

from shared.crypto.errors import BadSignature, CannotDecrypt, KeyUnknown

__all__ = [
    "KeySetSerialization",
    "create_jose_keys",
    "open_sealed",
    "public_part",
    "seal_for",
    "sign",
    "signed_in",
    "verify",
]

SIGNING = "Ed25519"
WRAPPING = "ECDH-ES+A256KW"
ENCRYPTING = "A256GCM"
SIGNED_INSIDE = "JWS"

MAX_SIZE = 8 * 1024 * 1024  # bytes of a compact message; the library's own bound of 64 KiB is below a unit's record

_JWS = jws.JWSRegistry({"to": HeaderParameter("Key of the reader", "str")}, algorithms=[SIGNING])
_JWS.max_payload_length = MAX_SIZE
_JWE = jwe.JWERegistry(algorithms=[WRAPPING, ENCRYPTING])
_JWE.max_ciphertext_length = MAX_SIZE


def create_jose_keys(name: str) -> KeySetSerialization:
    """Return a fresh private JWK set: one key that signs, one that decrypts; `name` begins their ids.

    The ids end in the RFC 7638 thumbprint, so no two keys share one.
    """
    return {"keys": [_fresh(name, "Ed25519", "sig", SIGNING), _fresh(name, "X25519", "enc", WRAPPING)]}


def public_part(private: KeySetSerialization) -> KeySetSerialization:
    """Return the set without its private parts."""
    return {"keys": [OKPKey.import_key(key).as_dict(private=False) for key in private["keys"]]}


def sign(private: KeySetSerialization, payload: bytes, *, typ: str = "", to: str = "") -> str:
    """Return a compact JWS over the payload. `typ` and `to` are bound into it where given."""
    key = _first(private, "sig")
    header = {"alg": SIGNING, "kid": key.kid}
    header |= {"typ": typ} if typ else {}
    header |= {"to": to} if to else {}
    return jws.serialize_compact(header, payload, key, registry=_JWS)


def verify(public: KeySetSerialization, token: str, *, typ: str = "", to: str = "") -> bytes:
    """Return the payload of a compact JWS by one of the keys of the set.

    Raises `BadSignature` for any other signer, and where `typ` or `to` isn't the very one that is asked for.
    """
    try:
        signed = jws.deserialize_compact(
            token, lambda it: _by_id(public, "sig", it.headers().get("kid")), registry=_JWS
        )
    except (JoseError, KeyUnknown, ValueError, TypeError, KeyError) as error:
        raise BadSignature("the signature does not hold") from error
    header = signed.headers()
    if header.get("typ", "") != typ or header.get("to", "") != to:
        raise BadSignature("signed for another use or reader")
    return signed.payload


def seal_for(
    reader_public: KeySetSerialization,
    payload: bytes,
    sign_with: KeySetSerialization | None = None,
    typ: str = "",
) -> str:
    """Return a compact JWE that only the reader opens; with `sign_with`, the payload is signed inside of it."""
    key = _first(reader_public, "enc")
    header = {"alg": WRAPPING, "enc": ENCRYPTING, "kid": key.kid}
    header |= {"typ": typ} if typ else {}
    if sign_with is not None:
        payload = sign(sign_with, payload, typ=typ, to=key.kid or "").encode()
        header |= {"cty": SIGNED_INSIDE}
    return jwe.encrypt_compact(header, payload, key, registry=_JWE)


def open_sealed(
    private: KeySetSerialization,
    token: str,
    signer_public: KeySetSerialization | None = None,
    typ: str = "",
) -> bytes:
    """Return the payload of `seal_for`.

    With `signer_public` it must be signed by that signer for this reader; without, it must not be signed, since a
    signature that nobody checks says nothing. Raises `CannotDecrypt`, `BadSignature`.
    """
    header, payload = _unwrapped(private, token, typ)
    if (signer_public is not None) != (header.get("cty") == SIGNED_INSIDE):
        raise BadSignature("signed where no signature was expected, or the other way round")
    if signer_public is None:
        return payload
    return verify(signer_public, payload.decode("ascii", "replace"), typ=typ, to=header["kid"])


def signed_in(private: KeySetSerialization, token: str, typ: str = "") -> str:
    """Return the compact JWS inside of `seal_for`, unverified, to be shown to somebody else who verifies it.

    Raises `CannotDecrypt`, and `BadSignature` where nothing is signed.
    """
    header, payload = _unwrapped(private, token, typ)
    if header.get("cty") != SIGNED_INSIDE:
        raise BadSignature("nothing is signed")
    return payload.decode("ascii", "replace")


def _unwrapped(private: KeySetSerialization, token: str, typ: str) -> tuple[dict[str, Any], bytes]:
    try:
        opened = jwe.decrypt_compact(token, lambda it: _by_id(private, "enc", it.headers().get("kid")), registry=_JWE)
        header, payload = opened.headers(), opened.plaintext
    except (JoseError, KeyUnknown, ValueError, TypeError, KeyError) as error:
        raise CannotDecrypt("the message does not open") from error
    if payload is None or header.get("typ", "") != typ:
        raise CannotDecrypt("the message is of another use")
    return header, payload


def _fresh(name: str, curve: Literal["Ed25519", "X25519"], use: str, algorithm: str) -> dict[str, str | list[str]]:
    key = OKPKey.generate_key(curve)
    kid = f"{name}-{use}-{key.thumbprint()[:16]}"
    return {**key.as_dict(private=True), "kid": kid, "use": use, "alg": algorithm}


def _keys(keys: KeySetSerialization, use: str) -> list[OKPKey]:
    return [OKPKey.import_key(key) for key in keys["keys"] if key.get("use") == use]


def _first(keys: KeySetSerialization, use: str) -> OKPKey:
    found = _keys(keys, use)
    if not found:
        raise KeyUnknown(f"the set has no key of use {use}")
    return found[0]


def _by_id(keys: KeySetSerialization, use: str, kid: object) -> OKPKey:
    for key in _keys(keys, use):
        if kid is not None and key.kid == kid:
            return key
    raise KeyUnknown(f"the set has no such key of use {use}")

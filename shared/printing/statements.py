"""Statements in JSON, signed by the certificate that signs paper: JWS (RFC 7515) in its flattened JSON form.

The algorithm follows from the key (RSA: RS256, Ed25519: Ed25519, P-256: ES256), nothing is negotiated. The header holds
the signing certificate (`x5c`) and as key id its SHA-256, so a statement is verified later by the authority's
certificate alone, however often the key was changed since. There is one text for one statement: keys sorted, no blanks,
base64 without spare bits; a text that says the same in another way is refused.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from asn1crypto.x509 import Certificate
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko_certvalidator import CertificateValidator, ValidationContext

from shared.printing.loop import finish

Key = RSAKey | OKPKey | ECKey

_ALGORITHMS: dict[str, tuple[str, type[RSAKey] | type[OKPKey] | type[ECKey]]] = {
    "rsa": ("RS256", RSAKey),
    "ed25519": ("Ed25519", OKPKey),
    "ec": ("ES256", ECKey),
}
_REGISTRY = jws.JWSRegistry(algorithms=["RS256", "Ed25519", "ES256"])
_REGISTRY.max_header_length = 16 * 1024
_MEMBERS = frozenset({"payload", "protected", "signature"})
_USAGE = {"digital_signature"}


class NotGenuine(ValueError):
    """The statement was not signed so by a certificate of the authority; the text says why, in Chinese."""


@dataclass(frozen=True)
class Statement:
    """A genuine statement: its bytes, and the common name of the certificate that signed it."""

    payload: bytes = field(repr=False)
    signer: str


def sign_statement(key: bytes, chain: bytes, payload: bytes, typ: str) -> str:
    """Return the statement. `key` and `chain` are PEM, the first certificate is the signing one; `typ` says the use.

    Raises `KeyError` for a key of a kind that has no algorithm here.
    """
    certificate = next(iter(load_certs_from_pemder_data(chain)))
    algorithm, kind = _algorithm(certificate)
    header = {
        "alg": algorithm,
        "kid": certificate.sha256.hex(),
        "typ": typ,
        "x5c": [base64.b64encode(certificate.dump()).decode()],
    }
    signed = jws.serialize_json({"protected": header}, payload, _imported(kind, key), registry=_REGISTRY)
    return _text({name: str(signed[name]) for name in _MEMBERS})  # type: ignore[literal-required]  # the three names


@lru_cache(maxsize=2)
def _imported(kind: type[RSAKey] | type[OKPKey] | type[ECKey], key: bytes) -> Key:
    """Return the key of a PEM; it is kept, since checking an RSA key takes 0.1 s, many times what signing does."""
    return kind.import_key(key)


def read_statement(text: str, certificates: bytes, typ: str, moment_of: Callable[[bytes], datetime]) -> Statement:
    """Return a genuine statement; the last of `certificates` (PEM) is trusted, the others lead to it.

    `moment_of` tells from the signed bytes when they were signed: the certificate must have been valid then.
    Raises `NotGenuine`.
    """
    try:
        signed, certificate = _signed(text, typ)
        payload = base64.urlsafe_b64decode(signed["payload"] + "==")
        moment = moment_of(payload)
    except Exception:  # whatever a strange or damaged text makes the parsers raise says the same
        raise NotGenuine("内容或签名已被改动，或不是这种文件") from None
    if not _is_trusted(certificate, list(load_certs_from_pemder_data(certificates)), moment):
        raise NotGenuine("签名证书不是所给证书签发的")
    return Statement(payload, str(certificate.subject.native["common_name"]))


def payload_of(text: str) -> bytes:
    """Return the signed bytes of a statement of our own, unverified. Raises `ValueError` for what is none."""
    members = json.loads(text)
    if not isinstance(members, dict) or not isinstance(members.get("payload"), str):
        raise ValueError("not a statement")
    return base64.urlsafe_b64decode(members["payload"] + "==")


def _signed(text: str, typ: str) -> tuple[dict[str, str], Certificate]:
    """Return the members and the certificate of a statement whose signature holds; raises what parsers raise."""
    members = json.loads(text)
    if set(members) != _MEMBERS or _text(members) != text:
        raise ValueError("not written as a statement is")
    header = json.loads(base64.urlsafe_b64decode(members["protected"] + "=="))
    certificate = Certificate.load(base64.b64decode(header["x5c"][0], validate=True), strict=True)
    algorithm, kind = _algorithm(certificate)
    expected = {"alg": algorithm, "kid": certificate.sha256.hex(), "typ": typ, "x5c": header["x5c"]}
    if header != expected or len(header["x5c"]) != 1:
        raise ValueError("another header than statements have")
    jws.deserialize_json(members, kind.import_key(_public(certificate)), registry=_REGISTRY)
    for member in _MEMBERS:
        if _base64(base64.urlsafe_b64decode(members[member] + "==")) != members[member]:
            raise ValueError("spare bits are set")
    return members, certificate


def _algorithm(certificate: Certificate) -> tuple[str, type[RSAKey] | type[OKPKey] | type[ECKey]]:
    return _ALGORITHMS[certificate.public_key.algorithm]


def _public(certificate: Certificate) -> bytes:
    body = base64.encodebytes(certificate.public_key.dump()).decode()
    return f"-----BEGIN PUBLIC KEY-----\n{body}-----END PUBLIC KEY-----\n".encode()


def _is_trusted(certificate: Certificate, known: list[Certificate], moment: datetime) -> bool:
    context = ValidationContext(trust_roots=known[-1:], other_certs=known, allow_fetching=False, moment=moment)
    validator = CertificateValidator(certificate, known, context)
    try:
        finish(validator.async_validate_usage(_USAGE))  # type: ignore[no-untyped-call]  # pyHanko's
    except Exception:  # whatever speaks against the certificate, it is not trusted
        return False
    return True


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _text(members: dict[str, str]) -> str:
    return json.dumps(members, sort_keys=True, separators=(",", ":"))

"""Tokens that nobody should take, made past all checks of a library; each differs from a good one in one thing."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jwe, jws
from joserfc.jwk import OctKey, OKPKey, RSAKey

from shared.clock import FixedClock
from shared.identity.actor import Actor, Role
from shared.identity.issuers import ALGORITHM, AUDIENCE
from shared.identity.tokens import TYPE, Issuer, Verifier
from tests.support.keys import MOMENT

ISSUER = "https://identity.test"
ACTOR = Actor("a" * 32, Role.COUNTY_REVIEWER, division="330106")
NOW = int(MOMENT.timestamp())


def make_key(kid: str = "k1") -> OKPKey:
    return OKPKey.import_key({**OKPKey.generate_key("Ed25519").as_dict(private=True), "kid": kid, "use": "sig"})


KEY, STRANGER = make_key(), make_key()
OTHER = make_key("k2")


def make_claims(**changes: Any) -> dict[str, Any]:
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": ACTOR.account_id,
        "iat": NOW,
        "nbf": NOW,
        "exp": NOW + 300,
        "jti": "t1",
        "role": "county_reviewer",
        "unit": None,
        "division": "330106",
    } | changes
    return {name: value for name, value in claims.items() if value is not ...}


def make_header(**changes: Any) -> dict[str, Any]:
    header = {"alg": ALGORITHM, "typ": TYPE, "kid": "k1"} | changes
    return {name: value for name, value in header.items() if value is not ...}


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def part(value: object) -> str:
    return b64(json.dumps(value).encode())


def signed(header: Mapping[str, Any], claims: object, key: OKPKey = KEY) -> str:
    """Sign whatever is given, past all checks of a library."""
    message = f"{part(header)}.{part(claims)}"
    private = key.private_key
    assert isinstance(private, Ed25519PrivateKey)
    return f"{message}.{b64(private.sign(message.encode()))}"


def with_mac(header: Mapping[str, Any], secret: bytes) -> str:
    message = f"{part(header)}.{part(make_claims())}"
    return f"{message}.{b64(hmac.new(secret, message.encode(), hashlib.sha256).digest())}"


def genuine() -> str:
    return Issuer(ISSUER, KEY, FixedClock(MOMENT)).issue(ACTOR, "t1")


def make_verifier(clock: FixedClock | None = None, *keys: OKPKey) -> Verifier:
    published = {"keys": [key.as_dict(private=False) for key in keys or (KEY, OTHER)]}
    return Verifier.of_one(ISSUER, lambda: published, clock or FixedClock(MOMENT))  # type: ignore[arg-type,return-value]


def public_bytes() -> bytes:
    return base64.urlsafe_b64decode(str(KEY.as_dict(private=False)["x"]) + "==")


def public_json() -> bytes:
    return json.dumps(KEY.as_dict(private=False)).encode()


RSA = RSAKey.generate_key(2048)


def by_rsa() -> str:
    return jws.serialize_compact(make_header(alg="RS256"), json.dumps(make_claims()), RSA, algorithms=["RS256"])


def encrypted() -> str:
    return jwe.encrypt_compact({"alg": "dir", "enc": "A256GCM"}, genuine(), OctKey.import_key(b"k" * 32))


def stranger_in_header(**header: Any) -> Callable[[], str]:
    return lambda: signed(make_header(**header), make_claims(), STRANGER)


def claims(**changes: Any) -> Callable[[], str]:
    return lambda: signed(make_header(), make_claims(**changes))


def header(**changes: Any) -> Callable[[], str]:
    return lambda: signed(make_header(**changes), make_claims())


FORGED: dict[str, Callable[[], str]] = {
    "empty": lambda: "",
    "no token": lambda: "x",
    "two parts": lambda: genuine().rpartition(".")[0],
    "four parts": lambda: genuine() + ".x",
    "five parts": encrypted,
    "no signature": lambda: genuine().rpartition(".")[0] + ".",
    "half a signature": lambda: genuine()[:-40],
    "padded": lambda: genuine() + "==",
    "blank in front": lambda: " " + genuine(),
    "line break": lambda: genuine() + "\n",
    "not ascii": lambda: genuine() + "é",
    "nul": lambda: genuine() + "\x00",
    "very long": lambda: genuine() + "A" * 1_000_000,
    "none": lambda: f"{part(make_header(alg='none'))}.{part(make_claims())}.",
    "None": lambda: f"{part(make_header(alg='None'))}.{part(make_claims())}.",
    "no algorithm": header(alg=...),
    "algorithm is a list": header(alg=[ALGORITHM]),
    "algorithm is null": header(alg=None),
    "mac with the public key": lambda: with_mac(make_header(alg="HS256"), public_bytes()),
    "mac with the public set": lambda: with_mac(make_header(alg="HS256"), public_json()),
    "mac with nothing": lambda: with_mac(make_header(alg="HS256"), b""),
    "rsa": by_rsa,
    "other name of the algorithm": header(alg="EdDSA"),
    "other curve": header(alg="Ed448"),
    "stranger with our key id": stranger_in_header(),
    "key in the header": stranger_in_header(jwk=STRANGER.as_dict(private=False)),
    "key at an address": stranger_in_header(jku="https://attacker.test/keys"),
    "certificate at an address": stranger_in_header(x5u="https://attacker.test/cert"),
    "certificate in the header": stranger_in_header(x5c=["AAAA"]),
    "unknown key id": header(kid="k9"),
    "path as key id": header(kid="../../k1"),
    "no key id": header(kid=...),
    "key id is a number": header(kid=1),
    "key id is null": header(kid=None),
    "key of another id": header(kid="k2"),
    "no type": header(typ=...),
    "plain JWT": header(typ="JWT"),
    "id token": header(typ="id+jwt"),
    "type is a list": header(typ=[TYPE]),
    "critical extension": header(crit=["exp"]),
    "unencoded payload": header(b64=False, crit=["b64"]),
    "other issuer": claims(iss="https://attacker.test"),
    "issuers": claims(iss=[ISSUER]),
    "no issuer": claims(iss=...),
    "other audience": claims(aud="other"),
    "several audiences": claims(aud=["other", "another"]),
    "no audience": claims(aud=...),
    "null audience": claims(aud=None),
    "over": claims(nbf=NOW - 600, iat=NOW - 600, exp=NOW - 1),
    "over just now": claims(nbf=NOW - 300, iat=NOW - 300, exp=NOW),
    "no end": claims(exp=...),
    "end is null": claims(exp=None),
    "end is text": claims(exp=str(NOW + 300)),
    "end is true": claims(exp=True),
    "end is endless": claims(exp=float("inf")),
    "end is a list": claims(exp=[NOW + 300]),
    "lives for a year": claims(exp=NOW + 365 * 86_400),
    "not yet": claims(nbf=NOW + 60, exp=NOW + 360),
    "no beginning": claims(nbf=...),
    "beginning is text": claims(nbf=str(NOW)),
    "issued in the future": claims(iat=NOW + 60),
    "no time of issue": claims(iat=...),
    "no subject": claims(sub=...),
    "empty subject": claims(sub=""),
    "subject is an operator object": claims(sub={"$ne": None}),
    "subject is a number": claims(sub=7),
    "no token id": claims(jti=...),
    "no role": claims(role=...),
    "unknown role": claims(role="root"),
    "role in capitals": claims(role="MINISTRY"),
    "roles": claims(role=["ministry"]),
    "unit is an object": claims(unit={"$ne": None}),
    "unit is a number": claims(unit=1),
    "division is a list": claims(division=["330106"]),
    "division is a number": claims(division=330106),
    "claims are a list": lambda: signed(make_header(), [make_claims()]),
    "claims are text": lambda: signed(make_header(), "claims"),
    "claims are null": lambda: signed(make_header(), None),
    "claims are no JSON": lambda: jws.serialize_compact(make_header(), b"{", KEY, algorithms=[ALGORITHM]),
    "other claims under the signature": lambda: ".".join(
        (genuine().split(".")[0], part(make_claims(role="ministry")), genuine().split(".")[2])
    ),
    "other header over the signature": lambda: ".".join((part(make_header(kid="k2")), *genuine().split(".")[1:])),
}

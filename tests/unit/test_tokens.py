"""Access tokens: what the issuer made is taken, and nothing else at all."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwe, jws
from joserfc.jwk import OctKey, OKPKey, RSAKey

from shared.clock import FixedClock
from shared.errors import NotAuthenticated, Unavailable
from shared.identity.actor import Actor, Role
from shared.identity.issuers import ALGORITHM, AUDIENCE
from shared.identity.tokens import LIFETIME, TYPE, Issuer, Verifier
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


def test_the_actor_comes_back_as_it_went_in() -> None:
    found = make_verifier().actor_of(genuine())

    assert found == ACTOR


def test_a_hand_made_token_of_the_right_form_is_taken() -> None:
    # Without this the table below could pass for a wrong reason.
    found = make_verifier().actor_of(signed(make_header(), make_claims()))

    assert found == ACTOR


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_token_is_refused(name: str) -> None:
    token = FORGED[name]()

    with pytest.raises(NotAuthenticated):
        make_verifier().actor_of(token)


def test_there_are_enough_forgeries() -> None:
    assert len(FORGED) >= 25


@settings(max_examples=300)
@given(st.integers(min_value=0, max_value=5000), st.integers(min_value=1, max_value=255))
def test_a_token_with_any_byte_changed_is_refused_or_the_same(position: int, change: int) -> None:
    token = bytearray(genuine().encode())
    token[position % len(token)] ^= change
    text = token.decode("latin-1")

    try:
        found = make_verifier().actor_of(text)
    except NotAuthenticated:
        return
    assert found == ACTOR  # only unused bits of the last letter of a part can do this
    assert text.split(".")[:2] == genuine().split(".")[:2]


@settings(max_examples=100)
@given(st.text(max_size=300))
def test_no_text_at_all_does_more_than_be_refused(text: str) -> None:
    verifier = make_verifier()

    with pytest.raises(NotAuthenticated):
        verifier.actor_of(text)


def test_a_token_lives_five_minutes_at_most() -> None:
    clock = FixedClock(MOMENT)
    verifier, token = make_verifier(clock), genuine()
    clock.advance(LIFETIME - timedelta(seconds=1))
    verifier.actor_of(token)
    clock.advance(timedelta(seconds=1))

    with pytest.raises(NotAuthenticated):
        verifier.actor_of(token)

    assert timedelta(minutes=5) >= LIFETIME


def test_a_new_key_is_fetched_when_a_token_names_it_but_not_at_each_unknown_name() -> None:
    published, fetches = [KEY], []

    def fetch() -> Any:
        fetches.append(1)
        return {"keys": [key.as_dict(private=False) for key in published]}

    seconds = [0.0]
    verifier = Verifier.of_one(ISSUER, fetch, FixedClock(MOMENT), seconds=lambda: seconds[0])
    verifier.actor_of(genuine())
    by_other = Issuer(ISSUER, OTHER, FixedClock(MOMENT)).issue(ACTOR, "t2")
    for _ in range(20):
        with pytest.raises(NotAuthenticated):
            verifier.actor_of(by_other)
    published.append(OTHER)
    seconds[0] += 6

    found = verifier.actor_of(by_other)

    assert found == ACTOR
    assert len(fetches) == 2


def test_a_key_that_was_withdrawn_is_worth_nothing_once_the_keys_are_old() -> None:
    published, seconds = [KEY, OTHER], [0.0]
    fetch: Callable[[], Any] = lambda: {"keys": [key.as_dict(private=False) for key in published]}  # noqa: E731
    verifier = Verifier.of_one(ISSUER, fetch, FixedClock(MOMENT), seconds=lambda: seconds[0])
    verifier.actor_of(genuine())
    published.remove(KEY)
    seconds[0] += 301

    with pytest.raises(NotAuthenticated):
        verifier.actor_of(genuine())


def test_tokens_are_still_taken_while_the_issuer_is_away() -> None:
    seconds = [0.0]
    is_away: list[int] = []

    def fetch() -> Any:
        if is_away:
            raise Unavailable
        return {"keys": [KEY.as_dict(private=False)]}

    verifier = Verifier.of_one(ISSUER, fetch, FixedClock(MOMENT), seconds=lambda: seconds[0])
    verifier.actor_of(genuine())
    is_away.append(1)
    seconds[0] += 301

    found = verifier.actor_of(genuine())

    assert found == ACTOR


def test_without_any_keys_the_answer_is_to_try_later_and_not_that_the_token_is_bad() -> None:
    def fetch() -> Any:
        raise Unavailable

    verifier = Verifier.of_one(ISSUER, fetch, FixedClock(MOMENT))

    with pytest.raises(Unavailable):
        verifier.actor_of(genuine())


@pytest.mark.parametrize("answer", [{}, [], {"keys": "x"}, {"keys": [{"kty": "oct", "k": "AAAA", "kid": "k1"}]}, None])
def test_a_set_of_keys_that_is_none_verifies_nothing(answer: Any) -> None:
    verifier = Verifier.of_one(ISSUER, lambda: answer, FixedClock(MOMENT))

    with pytest.raises(Unavailable):
        verifier.actor_of(genuine())


def test_an_issuer_that_is_away_is_not_asked_at_each_request() -> None:
    asked = []

    def fetch() -> Any:
        asked.append(1)
        raise Unavailable

    verifier = Verifier.of_one(ISSUER, fetch, FixedClock(MOMENT), seconds=lambda: 0.0)
    for _ in range(20):
        with pytest.raises(Unavailable):
            verifier.actor_of(genuine())

    assert len(asked) == 1


def test_a_key_for_encryption_or_of_another_curve_verifies_nothing() -> None:
    wrong = OKPKey.generate_key("X25519").as_dict(private=False)
    published: Any = {"keys": [{**wrong, "kid": "k1", "use": "enc"}]}

    with pytest.raises(Unavailable):
        Verifier.of_one(ISSUER, lambda: published, FixedClock(MOMENT)).actor_of(genuine())

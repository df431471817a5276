"""Several issuers at once: each is checked by its own row, and none can speak for another."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey, RSAKey

from shared.clock import FixedClock
from shared.errors import NotAuthenticated
from shared.identity.actor import Actor, Role
from shared.identity.issuers import IssuerKeys, IssuerRule, TrustedIssuer, issuers_of
from shared.identity.tokens import Verifier
from shared.settings import SettingsError
from tests.support.keys import MOMENT

NOW = int(MOMENT.timestamp())
OURS, THEIRS = "https://identity.test", "https://sso.province.test/realms/staff"
OWN_KEY = OKPKey.generate_key("Ed25519", {"use": "sig", "kid": "k1"})
RSA_KEY = RSAKey.generate_key(2048, {"use": "sig", "kid": "k1"})
THEIR_RULE = IssuerRule(
    THEIRS, "RS256", "survey", "JWT", role_claim="tongbao_role", division_claim="area", nbf_required=False
)


def own_claims(**changes: Any) -> dict[str, Any]:
    claims = {"iss": OURS, "aud": "tongbao", "sub": "a1", "iat": NOW, "nbf": NOW, "exp": NOW + 300, "jti": "t1"}
    return claims | {"role": "auditor"} | changes


def their_claims(**changes: Any) -> dict[str, Any]:
    claims = {"iss": THEIRS, "aud": "survey", "sub": "u-7", "iat": NOW, "exp": NOW + 300, "jti": "t1"}
    return claims | {"tongbao_role": "county_reviewer", "area": "330106"} | changes


def signed(claims: Mapping[str, Any], key: Any, algorithm: str, typ: str) -> str:
    return jwt.encode({"alg": algorithm, "typ": typ, "kid": "k1"}, dict(claims), key, algorithms=[algorithm])


def with_mac(claims: Mapping[str, Any], secret: bytes) -> str:
    header = {"alg": "HS256", "typ": "JWT", "kid": "k1"}
    message = b".".join(base64.urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=") for each in (header, claims))
    mac = hmac.new(secret, message, hashlib.sha256).digest()
    return (message + b"." + base64.urlsafe_b64encode(mac).rstrip(b"=")).decode()


def keys_of(algorithm: str, key: Any) -> IssuerKeys:
    published: Any = {"keys": [{**key.as_dict(private=False), "kid": "k1"}]}
    return IssuerKeys(algorithm, lambda: published)


def make_verifier() -> Verifier:
    own = TrustedIssuer(IssuerRule(OURS), keys_of("Ed25519", OWN_KEY))
    return Verifier((own, TrustedIssuer(THEIR_RULE, keys_of("RS256", RSA_KEY))), FixedClock(MOMENT))


@dataclass(frozen=True)
class Named:
    issuer: str = ""
    jwks_url: str = ""
    issuers_file: str = ""


def test_each_issuer_is_read_by_its_own_row() -> None:
    verifier = make_verifier()

    own = verifier.actor_of(signed(own_claims(), OWN_KEY, "Ed25519", "at+jwt"))
    theirs = verifier.actor_of(signed(their_claims(), RSA_KEY, "RS256", "JWT"))

    assert own == Actor("a1", Role.AUDITOR)
    assert theirs == Actor("u-7", Role.COUNTY_REVIEWER, division="330106")


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(lambda: signed(own_claims(), RSA_KEY, "RS256", "at+jwt"), id="our name, their key"),
        pytest.param(lambda: signed(their_claims(), OWN_KEY, "Ed25519", "JWT"), id="their name, our key"),
        pytest.param(lambda: signed(their_claims(), RSA_KEY, "PS256", "JWT"), id="their key by another algorithm"),
        pytest.param(lambda: signed(their_claims(), RSA_KEY, "RS256", "at+jwt"), id="another type"),
        pytest.param(lambda: signed(their_claims(aud="tongbao"), RSA_KEY, "RS256", "JWT"), id="our audience"),
        pytest.param(lambda: signed(their_claims(role="ministry", tongbao_role=1), RSA_KEY, "RS256", "JWT"), id="role"),
        pytest.param(lambda: signed(their_claims(iss=THEIRS + "/"), RSA_KEY, "RS256", "JWT"), id="nearly their name"),
        pytest.param(lambda: with_mac(their_claims(), RSA_KEY.as_pem(private=False)), id="mac with the public key"),
    ],
)
def test_no_issuer_speaks_for_another(token: Any) -> None:
    verifier = make_verifier()

    with pytest.raises(NotAuthenticated):
        verifier.actor_of(token())


def test_another_clock_may_be_a_few_seconds_ahead_and_no_more() -> None:
    verifier = make_verifier()
    ahead = own_claims(iat=NOW + 9, nbf=NOW + 9, exp=NOW + 309)

    found = verifier.actor_of(signed(ahead, OWN_KEY, "Ed25519", "at+jwt"))

    assert found.role is Role.AUDITOR
    with pytest.raises(NotAuthenticated):
        verifier.actor_of(signed(ahead | {"nbf": NOW + 11, "iat": NOW + 11}, OWN_KEY, "Ed25519", "at+jwt"))


def test_a_file_names_several_issuers(tmp_path: Path) -> None:
    file = tmp_path / "issuers.json"
    other = {"issuer": THEIRS, "jwks_url": "https://sso.test/keys", "algorithm": "RS256", "role_claim": "tongbao_role"}
    file.write_text(json.dumps([{"issuer": OURS, "jwks_url": "http://identity/jwks"}, other]))

    found = issuers_of(Named(issuers_file=str(file)))

    assert [each.rule.issuer for each in found] == [OURS, THEIRS]
    assert [each.rule.algorithm for each in found] == ["Ed25519", "RS256"]


@pytest.mark.parametrize(
    "rows",
    [
        [],
        {},
        "x",
        [{"issuer": OURS}],
        [{"jwks_url": "http://identity/jwks"}],
        [{"issuer": OURS, "jwks_url": "u", "algorithm": "none"}],
        [{"issuer": OURS, "jwks_url": "u", "algorithm": "HS256"}],
        [{"issuer": OURS, "jwks_url": "u", "unknown": "x"}],
        [{"issuer": 7, "jwks_url": "u"}],
        [{"issuer": OURS, "jwks_url": "u"}, {"issuer": OURS, "jwks_url": "v"}],
    ],
)
def test_a_file_that_is_no_list_of_issuers_is_refused(rows: Any, tmp_path: Path) -> None:
    file = tmp_path / "issuers.json"
    file.write_text(json.dumps(rows))

    with pytest.raises(SettingsError):
        issuers_of(Named(issuers_file=str(file)))


def test_a_service_without_any_issuer_does_not_start() -> None:
    with pytest.raises(SettingsError):
        issuers_of(Named())


@pytest.mark.parametrize("known", [[], ["k0"]], ids=["no key is known", "another key is known"])
def test_who_comes_while_the_keys_are_fetched_waits_for_them(known: list[str]) -> None:
    fetching, answered = threading.Event(), threading.Event()

    def fetch() -> Any:
        if known:
            return {"keys": [{**OWN_KEY.as_dict(private=False), "kid": known.pop()}]}
        fetching.set()
        assert answered.wait(10)
        return {"keys": [{**OWN_KEY.as_dict(private=False), "kid": "k1"}]}

    seconds = iter(range(0, 100_000, 1000))
    keys = IssuerKeys("Ed25519", fetch, lambda: 1000 if fetching.is_set() else next(seconds))
    for kid in list(known):
        keys.find(kid)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(keys.find, "k1")
        assert fetching.wait(10)
        second = pool.submit(keys.find, "k1")
        is_refused = bool(wait([second], timeout=0.1).done)
        answered.set()

    assert not is_refused
    assert first.result() is second.result()

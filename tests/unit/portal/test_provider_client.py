"""The portal at a provider: what it sends, and which answers it believes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey, RSAKey

from services.portal.clients import provider as room
from services.portal.clients.provider import HttpProvider, Registration
from services.portal.model.session import Account
from services.portal.model.sign_in import Flow, flow_of, with_flow
from shared.clock import FixedClock
from shared.errors import NotAuthenticated, Unavailable
from shared.identity.actor import Role
from tests.support.portal import NOON

ISSUER = "https://sso.test/realms/staff"
NOW = int(NOON.timestamp())
FLOW = Flow("state", "nonce", "v" * 43, "/home")
KEY = OKPKey.generate_key("Ed25519", {"kid": "k1", "use": "sig"})
RSA = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})
ACCOUNT = Account("u1", Role.AUDITOR, "审计员", "王五")


def claims(**changes: Any) -> dict[str, Any]:
    values = {"iss": ISSUER, "aud": "portal", "sub": "u1", "iat": NOW, "exp": NOW + 300, "nonce": "nonce"}
    named = {"name": "王五", "role": "county_reviewer", "unit": None, "division": "330106"}
    return {name: value for name, value in (values | named | changes).items() if value is not ...}


def signed(values: Mapping[str, Any], key: Any = KEY, algorithm: str = "Ed25519") -> str:
    return jwt.encode({"alg": algorithm, "kid": "k1"}, dict(values), key, algorithms=[algorithm])


class Sso:
    """A provider somewhere else: answers what it is told to, and keeps what it is asked."""

    def __init__(self, token: object = None, status: int = 200) -> None:
        self.token = {"access_token": "a", "refresh_token": "r", "expires_in": 300, "id_token": signed(claims())}
        self.token |= token if isinstance(token, dict) else {}
        self.status = status
        self.asked: list[tuple[str, dict[str, list[str]]]] = []
        self.described: dict[str, object] = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/auth",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
            "revocation_endpoint": f"{ISSUER}/revoke",
            "end_session_endpoint": f"{ISSUER}/logout",
        }

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append((str(request.url), parse_qs(request.content.decode())))
        if request.url.path.endswith("/openid-configuration"):
            return httpx.Response(200, json=self.described)
        return httpx.Response(self.status, content=json.dumps(self.token))


def make_provider(sso: Sso, monkeypatch: pytest.MonkeyPatch, **changes: Any) -> HttpProvider:
    published: Any = {"keys": [{**key.as_dict(private=False), "kid": "k1"} for key in (KEY, RSA)]}
    monkeypatch.setattr(room, "fetch_over_http", lambda _: lambda: published)
    values: dict[str, Any] = {"issuer": ISSUER, "client_id": "portal", "portal_url": "https://portal.test"}
    registration = Registration(**(values | {"algorithm": "Ed25519"} | changes))
    proof = {"client_id": "portal", "client_assertion": "proof"}
    return HttpProvider(registration, lambda: proof, lambda _: "西湖区", FixedClock(NOON), httpx.MockTransport(sso))


def test_a_browser_is_sent_with_a_challenge_and_never_with_the_verifier(monkeypatch: pytest.MonkeyPatch) -> None:
    provider = make_provider(Sso(), monkeypatch)

    address = provider.sign_in_url(FLOW, "select_account")

    query = parse_qs(urlsplit(address).query)
    assert address.startswith(f"{ISSUER}/auth?")
    assert query["code_challenge_method"] == ["S256"]
    assert query["redirect_uri"] == ["https://portal.test/sign-in/callback"]
    assert query["prompt"] == ["select_account"]
    assert FLOW.verifier not in address


def test_a_code_is_exchanged_for_who_signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    sso = Sso()

    found = make_provider(sso, monkeypatch).redeem("code", ISSUER, FLOW)

    assert (found.access, found.refresh, found.lifetime) == ("a", "r", 300)
    assert (found.account.role, found.account.division, found.account.division_name) == (
        Role.COUNTY_REVIEWER,
        "330106",
        "西湖区",
    )
    assert sso.asked[-1][1]["code_verifier"] == [FLOW.verifier]
    assert sso.asked[-1][1]["client_assertion"] == ["proof"]


def test_another_provider_fits_by_the_names_of_its_claims_and_its_algorithm(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = claims(role=..., division=..., tongbao_role="auditor", area=None, aud=["portal"])
    sso = Sso({"id_token": signed(theirs, RSA, "RS256")})
    names = {"algorithm": "RS256", "role_claim": "tongbao_role", "division_claim": "area"}

    found = make_provider(sso, monkeypatch, **names).redeem("code", "", FLOW)

    assert found.account.role is Role.AUDITOR


FORGED: dict[str, Callable[[], str]] = {
    "another key": lambda: signed(claims(), OKPKey.generate_key("Ed25519", {"kid": "k1"})),
    "another algorithm": lambda: signed(claims(), RSA, "RS256"),
    "unsigned": lambda: signed(claims()).rpartition(".")[0] + ".",
    "another issuer": lambda: signed(claims(iss="https://evil.test")),
    "for another client": lambda: signed(claims(aud="other")),
    "for several clients": lambda: signed(claims(aud=["portal", "other"])),
    "for nobody": lambda: signed(claims(aud=...)),
    "another nonce": lambda: signed(claims(nonce="other")),
    "no nonce": lambda: signed(claims(nonce=...)),
    "over": lambda: signed(claims(exp=NOW)),
    "no end": lambda: signed(claims(exp=...)),
    "of the future": lambda: signed(claims(iat=NOW + 60)),
    "no subject": lambda: signed(claims(sub=...)),
    "no role": lambda: signed(claims(role=...)),
    "unknown role": lambda: signed(claims(role="root")),
    "very long": lambda: signed(claims(note="x" * 20_000)),
    "no token": lambda: "x",
    "empty": lambda: "",
}


@pytest.mark.parametrize("name", FORGED)
def test_an_id_token_that_is_not_as_it_must_be_signs_nobody_in(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = make_provider(Sso({"id_token": FORGED[name]()}), monkeypatch)

    with pytest.raises(NotAuthenticated):
        provider.redeem("code", ISSUER, FLOW)


def test_an_answer_that_names_another_provider_is_not_even_exchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    sso = Sso()

    with pytest.raises(NotAuthenticated):
        make_provider(sso, monkeypatch).redeem("code", "https://evil.test", FLOW)

    assert sso.asked == []


@pytest.mark.parametrize(
    ("status", "error", "expected"),
    [(400, "invalid_grant", NotAuthenticated), (401, "invalid_client", Unavailable), (500, "", Unavailable)],
)
def test_a_refusal_ends_the_session_only_where_it_says_so(
    status: int, error: str, expected: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = make_provider(Sso({"error": error}, status), monkeypatch)

    with pytest.raises(expected):
        provider.refresh("r", ACCOUNT)


def test_a_provider_that_keeps_refresh_tokens_leaves_the_old_one_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    provider = make_provider(Sso({"refresh_token": None}), monkeypatch)

    found = provider.refresh("the old one", ACCOUNT)

    assert (found.refresh, found.account) == ("the old one", ACCOUNT)


def test_the_portal_itself_may_reach_the_provider_by_another_way(monkeypatch: pytest.MonkeyPatch) -> None:
    sso = Sso()
    provider = make_provider(sso, monkeypatch, internal_url="http://identity-web:8000")

    provider.redeem("code", ISSUER, FLOW)
    provider.sign_out("r")

    assert {urlsplit(address).netloc for address, _ in sso.asked} == {"identity-web:8000"}
    assert provider.sign_out_url().startswith(f"{ISSUER}/logout?")


@pytest.mark.parametrize("change", [{"issuer": "https://evil.test"}, {"token_endpoint": 7}, {"jwks_uri": None}])
def test_a_description_of_another_or_without_addresses_is_none(
    change: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    sso = Sso()
    sso.described |= change

    with pytest.raises(Unavailable):
        make_provider(sso, monkeypatch).sign_in_url(FLOW)


def test_a_session_remembers_the_newest_ways_to_the_provider_only() -> None:
    pending: Mapping[str, str] = {"email": "kept"}
    for number in range(8):
        pending = with_flow(pending, Flow(f"s{number}", "n", "v", "/home"))

    found = [number for number in range(8) if flow_of(pending, f"s{number}") is not None]

    assert found == [3, 4, 5, 6, 7]
    assert pending["email"] == "kept"

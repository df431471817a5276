"""Clients at the provider: only who proves to be one gets a token, and only of its own kind."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import OKPKey

from shared.identity.actor import Role
from shared.identity.assertions import ASSERTION_TYPE, client_assertion
from tests.support.identity_desk import ISSUER, Desk
from tests.support.identity_provider import NAME
from tests.support.oidc import OidcClient

Forge = Callable[[OidcClient], str]


def proof(**changes: Any) -> Forge:
    def make(client: OidcClient) -> str:
        now = int(client.deps.clock.now().timestamp())
        claims = {"iss": client.id, "sub": client.id, "aud": ISSUER, "iat": now, "exp": now + 60, "jti": "j"}
        merged = {name: value for name, value in (claims | changes).items() if value is not ...}
        return jwt.encode({"alg": "Ed25519", "kid": client.key.kid}, merged, client.key, algorithms=["Ed25519"])

    return make


def with_header(**header: Any) -> Forge:
    def make(client: OidcClient) -> str:
        now = int(client.deps.clock.now().timestamp())
        claims = {"iss": client.id, "sub": client.id, "aud": ISSUER, "iat": now, "exp": now + 60, "jti": "j"}
        stranger = OKPKey.generate_key("Ed25519", {"kid": client.key.kid or ""})
        return jwt.encode({"alg": "Ed25519", "kid": client.key.kid, **header}, claims, stranger, algorithms=["Ed25519"])

    return make


def unsigned(client: OidcClient) -> str:
    _, body, _ = proof()(client).split(".")
    none = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).rstrip(b"=").decode()
    return f"{none}.{body}."


BAD_PROOFS: dict[str, Forge] = {
    "none": lambda _: "",
    "no token": lambda _: "x.y.z",
    "unsigned": unsigned,
    "no signature": lambda client: proof()(client).rpartition(".")[0] + ".",
    "another key of the same id": with_header(),
    "key in the header": with_header(jwk=OKPKey.generate_key("Ed25519").as_dict(private=False)),
    "key at an address": with_header(jku="https://evil.test/keys"),
    "other issuer": proof(iss="other"),
    "other subject": proof(sub="portal"),
    "other audience": proof(aud="https://elsewhere.test"),
    "several audiences": proof(aud=[ISSUER, "https://elsewhere.test"]),
    "no audience": proof(aud=...),
    "no end": proof(exp=...),
    "over": proof(exp=1),
    "for too long": proof(exp=2**40),
    "end is text": proof(exp="9999999999"),
    "not yet": proof(nbf=2**40),
    "made in the future": proof(iat=2**40),
    "no id": proof(jti=...),
    "empty id": proof(jti=""),
    "id too long": proof(jti="j" * 200),
    "very long": proof(note="x" * 5000),
}


@pytest.mark.parametrize("name", BAD_PROOFS)
def test_a_client_that_does_not_prove_itself_gets_nothing(desk: Desk, browser: FlaskClient, name: str) -> None:
    machine = OidcClient(desk.client.application, desk.wired.deps, ISSUER, id="machine", role=Role.SERVICE).register()
    fields = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE}

    answer = browser.post("/oauth/token", data={**fields, "client_assertion": BAD_PROOFS[name](machine)})

    assert answer.status_code == 401
    assert isinstance(answer.json, dict)
    assert answer.json["error"] == "invalid_client"


def test_a_machine_gets_a_token_that_says_who_it_is_and_a_proof_is_good_once(desk: Desk, browser: FlaskClient) -> None:
    machine = OidcClient(desk.client.application, desk.wired.deps, ISSUER, id="machine", role=Role.SERVICE).register()
    fields = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": client_assertion("machine", ISSUER, machine.key, desk.clock.now()),
    }

    first, again = browser.post("/oauth/token", data=fields), browser.post("/oauth/token", data=fields)

    assert isinstance(first.json, dict)
    actor = desk.wired.verifier.actor_of(first.json["access_token"])
    assert (actor.account_id, actor.role) == ("machine", Role.SERVICE)
    assert "refresh_token" not in first.json
    assert again.status_code == 401
    me = browser.get("/me", headers={"Authorization": f"Bearer {first.json['access_token']}"})
    assert me.status_code == 403


def test_a_disabled_client_gets_nothing(desk: Desk, browser: FlaskClient) -> None:
    machine = OidcClient(desk.client.application, desk.wired.deps, ISSUER, id="ended", role=Role.SERVICE).register()
    desk.wired.database["clients"].update_one({"_id": "ended"}, {"$set": {"state": "disabled"}})

    answer = machine.ask(browser, grant_type="client_credentials")

    assert answer.status_code == 401


def test_a_machine_can_not_act_for_people_nor_a_portal_for_itself(desk: Desk, browser: FlaskClient) -> None:
    machine = OidcClient(desk.client.application, desk.wired.deps, ISSUER, id="machine", role=Role.SERVICE).register()

    asked = machine.authorize(browser)
    taken = desk.program.ask(browser, grant_type="client_credentials")
    by_password = desk.program.ask(browser, grant_type="password", username=NAME, password="x")

    assert asked.status_code == 400
    assert [each.json["error"] for each in (taken, by_password) if isinstance(each.json, dict)] == [
        "unauthorized_client",
        "unsupported_grant_type",
    ]


def test_who_fails_to_prove_to_be_a_client_again_and_again_must_wait(desk: Desk, browser: FlaskClient) -> None:
    statuses = [browser.post("/oauth/token", data={"grant_type": "client_credentials"}).status_code for _ in range(103)]

    other = browser.post("/oauth/token", environ_base={"REMOTE_ADDR": "192.0.2.9"})

    assert statuses == [401] * 100 + [429] * 3
    assert other.status_code != 429


def test_the_wait_of_a_client_outlives_a_restart(desk: Desk) -> None:
    for _ in range(101):
        desk.client.post("/oauth/token", data={"grant_type": "client_credentials"})

    with desk.restarted() as restarted:
        answer = restarted.client.post("/oauth/token", data={"grant_type": "client_credentials"})

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0

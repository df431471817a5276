"""The provider over HTTP on a real database: code flow, sessions, and everything that must be refused."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OKPKey

from shared.identity.actor import Actor, Role
from tests.support.identity_desk import ISSUER, Desk
from tests.support.identity_provider import NAME
from tests.support.oidc import (
    NONCE,
    REDIRECT_URI,
    SIGN_OUT_URI,
    STATE,
    OidcClient,
    code_in,
    token_in,
)


def test_the_description_names_what_there_is(desk: Desk) -> None:
    answer = desk.client.get("/.well-known/openid-configuration")

    told = answer.json
    assert isinstance(told, dict)
    assert told["issuer"] == ISSUER
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    rules = {rule.rule for rule in desk.client.application.url_map.iter_rules()}
    assert {urlsplit(told[name]).path for name in told if name.endswith(("_endpoint", "_uri"))} <= rules


def test_a_person_signs_in_to_a_client(desk: Desk, browser: FlaskClient, password: str) -> None:
    code = desk.program.code(browser, NAME, password)

    answer = desk.program.redeem(browser, code)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    tokens = answer.json
    assert isinstance(tokens, dict)
    keys = desk.wired.token_keys.public_set()
    claims = jwt.decode(tokens["id_token"], OKPKey.import_key(keys["keys"][0]), algorithms=["Ed25519"]).claims
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (ISSUER, "test-client", NONCE)
    assert (claims["role"], claims["division"], claims["amr"]) == ("county_reviewer", "330106", ["pwd"])
    assert claims["exp"] - claims["iat"] == 300
    assert desk.wired.verifier.actor_of(tokens["access_token"]).role is Role.COUNTY_REVIEWER


def test_the_answer_to_the_browser_names_state_and_provider(desk: Desk, browser: FlaskClient, password: str) -> None:
    desk.program.code(browser, NAME, password)

    answer = desk.program.authorize(browser)

    told = parse_qs(urlsplit(answer.location).query)
    assert (told["state"], told["iss"]) == ([STATE], [ISSUER])


def test_whoever_is_signed_in_is_not_asked_again_unless_the_client_wants_it(
    desk: Desk, browser: FlaskClient, password: str
) -> None:
    desk.program.code(browser, NAME, password)
    desk.clock.advance(timedelta(minutes=5))

    silent = desk.program.authorize(browser, prompt="none")
    asked = desk.program.authorize(browser, prompt="login")
    older = desk.program.authorize(browser, max_age="60")
    young = desk.program.authorize(browser, max_age="3600")

    assert code_in(silent)
    assert code_in(young)
    assert [urlsplit(each.location).path for each in (asked, older)] == ["/sign-in", "/sign-in"]
    assert "prompt" not in asked.location


def test_a_stranger_who_may_not_be_asked_is_refused_with_the_reason(desk: Desk, browser: FlaskClient) -> None:
    answer = desk.program.authorize(browser, prompt="none")

    told = parse_qs(urlsplit(answer.location).query)
    assert answer.location.startswith(REDIRECT_URI)
    assert (told["error"], told["state"]) == (["login_required"], [STATE])


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://evil.test/callback"},
        {"redirect_uri": REDIRECT_URI + "/"},
        {"redirect_uri": REDIRECT_URI + "?x=1"},
        {"redirect_uri": REDIRECT_URI.upper()},
        {"redirect_uri": REDIRECT_URI.replace("https", "http")},
        {"redirect_uri": "javascript:alert(1)"},
        {"redirect_uri": None},
        {"client_id": "unknown"},
        {"client_id": None},
    ],
)
def test_where_the_client_or_its_address_is_not_known_the_browser_goes_nowhere(
    desk: Desk, browser: FlaskClient, password: str, changes: dict[str, str | None]
) -> None:
    desk.program.code(browser, NAME, password)

    answer = desk.program.authorize(browser, **changes)

    assert answer.status_code == 400
    assert answer.location is None
    assert "登录请求不正确" in answer.text


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"nonce": None}, "invalid_request"),
        ({"nonce": "n" * 600}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
    ],
)
def test_a_request_that_is_not_as_it_must_be_gets_no_code(
    desk: Desk, browser: FlaskClient, password: str, changes: dict[str, str | None], error: str
) -> None:
    desk.program.code(browser, NAME, password)

    answer = desk.program.authorize(browser, **changes)

    told = parse_qs(urlsplit(answer.location).query)
    assert told["error"] == [error]
    assert "code" not in told


def test_a_code_is_good_once_and_the_second_time_ends_the_session(
    desk: Desk, browser: FlaskClient, password: str
) -> None:
    code = desk.program.code(browser, NAME, password)
    first = desk.program.redeem(browser, code)

    again = desk.program.redeem(browser, code)

    assert again.status_code == 400
    assert again.json == {"error": "invalid_grant", "error_description": "Invalid 'code' in request."}
    assert isinstance(first.json, dict)
    assert desk.program.refresh(browser, first.json["refresh_token"]).status_code == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "w" * 43},
        {"code_verifier": ""},
        {"redirect_uri": REDIRECT_URI + "/"},
        {"redirect_uri": ""},
        {"code": "x" * 43},
    ],
)
def test_a_code_without_what_belongs_to_it_is_worth_nothing(
    desk: Desk, browser: FlaskClient, password: str, changes: dict[str, str]
) -> None:
    code = desk.program.code(browser, NAME, password)

    answer = desk.program.redeem(
        browser, changes.get("code", code), **{k: v for k, v in changes.items() if k != "code"}
    )

    assert answer.status_code == 400
    assert desk.wired.database["sessions"].count_documents({"ended": False}) == 0


def test_a_code_is_too_old_after_a_minute(desk: Desk, browser: FlaskClient, password: str) -> None:
    code = desk.program.code(browser, NAME, password)
    desk.clock.advance(timedelta(seconds=60))

    answer = desk.program.redeem(browser, code)

    assert answer.status_code == 400


def test_another_client_gets_nothing_for_a_code_or_a_refresh_token(
    desk: Desk, browser: FlaskClient, password: str
) -> None:
    other = OidcClient(desk.client.application, desk.wired.deps, ISSUER, id="other").register()
    code = desk.program.code(browser, NAME, password)

    stolen = other.redeem(browser, code)
    tokens = desk.program.redeem(browser, code).json

    assert stolen.status_code == 400
    assert isinstance(tokens, dict)
    assert other.refresh(browser, tokens["refresh_token"]).status_code == 400
    assert other.ask(browser, "/oauth/revoke", token=tokens["refresh_token"]).status_code == 200
    assert desk.program.refresh(browser, tokens["refresh_token"]).status_code == 200


def test_a_refresh_token_that_comes_back_ends_the_session(desk: Desk, browser: FlaskClient, password: str) -> None:
    first = desk.program.tokens(NAME, password)["refresh_token"]
    renewed = desk.program.refresh(browser, first).json
    desk.clock.advance(timedelta(seconds=11))

    reused = desk.program.refresh(browser, first)

    assert isinstance(renewed, dict)
    assert reused.json == {"error": "invalid_grant", "error_description": "session_over"}
    assert desk.program.refresh(browser, renewed["refresh_token"]).status_code == 400


def test_a_client_signs_a_person_out_and_the_browser_is_not_asked(
    desk: Desk, browser: FlaskClient, password: str
) -> None:
    code = desk.program.code(browser, NAME, password)
    tokens = desk.program.redeem(browser, code).json
    assert isinstance(tokens, dict)

    revoked = desk.program.ask(browser, "/oauth/revoke", token=tokens["refresh_token"])
    query = {"client_id": "test-client", "post_logout_redirect_uri": SIGN_OUT_URI}
    after = browser.get("/oauth/end_session", query_string=query)

    assert (revoked.status_code, after.location) == (200, SIGN_OUT_URI)
    assert urlsplit(desk.program.authorize(browser).location).path == "/sign-in"


def test_a_link_to_the_sign_out_asks_first_and_leads_to_no_strange_place(
    desk: Desk, browser: FlaskClient, password: str
) -> None:
    desk.program.code(browser, NAME, password)
    query = {"client_id": "test-client", "post_logout_redirect_uri": "https://evil.test/"}

    asked = browser.get("/oauth/end_session", query_string=query)
    still_in = desk.program.authorize(browser)
    done = browser.post("/oauth/end_session", query_string=query, data={"csrf_token": token_in(asked)})

    assert asked.status_code == 200
    assert code_in(still_in)
    assert done.location == desk.settings.portal_url
    assert urlsplit(desk.program.authorize(browser).location).path == "/sign-in"


def test_nothing_secret_is_stored_in_clear(desk: Desk, browser: FlaskClient, password: str) -> None:
    code = desk.program.code(browser, NAME, password)
    tokens = desk.program.redeem(browser, code).json
    assert isinstance(tokens, dict)
    cookies = [browser.get_cookie(name) for name in ("tongbao-identity", "tongbao-device")]

    stored = desk.stored()

    secrets = (code, tokens["refresh_token"].split(".")[1], tokens["access_token"], tokens["id_token"], password)
    values = [cookie.value for cookie in cookies if cookie is not None]
    assert len(values) == 2
    assert [each for each in (*secrets, *values) if each in stored] == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_mutation_of_a_token_opens_a_real_route(desk: Desk, data: st.DataObject) -> None:
    genuine = desk.wired.token_keys.issue(Actor("a" * 32, Role.MINISTRY, division="000000"), "t")
    head, body, signature = genuine.split(".")
    which = data.draw(st.sampled_from(["header", "claims"]))
    decoded = json.loads(base64.urlsafe_b64decode((head if which == "header" else body) + "=="))
    key = data.draw(st.sampled_from([*decoded, "jku", "x5u", "jwk", "crit", "b64"]))
    value = data.draw(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=20), st.lists(st.text(), max_size=2))
    )
    changed = decoded | {key: value}
    part = base64.urlsafe_b64encode(json.dumps(changed).encode()).rstrip(b"=").decode()
    token = f"{part}.{body}.{signature}" if which == "header" else f"{head}.{part}.{signature}"

    answer = desk.client.get("/accounts", headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 401 or changed == decoded

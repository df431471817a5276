"""The provider over HTTP on a real database: code flow, client proofs, sessions, and everything that must be refused."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OKPKey
from pymongo import MongoClient

from services.identity.app import app_of
from services.identity.model.accounts import Person
from services.identity.operations.appointments import Appointment, add_staff
from services.identity.repository.indexes import INDEXES
from services.identity.wiring import build
from services.sandbox.stack.stack import Stack
from shared.clock import FixedClock, SystemClock
from shared.crypto.key_store import MongoKeyStore
from shared.crypto.providers import KEYS
from shared.identity.actor import Actor, Role
from shared.identity.assertions import ASSERTION_TYPE, client_assertion
from shared.mongo.client import Document
from shared.mongo.indexes import ensure_indexes
from tests.support.identity_desk import ISSUER, Desk, make_settings
from tests.support.mail import MailBox
from tests.support.oidc import (
    NONCE,
    REDIRECT_URI,
    SIGN_OUT_URI,
    STATE,
    OidcClient,
    code_in,
    submit,
    token_in,
)

NAME = "county.330106"
DATABASE = "test-provider"


@pytest.fixture(scope="module")
def place(
    started: Stack, mongo: MongoClient[Document], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Desk, str]]:
    mongo.drop_database(DATABASE)
    folder: Path = tmp_path_factory.mktemp("provider")
    own = make_settings(folder, started.mongod.uri, DATABASE, "")
    clock = FixedClock(SystemClock().now())
    wired = build(own, clock)
    with wired.client:
        MongoKeyStore(wired.database[KEYS]).prepare()
        ensure_indexes(wired.database, INDEXES)
        wired.token_keys.prepare()
        appointment = Appointment(Role.COUNTY_REVIEWER, "330106")
        made = add_staff(wired.deps, Person(NAME, "西湖区商务局"), appointment, None)
        assert made.first_password is not None
        # No broker and no mail: nothing here sends any.
        yield Desk(own, wired, clock, MailBox(), app_of(wired).test_client()), made.first_password
    mongo.drop_database(DATABASE)


@pytest.fixture
def desk(place: tuple[Desk, str]) -> Iterator[Desk]:
    desk, _ = place
    yield desk
    for name in ("attempts", "sign_ins", "sessions", "codes"):
        desk.wired.database[name].delete_many({})


@pytest.fixture
def password(place: tuple[Desk, str]) -> str:
    return place[1]


@pytest.fixture
def browser(desk: Desk) -> FlaskClient:
    return desk.client.application.test_client()


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


FORMS = (
    "/sign-in",
    "/sign-in/factor",
    "/sign-in/grant",
    "/sign-out",
    "/account/password",
    "/account/factor",
    "/account/factor/start",
    "/account/factor/removal",
    "/oauth/end_session",
)


def test_every_form_of_the_pages_is_known_to_the_next_test(desk: Desk) -> None:
    rules = desk.client.application.url_map.iter_rules()

    posts = {rule.rule for rule in rules if "POST" in (rule.methods or set()) and rule.endpoint.split(".")[0] in PAGES}

    assert posts == set(FORMS)


PAGES = ("sign_in", "account_pages", "oauth")


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize(
    ("form", "headers", "status"),
    [
        ({}, {}, 403),
        ({"csrf_token": "0" * 64}, {}, 403),
        ({"csrf_token": "mine"}, {"Origin": "https://evil.test"}, 403),
        ({"csrf_token": "mine"}, {"Origin": "null"}, 403),
        ({"csrf_token": "mine"}, {"Content-Type": "application/json"}, 415),
        ({"csrf_token": "mine"}, {"Content-Type": "multipart/form-data; boundary=x"}, 415),
    ],
)
def test_a_form_that_is_not_ours_changes_nothing(
    desk: Desk,
    browser: FlaskClient,
    password: str,
    path: str,
    form: dict[str, str],
    headers: dict[str, str],
    status: int,
) -> None:
    desk.program.code(browser, NAME, password)
    mine = token_in(browser.get("/account/password"))
    data = {name: mine if value == "mine" else value for name, value in form.items()}
    before = desk.stored()

    answer = browser.post(path, data=data, headers=headers)

    assert answer.status_code == status
    assert desk.stored() == before


def test_no_page_changes_anything_by_being_looked_at(desk: Desk, browser: FlaskClient, password: str) -> None:
    desk.program.code(browser, NAME, password)
    rules = desk.client.application.url_map.iter_rules()
    pages = [rule.rule for rule in rules if "GET" in (rule.methods or set()) and rule.endpoint.split(".")[0] in PAGES]
    pages.remove("/oauth/authorize")  # gives a code, as the protocol has it
    before = desk.stored()

    statuses = [browser.get(path).status_code for path in pages * 2]

    assert set(statuses) <= {200, 303}
    assert desk.stored() == before


def test_every_page_is_closed_to_frames_scripts_of_others_and_caches(
    desk: Desk, browser: FlaskClient, password: str
) -> None:
    desk.program.code(browser, NAME, password)
    paths = ("/sign-in", "/account/password", "/account/factor", "/oauth/end_session", "/oauth/authorize")

    answers = [browser.get(path) for path in paths]

    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "<script>" not in answer.text
        assert " style=" not in answer.text


def test_the_cookie_is_closed_and_changes_at_sign_in(desk: Desk, browser: FlaskClient, password: str) -> None:
    before = browser.get("/sign-in")
    planted = browser.get_cookie("tongbao-identity")

    answer = submit(browser, "/sign-in", username=NAME, password=password)

    now = browser.get_cookie("tongbao-identity")
    assert planted is not None
    assert now is not None
    assert planted.value != now.value
    assert len(now.value) == 43
    for response in (before, answer):
        assert all("HttpOnly" in each and "SameSite=Lax" in each for each in response.headers.getlist("Set-Cookie"))


def test_over_https_the_cookies_are_bound_to_the_very_host(desk: Desk) -> None:
    desk.client.application.extensions["site"] = type(desk.client.application.extensions["site"])(
        ISSUER, desk.settings.portal_url, secure_cookies=True
    )
    try:
        answer = desk.client.application.test_client().get("/sign-in", base_url="https://identity.test")
    finally:
        desk.client.application.extensions["site"] = type(desk.client.application.extensions["site"])(
            ISSUER, desk.settings.portal_url, secure_cookies=False
        )

    [cookie] = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-tongbao-identity=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize("target", ["https://evil.test", "//evil.test", "/\\evil.test"])
def test_no_page_sends_a_browser_to_an_address_that_somebody_wrote_into_a_link(
    desk: Desk, browser: FlaskClient, password: str, target: str
) -> None:
    query = f"?next={target}&continue={target}&redirect_uri={target}&post_logout_redirect_uri={target}"

    answer = submit(browser, f"/sign-in{query}", username=NAME, password=password)
    left = submit(browser, f"/oauth/end_session{query}")

    assert answer.location == desk.settings.portal_url
    assert left.location == desk.settings.portal_url


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

"""The pages of the provider: forms that are ours, cookies that are closed, and no way to a strange place."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.support.identity_desk import ISSUER, Desk
from tests.support.identity_provider import NAME
from tests.support.oidc import submit, token_in

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
PAGES = ("sign_in", "account_pages", "oauth")


def test_every_form_of_the_pages_is_known_to_the_next_test(desk: Desk) -> None:
    rules = desk.client.application.url_map.iter_rules()

    posts = {rule.rule for rule in rules if "POST" in (rule.methods or set()) and rule.endpoint.split(".")[0] in PAGES}

    assert posts == set(FORMS)


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

"""The sign-in pages from one to the next: what a person sees, and where they end."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pyotp
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.identity.app import create_app
from services.identity.model.accounts import Account
from services.identity.routes.browser import Site
from tests.support.identity import OTHER_PASSWORD, PASSWORD, MemoryDeps, make_account, make_deps, make_grant
from tests.support.oidc import OidcClient, code_in, submit, token_in
from tests.support.tokens import TestIssuer

ISSUER, PORTAL = "https://identity.test", "https://portal.test"
NAME = "county.330106"


class Visit:
    """A browser on its way to a client, over identity on fakes."""

    def __init__(self, *accounts: Account, second_factor: str = "optional") -> None:
        self.deps: MemoryDeps = make_deps(accounts or (make_account(),), second_factor=second_factor)
        site = Site(ISSUER, PORTAL, secure_cookies=False)
        self.app = create_app(self.deps, TestIssuer().verifier, {}, dict, site)
        self.client = OidcClient(self.app, self.deps, ISSUER).register()
        self.browser: FlaskClient = self.app.test_client()

    def come_in(self, password: str = PASSWORD) -> TestResponse:
        """Give user name and password, on the way to the client."""
        away = self.client.authorize(self.browser)
        return submit(self.browser, away.location, username=NAME, password=password)

    def follow(self, answer: TestResponse) -> TestResponse:
        """Go where an answer leads."""
        return self.browser.get(answer.location)


def path(answer: TestResponse) -> str:
    return urlsplit(answer.location).path


def test_the_way_through_the_pages_ends_at_the_client() -> None:
    visit = Visit()

    answer = visit.follow(visit.come_in())

    assert code_in(answer)


def test_who_must_have_a_second_factor_sets_it_up_on_the_way() -> None:
    visit = Visit(second_factor="required")
    asked = visit.come_in()
    started = visit.browser.post(
        asked.location.replace("/account/factor", "/account/factor/start"),
        data={"csrf_token": token_in(visit.follow(asked))},
    )
    page = visit.follow(started)
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', page.text)
    assert secret is not None
    device = pyotp.TOTP(secret[1].replace(" ", ""))

    wrong = submit(visit.browser, started.location, code="000000")
    shown = submit(visit.browser, started.location, code=device.at(visit.deps.clock.now()))

    assert path(asked) == path(started) == "/account/factor"
    assert "data:image/svg+xml" in page.text
    assert wrong.status_code == 401
    assert len(re.findall(r"<li><code>", shown.text)) == 10
    onward = re.search(r'href="(/oauth/authorize[^"]+)"', shown.text)
    assert onward is not None
    assert code_in(visit.browser.get(onward[1].replace("&amp;", "&")))


def test_no_page_can_be_jumped_over() -> None:
    visit = Visit(second_factor="required")
    asked = visit.come_in()

    jumps = [visit.browser.get(each) for each in ("/account/password", "/sign-in/grant", "/sign-in/factor")]
    authorize = visit.client.authorize(visit.browser)

    assert path(asked) == "/account/factor"
    assert {path(each) for each in jumps} == {"/account/factor"}
    assert path(authorize) == "/account/factor"


def test_a_first_password_is_changed_on_the_way() -> None:
    account = make_account()
    visit = Visit(replace(account, password=replace(account.password, must_change=True)))
    asked = visit.come_in()

    unequal = submit(visit.browser, asked.location, password=OTHER_PASSWORD, repeated="x")
    short = submit(visit.browser, asked.location, password="short", repeated="short")
    visit.deps.clock.advance(timedelta(seconds=1))
    changed = submit(visit.browser, asked.location, password=OTHER_PASSWORD, repeated=OTHER_PASSWORD)

    assert path(asked) == "/account/password"
    assert (unequal.status_code, short.status_code) == (422, 422)
    assert "两次输入的密码不一致" in unequal.text
    assert "密码应为" in short.text
    assert code_in(visit.follow(changed))


def test_whoever_has_several_roles_chooses_one_and_another_later() -> None:
    grants = (make_grant(), make_grant(id="f" * 32, division="330100"))
    visit = Visit(make_account(grants=grants))
    asked = visit.come_in()
    page = visit.follow(asked)

    chosen = submit(visit.browser, asked.location, grant="f" * 32)
    again = visit.client.authorize(visit.browser, prompt="select_account")

    assert path(asked) == "/sign-in/grant"
    assert "浙江省杭州市西湖区" in page.text
    assert code_in(visit.follow(chosen))
    assert path(again) == "/sign-in/grant"


def test_whoever_has_nothing_in_force_is_told_so_and_goes_nowhere() -> None:
    visit = Visit(make_account(grants=()))
    asked = visit.come_in()

    page = visit.follow(asked)

    assert path(asked) == "/sign-in/nothing-open"
    assert "没有在效的身份" in page.text
    assert path(visit.client.authorize(visit.browser)) == "/sign-in/nothing-open"


def test_a_lock_out_tells_how_long_to_wait() -> None:
    visit = Visit()
    answers = [visit.come_in("wrong") for _ in range(6)]

    last = answers[-1]

    assert [each.status_code for each in answers] == [401] * 5 + [429]
    assert "分钟后再试" in last.text
    assert "Retry-After" in last.headers
    assert "wrong" not in last.text


def test_a_password_is_changed_at_any_time_with_the_present_one() -> None:
    visit = Visit()
    visit.come_in()
    visit.deps.clock.advance(timedelta(seconds=1))

    wrong = submit(visit.browser, "/account/password", current="x", password=OTHER_PASSWORD, repeated=OTHER_PASSWORD)
    done = submit(
        visit.browser, "/account/password", current=PASSWORD, password=OTHER_PASSWORD, repeated=OTHER_PASSWORD
    )

    assert wrong.status_code == 422
    assert 'id="current-e"' in wrong.text
    assert done.location == PORTAL
    assert code_in(visit.client.authorize(visit.browser))


@pytest.mark.parametrize("values", [{"username": "x" * 300}, {"password": "x" * 300}])
def test_a_field_that_is_far_too_long_is_refused_before_anything_else(values: dict[str, str]) -> None:
    visit = Visit()

    answer = submit(visit.browser, "/sign-in", **({"username": NAME, "password": PASSWORD} | values))

    assert answer.status_code == 400
    assert visit.deps.hashes.compared == 0


def test_what_somebody_typed_is_shown_again_as_text() -> None:
    visit = Visit()

    answer = submit(visit.browser, "/sign-in", username='"><script>alert(1)</script>', password="x")

    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert" in answer.text

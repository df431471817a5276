"""Sign-in, sign-out, sign-up and the own account, on fakes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.portal.model.answers import SignInRow
from services.portal.model.session import IDLE, LONGEST, session_id
from tests.support.portal import PASSWORD, PROVIDER, Portal, make_portal
from tests.support.portal_answers import make_person, make_registration


@pytest.fixture
def portal() -> Portal:
    return make_portal(make_registration())


def test_a_person_signs_in_and_reaches_the_first_page(portal: Portal) -> None:
    portal.sign_in()

    page = portal.browser.get("/home")

    assert page.status_code == 200
    assert "下一步做什么" in page.text


def test_the_cookie_changes_at_sign_in_and_the_old_session_is_gone(portal: Portal) -> None:
    portal.identity.people["operator@example.cn"] = make_person("operator")
    portal.browser.get("/sign-in")
    before = portal.browser.get_cookie("tongbao")

    portal.come_back("operator@example.cn")

    after = portal.browser.get_cookie("tongbao")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert session_id(before.value) not in portal.sessions.items


def test_the_cookie_is_closed_to_scripts_and_to_forms_of_other_sites(portal: Portal) -> None:
    answer = portal.browser.get("/sign-in")

    cookie = answer.headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_each_way_to_the_provider_has_secrets_of_its_own(portal: Portal) -> None:
    portal.browser.get("/sign-in")
    portal.browser.get("/sign-in")

    first, second = portal.identity.flows

    assert len({first.state, first.nonce, first.verifier, second.state, second.nonce, second.verifier}) == 6


def test_a_sign_in_begun_in_two_windows_can_be_finished_in_either(portal: Portal) -> None:
    portal.identity.people["operator@example.cn"] = make_person("operator")
    portal.browser.get("/sign-in?next=/registrations/r1")
    portal.browser.get("/sign-in?next=/home")

    answer = portal.browser.get(f"/sign-in/callback?code=operator@example.cn&state={portal.identity.flows[0].state}")

    assert answer.headers["Location"] == "/registrations/r1"


@pytest.mark.parametrize(
    "query",
    ["", "?code=operator@example.cn", "?state=x", "?code=operator@example.cn&state=unknown", "?error=x&state=x"],
)
def test_an_answer_that_this_browser_did_not_ask_for_signs_nobody_in(portal: Portal, query: str) -> None:
    portal.identity.people["operator@example.cn"] = make_person("operator")
    portal.browser.get("/sign-in")

    answer = portal.browser.get("/sign-in/callback" + query)

    assert answer.status_code == 400
    assert "请重新登录" in answer.text
    assert all(session.account is None for session in portal.sessions.items.values())


def test_an_answer_brought_to_another_browser_signs_nobody_in(portal: Portal) -> None:
    portal.identity.people["operator@example.cn"] = make_person("operator")
    portal.browser.get("/sign-in")
    state = portal.identity.flows[0].state
    portal.browser.delete_cookie("tongbao")

    answer = portal.browser.get(f"/sign-in/callback?code=operator@example.cn&state={state}")

    assert answer.status_code == 400


def test_an_answer_is_good_once(portal: Portal) -> None:
    portal.sign_in()
    address = f"/sign-in/callback?code=operator@example.cn&state={portal.identity.flows[0].state}"
    again = portal.browser.get(address)
    portal.browser.delete_cookie("tongbao")

    answer = portal.browser.get(address)

    assert again.headers["Location"] == "/home"
    assert answer.status_code == 400


def test_a_code_that_does_not_hold_signs_nobody_in(portal: Portal) -> None:
    answer = portal.come_back("nobody@example.cn")

    statuses = [portal.browser.get("/home").status_code, portal.browser.get("/account").status_code]

    assert answer.status_code == 400
    assert statuses == [303, 303]


def test_who_has_lost_the_right_meanwhile_is_at_the_sign_in_page_with_the_very_next_page(portal: Portal) -> None:
    portal.sign_in()
    shown = portal.browser.get("/home").status_code
    portal.identity.people.clear()

    away = portal.browser.get("/registrations/r1?tab=2")
    page = portal.browser.get(away.location)

    assert shown == 200
    assert away.status_code == 303
    assert "登录已结束，或者您的权限已有变动。请重新登录。" in page.text
    assert 'href="/sign-in?next=/registrations/r1?tab%3D2"' in page.text
    assert all(session.account is None for session in portal.sessions.items.values())


def test_a_form_of_somebody_who_has_lost_the_right_does_nothing(portal: Portal) -> None:
    portal.sign_in()
    token = portal.csrf()
    portal.identity.people.clear()

    answer = portal.browser.post("/registrations", data={"csrf_token": token})

    assert answer.location == "/sign-in?over=1"
    assert list(portal.registrations.items) == ["r1"]


def test_a_script_of_somebody_who_has_lost_the_right_is_told_so(portal: Portal) -> None:
    portal.sign_in()
    portal.identity.people.clear()

    answer = portal.browser.get("/home", headers={"X-Requested-With": "fetch"})

    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["code"] == "sign_in_over"


def test_a_page_goes_on_with_its_token_while_identity_does_not_answer(portal: Portal) -> None:
    portal.sign_in()
    portal.identity.is_down = True

    page = portal.browser.get("/home")

    assert page.status_code == 200
    assert portal.identity.checked == []


def test_a_token_that_was_just_renewed_is_not_asked_for_once_more(portal: Portal) -> None:
    portal.sign_in()
    portal.clock.advance(timedelta(minutes=5))

    first, second = portal.browser.get("/home"), portal.browser.get("/home")

    assert (first.status_code, second.status_code) == (200, 200)
    assert portal.identity.refreshed == ["refresh|operator@example.cn|1"]
    assert portal.identity.checked == ["access|operator@example.cn|2"]


def test_the_sign_ins_of_another_provider_are_not_asked_for(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    portal.sign_in()
    monkeypatch.setattr(portal.identity, "account_url", lambda: "")

    page = portal.browser.get("/home")

    assert page.status_code == 200
    assert portal.identity.checked == []


def test_forms_may_end_at_the_provider_and_nowhere_else(portal: Portal) -> None:
    policy = portal.browser.get("/sign-up").headers["Content-Security-Policy"]

    actions = next(part for part in policy.split("; ") if part.startswith("form-action"))

    assert actions == f"form-action 'self' {PROVIDER}"


def test_a_post_from_another_site_is_refused(portal: Portal) -> None:
    portal.sign_in()

    answer = portal.browser.post(
        "/registrations", data={"csrf_token": portal.csrf()}, headers={"Origin": "https://elsewhere.example"}
    )

    assert answer.status_code == 403


def test_a_multipart_body_is_refused_before_it_is_read(portal: Portal) -> None:
    portal.sign_in()

    answer = portal.browser.post(
        "/registrations", data={"csrf_token": portal.csrf()}, content_type="multipart/form-data"
    )

    assert answer.status_code == 415


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x"])
def test_the_way_back_after_sign_in_stays_on_this_site(portal: Portal, target: str) -> None:
    portal.identity.people["operator@example.cn"] = make_person("operator")

    answer = portal.come_back("operator@example.cn", f"/sign-in?next={target}")

    assert answer.headers["Location"] == "/home"


def test_a_page_asked_for_before_sign_in_is_shown_after_it(portal: Portal) -> None:
    portal.identity.people["operator@example.cn"] = make_person("operator")
    asked = portal.browser.get("/registrations/r1")

    answer = portal.come_back("operator@example.cn", asked.headers["Location"])

    assert asked.headers["Location"] == "/sign-in?next=/registrations/r1"
    assert answer.headers["Location"] == "/registrations/r1"


def test_signing_out_ends_the_session_here_and_at_the_provider(portal: Portal) -> None:
    portal.sign_in()

    answer = portal.post("/sign-out")

    assert portal.identity.ended == ["refresh|operator@example.cn|1"]
    assert answer.headers["Location"] == f"{PROVIDER}/oauth/end_session"
    assert portal.browser.get("/home").status_code == 303


def make_sign_in(digit: str, device: str, *, is_this: bool = False) -> SignInRow:
    return {
        "id": digit * 32,
        "started_at": "2026-03-02T01:00:00Z",
        "seen_at": "2026-03-02T02:00:00Z",
        "device": device,
        "place": "203.0.113.0/24",
        "is_this": is_this,
    }


def test_people_see_where_they_are_signed_in_and_end_it(portal: Portal) -> None:
    portal.sign_in()
    portal.identity.rows = [make_sign_in("1", "Chrome · Windows", is_this=True), make_sign_in("2", "Firefox · Linux")]

    page = portal.browser.get("/account")
    ended = portal.post(f"/account/sessions/{'2' * 32}/end")
    others = portal.post("/account/sessions/end-others")

    assert "Firefox · Linux" in page.text
    assert page.text.count('/end"') == 1
    assert ended.headers["Location"] == others.headers["Location"] == "/account?done=ended"
    assert portal.identity.ended == ["2" * 32, "others"]


@pytest.mark.parametrize("wait", [IDLE, LONGEST])
def test_a_session_ends_after_a_while(portal: Portal, wait: timedelta) -> None:
    portal.sign_in()
    portal.clock.advance(wait)

    answer = portal.browser.get("/home")

    assert answer.status_code == 303
    assert portal.sessions.items == {} or answer.headers["Location"].startswith("/sign-in")


def test_a_busy_session_still_ends_after_its_longest_life(portal: Portal) -> None:
    portal.sign_in()
    statuses = []

    for _ in range(30):
        portal.clock.advance(IDLE * 0.9)
        statuses.append(portal.browser.get("/home").status_code)

    assert statuses[0] == 200
    assert 303 in statuses


def test_an_old_access_token_is_renewed_once_and_used(portal: Portal) -> None:
    portal.sign_in()
    portal.clock.advance(timedelta(minutes=5))

    portal.browser.get("/home")
    portal.browser.get("/home")

    assert portal.identity.refreshed == ["refresh|operator@example.cn|1"]
    assert portal.registrations.tokens[-1] == "access|operator@example.cn|2"


def test_a_sign_in_that_cannot_be_renewed_ends_the_session(portal: Portal) -> None:
    portal.sign_in()
    portal.identity.refreshed.append("refresh|operator@example.cn|1")
    portal.clock.advance(timedelta(minutes=5))

    answer = portal.browser.get("/home")

    assert answer.status_code == 303
    assert portal.browser.get_cookie("tongbao") is None


DETAILS = {
    "role": "enterprise",
    "credit_code": "91330106MA27WXYX0T",
    "unit_name": "杭州云接包信息服务有限公司",
    "division": "330106",
    "contact_person": "李芳",
    "email": "new@example.cn",
    "phone": "13800001111",
}


def test_an_operator_opens_an_account_with_the_code_from_the_mail(portal: Portal) -> None:
    portal.browser.get("/sign-up")
    started = portal.post("/sign-up", **DETAILS)

    wrong = portal.post("/sign-up/activation", code="00000000", password=PASSWORD, repeated=PASSWORD)
    right = portal.post("/sign-up/activation", code="12345678", password=PASSWORD, repeated=PASSWORD)

    assert started.headers["Location"] == "/sign-up/activation"
    assert wrong.status_code == 422
    assert "激活码不正确" in wrong.text
    assert right.headers["Location"] == "/sign-in?done=activated"
    assert "new@example.cn" in portal.identity.people


def test_a_fault_in_the_sign_up_stands_beside_its_field_and_in_the_summary(portal: Portal) -> None:
    portal.browser.get("/sign-up")

    answer = portal.post("/sign-up", **{**DETAILS, "credit_code": "123"})

    assert answer.status_code == 422
    assert '<a href="#credit_code">统一社会信用代码应为18位。</a>' in answer.text
    assert 'aria-describedby="credit_code-h credit_code-e"' in answer.text


def test_what_is_missing_in_the_sign_up_is_told_by_its_name(portal: Portal) -> None:
    portal.browser.get("/sign-up")

    answer = portal.post("/sign-up", **{**DETAILS, "unit_name": " ", "phone": ""})

    assert '<a href="#unit_name">请填写单位详细名称。</a>' in answer.text
    assert '<a href="#phone">请填写电话。</a>' in answer.text


def test_who_signs_up_says_what_the_unit_is_and_reads_what_that_means(portal: Portal) -> None:
    page = portal.browser.get("/sign-up").text

    missing = portal.post("/sign-up", **{**DETAILS, "role": ""})
    portal.post("/sign-up", **DETAILS)

    for label in ("服务外包交易平台运营主体", "服务外包企业", "培训机构"):
        assert f"<strong>{label}</strong>" in page
    assert "撮合交易的线上平台" in page
    assert " checked" not in page
    assert '<a href="#role">请选择单位类型。</a>' in missing.text
    assert [details["role"] for details in portal.identity.signups] == ["enterprise"]


def test_a_choice_stays_where_another_field_is_wrong(portal: Portal) -> None:
    portal.browser.get("/sign-up")

    answer = portal.post("/sign-up", **{**DETAILS, "credit_code": "123"})

    assert 'name="role" value="enterprise" required checked' in answer.text


def test_a_code_need_not_be_typed_again_for_a_fault_in_the_password(portal: Portal) -> None:
    portal.browser.get("/sign-up")
    portal.post("/sign-up", **DETAILS)

    answer = portal.post("/sign-up/activation", code=" 1234 5678", password=PASSWORD, repeated="another")
    done = portal.post("/sign-up/activation", code="1234 5678", password=PASSWORD, repeated=PASSWORD)

    assert 'value="12345678"' in answer.text
    assert PASSWORD not in answer.text
    assert done.status_code == 303


def test_the_link_in_the_mail_goes_on_with_a_sign_up_in_another_browser(portal: Portal) -> None:
    portal.browser.get("/sign-up")
    portal.post("/sign-up", **DETAILS)
    portal.browser.delete_cookie("tongbao")

    portal.browser.get("/signups/s1")
    answer = portal.post("/sign-up/activation", code="12345678", password=PASSWORD, repeated=PASSWORD)

    assert answer.headers["Location"] == "/sign-in?done=activated"

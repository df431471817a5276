"""The bell, the inbox, the choices about mails, and the ministry's templates."""

from __future__ import annotations

import pytest

from shared.errors import Unavailable
from tests.support.portal import Portal, make_portal
from tests.support.portal_answers import make_registration
from tests.support.portal_notifications import make_notice, make_template

KEY = "registration.returned"
PAGE = f"/templates/{KEY}"


def make_ministry() -> Portal:
    portal = make_portal()
    portal.notifications.items[KEY] = make_template()
    portal.sign_in("ministry")
    return portal


def test_every_page_shows_how_many_notices_are_unread_without_asking_each_time():
    portal = make_portal()
    portal.notifications.notices = [make_notice(), make_notice(id="n2")]
    portal.sign_in()

    pages = [portal.browser.get("/notices").text for _ in range(3)]

    assert all('<span class="visually-hidden">未读</span>2' in page for page in pages)
    assert portal.notifications.asked == 1


def test_the_pages_go_on_while_the_service_is_away():
    portal = make_portal()
    portal.sign_in()
    portal.notifications.error = Unavailable()

    answer = portal.browser.get("/home")

    assert answer.status_code == 200
    assert "消息暂时无法读取" in answer.text


def test_reading_a_notice_leads_to_the_field_it_is_about():
    portal = make_portal()
    portal.notifications.notices = [make_notice()]
    portal.sign_in()
    page = portal.browser.get("/notices").text

    answer = portal.post("/notices/n1/reading", link="/registrations/r1#website")

    assert 'value="/registrations/r1#website"' in page
    assert "&lt;b&gt;" in page
    assert answer.headers["Location"] == "/registrations/r1#website"
    assert "未读" not in portal.browser.get("/notices").text


@pytest.mark.parametrize(
    "link", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:x", "", "x"]
)
def test_nobody_is_led_elsewhere(link: str):
    portal = make_portal()
    portal.notifications.notices = [make_notice()]
    portal.sign_in()

    answer = portal.post("/notices/n1/reading", link=link)

    assert answer.headers["Location"] == "/notices"


def test_all_are_marked_as_read_at_once():
    portal = make_portal()
    portal.notifications.notices = [make_notice(), make_notice(id="n2")]
    portal.sign_in()

    answer = portal.post("/notices/reading")

    assert answer.headers["Location"] == "/notices?done=read"
    assert "全部标为已读" not in portal.browser.get("/notices").text


def test_choices_are_kept_and_what_is_mandatory_is_told():
    portal = make_portal()
    portal.sign_in()
    page = portal.browser.get("/notices/preferences").text

    portal.post("/notices/preferences", **{"version": "1", "mail-registration": "digest"})

    assert "必须立即发送，不受此设置影响：注册信息被退回修改" in page
    assert portal.notifications.choices == {"registration": "digest"}
    assert 'value="digest" checked' in portal.browser.get("/notices/preferences").text


def test_only_the_ministry_opens_templates():
    portal = make_portal()
    portal.sign_in()

    answers = [portal.browser.get(url).status_code for url in ("/templates", PAGE)]

    assert answers == [403, 403]


def test_the_ministry_sees_the_variables_and_a_preview():
    portal = make_ministry()

    listed, page = portal.browser.get("/templates").text, portal.browser.get(PAGE).text

    assert "注册信息被退回修改" in listed
    assert "${platform_name}" in page
    assert "平台“云采”被退回" in page
    assert "系统原文" in page


def test_a_preview_keeps_nothing():
    portal = make_ministry()

    answer = portal.post(
        PAGE, act="preview", version="3", title="标题", text="${platform_name}！", subject="s", mail="m"
    )

    assert "云采！" in answer.text
    assert portal.notifications.items[KEY]["draft"] is None


def test_a_draft_is_kept_then_published_with_a_reason():
    portal = make_ministry()

    saved = portal.post(PAGE, act="save", version="3", title="标题", text="甲\r\n乙", subject="s", mail="m")
    without = portal.post(f"{PAGE}/publication", version="4", reason=" ")
    published = portal.post(f"{PAGE}/publication", version="4", reason="统一措辞")

    assert saved.headers["Location"] == f"{PAGE}?done=drafted"
    assert portal.notifications.items[KEY]["draft"]["in_app"]["text"] == "甲\n乙"
    assert without.status_code == 422
    assert published.headers["Location"] == f"{PAGE}?done=published"
    assert portal.notifications.steps == [("publish", "统一措辞")]


def test_a_confidential_variable_in_a_mail_is_told_at_its_field_and_nothing_typed_is_lost():
    portal = make_ministry()

    answer = portal.post(PAGE, act="save", version="3", title="我的标题", text="t", subject="s", mail="${reason}")

    assert answer.status_code == 422
    assert 'href="#mail"' in answer.text
    assert "属保密内容" in answer.text
    assert "我的标题" in answer.text


def test_the_second_of_two_editors_is_told_and_keeps_what_was_typed():
    portal = make_ministry()

    answer = portal.post(PAGE, act="save", version="2", title="我的标题", text="t", subject="s", mail="m")

    assert answer.status_code == 412
    assert "刚被他人修改" in answer.text
    assert "我的标题" in answer.text


def test_an_earlier_version_comes_back_and_a_draft_can_be_dropped():
    portal = make_ministry()

    back = portal.post(f"{PAGE}/return/0", version="3", reason="恢复")
    dropped = portal.post(f"{PAGE}/discarding", version="3")

    assert (back.status_code, dropped.status_code) == (303, 303)
    assert portal.notifications.steps == [("return 0", "恢复"), ("discard", KEY)]


@pytest.mark.parametrize(
    ("at", "place"),
    [
        ("/materials/5", "/registrations/r1/steps/5#material-5"),
        ("/form/website", "/registrations/r1/steps/3#f-website"),
    ],
)
def test_what_is_to_be_mended_is_found_by_its_place(at: str, place: str):
    portal = make_portal(make_registration(id="r1", state="returned", open_actions=["submit", "withdraw"]))
    portal.sign_in()

    answer = portal.browser.get(f"/registrations/r1?at={at}")

    assert answer.headers["Location"] == place


def test_what_is_no_longer_open_is_shown_on_the_page_of_the_registration():
    portal = make_portal(make_registration(id="r1", state="submitted", open_actions=["withdraw"]))
    portal.sign_in()

    answer = portal.browser.get("/registrations/r1?at=/materials/5")

    assert answer.status_code == 200

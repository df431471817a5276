"""Drafts in a real browser: saved while typing, and never over what another window saved."""

from __future__ import annotations

import pytest
from playwright.sync_api import APIResponse, Browser, FilePayload, Route

from services.sandbox.story.site import Site, code_in, new_password
from services.sandbox.story.unit import DIVISION, make_unit
from tests.support.browser import Visitor
from tests.support.files import make_docx

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def open_draft(chromium: Browser, site: Site) -> Visitor:
    unit, password = make_unit(), new_password()
    details = {"credit_code": unit.code, "unit_name": unit.name, "division": DIVISION, "email": unit.email}
    contact = {"contact_person": "李晓红", "phone": "0571-88888888"}
    signup = site.post("identity", "/signups", details | contact, 202)
    code = code_in(site.mail_to(unit.email, "激活"))
    site.post("identity", f"/signups/{signup['signup_id']}/activation", {"code": code, "password": password}, 201)
    visitor = Visitor.at(chromium, site.urls["portal"])
    visitor.go("/sign-in")
    visitor.fill(username=unit.email, password=password)
    visitor.press("登录")
    visitor.press("新建平台注册")
    visitor.page.goto(visitor.page.url.replace("/steps/1", "/steps/3"))
    return visitor


def test_what_is_typed_is_saved_by_itself_and_a_fault_is_shown_at_once(chromium: Browser, site: Site) -> None:
    operator = open_draft(chromium, site)

    operator.fill(**{"f-platform_name": "云采平台", "f-website": "不是网址"})
    operator.sees("1 处有误的内容未保存")
    operator.keep("30-autosave-fault")
    operator.page.reload()

    assert operator.page.input_value("#f-platform_name") == "云采平台"
    assert operator.page.input_value("#f-website") == ""
    assert operator.faults == []


def test_a_window_left_open_does_not_overwrite_what_another_one_saved(chromium: Browser, site: Site) -> None:
    operator = open_draft(chromium, site)
    second = Visitor(operator.page.context.new_page(), operator.base)
    second.page.goto(operator.page.url)

    second.fill(**{"f-platform_name": "第二个窗口"})
    second.sees("已自动保存")
    operator.fill(**{"f-platform_name": "第一个窗口"})
    operator.sees("自动保存已停止")
    operator.press("保存并继续")
    operator.sees("内容已在别处更新")

    operator.keep("31-conflict")
    assert operator.page.input_value("#f-platform_name") == "第一个窗口"
    operator.press("保存并继续")
    second.page.reload()
    assert second.page.input_value("#f-platform_name") == "第一个窗口"
    assert operator.faults == []


def test_a_division_is_found_by_its_name(chromium: Browser, site: Site) -> None:
    operator = open_draft(chromium, site)
    operator.page.goto(operator.page.url.replace("/steps/3", "/steps/2"))

    operator.page.fill("#f-division", "")
    operator.page.type("#f-division", "西湖区")
    option = operator.page.locator("#divisions option[value^='330106']")
    option.wait_for(state="attached")
    operator.page.fill("#f-division", str(option.get_attribute("value")))

    operator.page.locator("[data-division-name]", has_text="浙江省杭州市西湖区").wait_for()
    assert operator.page.input_value("#f-division") == "330106"


def test_boxes_that_are_ticked_faster_than_they_are_saved_are_all_kept(chromium: Browser, site: Site) -> None:
    operator = open_draft(chromium, site)
    operator.page.goto(operator.page.url.replace("/steps/3", "/steps/5"))
    plan = FilePayload(name="运营方案.docx", mimeType="application/octet-stream", buffer=make_docx())
    operator.page.set_input_files("#upload-4", files=[plan])
    operator.page.locator("#material-4 .parts").wait_for()

    for box in operator.page.locator("#material-4 .parts input").all():
        box.check()
    operator.sees("四项内容齐全")
    operator.page.reload()

    assert operator.page.locator("#material-4 .parts input:checked").count() == 4
    assert operator.faults == []


def test_an_answer_that_comes_late_does_not_undo_a_box_that_was_ticked_since(chromium: Browser, site: Site) -> None:
    operator = open_draft(chromium, site)
    operator.page.goto(operator.page.url.replace("/steps/3", "/steps/5"))
    plan = FilePayload(name="运营方案.docx", mimeType="application/octet-stream", buffer=make_docx())
    operator.page.set_input_files("#upload-4", files=[plan])
    operator.page.locator("#material-4 .parts").wait_for()
    first, second = operator.page.locator("#material-4 .parts input").all()[:2]
    held: list[tuple[Route, APIResponse]] = []
    operator.page.route("**/materials/4", lambda route: held.append((route, route.fetch())))

    for number, box in enumerate((first, second), 1):
        box.check()
        while len(held) < number:
            operator.page.wait_for_timeout(50)
    for route, answer in held:
        route.fulfill(response=answer)
    operator.sees("还缺：收费标准、服务质量保证措施")

    assert [box.is_checked() for box in (first, second)] == [True, True]
    assert operator.faults == []


def test_what_was_typed_outlives_the_session_and_is_saved_after_a_new_sign_in(chromium: Browser, site: Site) -> None:
    operator = open_draft(chromium, site)
    operator.page.goto(operator.page.url.replace("/steps/3", "/steps/4"))
    kept = operator.page.context.cookies()
    operator.page.context.clear_cookies()
    operator.fill(**{"f-background": "会话过期前写的内容"})

    operator.page.get_by_role("button", name="保存并继续").click()
    operator.sees("填写的内容还在此页")
    operator.page.context.add_cookies([{**cookie} for cookie in kept])  # type: ignore[typeddict-item]
    operator.press("保存并继续")
    operator.page.goto(operator.page.url.replace("/steps/5", "/steps/4"))

    assert operator.page.input_value("#f-background") == "会话过期前写的内容"

"""The whole system: an enterprise signs up, says who it is, and files 企业5表."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from services.sandbox.processes import System
from services.sandbox.story.judgement import today
from services.sandbox.story.site import Site, code_in, new_password
from services.sandbox.story.unit import DIVISION, make_unit
from shared.ids import new_id
from tests.support.browser import Visitor
from tests.support.filing_typed import TYPED
from tests.support.filing_typist import type_form

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

SIGNED = {"unit_head": "王小明", "statistics_head": "李晓红", "filler": "周海", "phone": "0571-88888888"}


def sign_up(visitor: Visitor, site: Site, name: str, code: str, email: str, password: str) -> None:
    visitor.go("/sign-up")
    visitor.page.locator("[name='role'][value='enterprise']").check()
    visitor.fill(credit_code=code, unit_name=name, division=DIVISION, contact_person="李晓红")
    visitor.fill(email=email, phone="0571-88888888")
    visitor.press("发送激活码")
    visitor.fill(code=code_in(site.mail_to(email, "激活")), password=password, repeated=password)
    visitor.press("开通账号")
    visitor.go("/sign-in")
    visitor.fill(username=email, password=password)
    visitor.press("登录")


def test_an_enterprise_files_its_certificates_on_the_whole_system(
    system: System, site: Site, chromium: Browser
) -> None:
    unit, password, year = make_unit(), new_password(), today().year - 1
    offices = {row["username"]: row["password"] for row in system.accounts()}
    ministry = site.sign_in("ministry", offices["ministry"], service="filing")
    decision = {"edition": "2022", "from_period": str(year), "to_period": str(year)}
    words = {"document": "商办服贸函〔2026〕1号", "ground": "新制度批准前按现行制度填报。"}
    key = {"Idempotency-Key": new_id()}
    ministry.ask("POST", "/collection-decisions", 201, json=decision | words, headers=key)

    visitor = Visitor.at(chromium, site.urls["portal"])
    sign_up(visitor, site, unit.name, unit.code, unit.email, password)
    visitor.go("/unit/registration")
    visitor.fill(name=unit.name, division=DIVISION, uscc=unit.code)
    visitor.press("登记")
    visitor.sees("单位信息已登记。")
    person = site.sign_in(unit.email, password, service="filing")
    begun = {"form": "enterprise-5", "period": str(year), "item": ""}
    filing = person.ask("POST", "/filings", 201, json=begun, headers={"Idempotency-Key": new_id()})
    visitor.go("/filings")
    visitor.press("服务外包国际认证情况登记表")
    type_form(visitor.page, "enterprise-5", TYPED["enterprise-5"])
    visitor.press("保存，核对并报送")
    for box in visitor.page.locator("textarea[name^='explain:']").all():
        box.fill("情况属实，已核对原始记录。")
    visitor.fill(**SIGNED)
    visitor.page.check("#duties_read")
    with visitor.page.expect_navigation():
        visitor.page.get_by_role("button", name="报送", exact=True).click()
    visitor.sees("已报送，请等待商务主管部门审核。")
    with visitor.page.expect_download() as taken:
        visitor.page.get_by_role("link", name="下载回执（PDF）").click()
    receipt = taken.value.path().read_bytes()
    visitor.keep("filing-system-submitted")

    stored = person.ask("GET", f"/filings/{filing['id']}")
    assert (stored["state"], stored["unit_name"]) == ("submitted", unit.name)
    assert receipt.startswith(b"%PDF")
    assert visitor.faults == []

"""A contract finds its class in a real browser: from 企业2表 to the helper and back, with and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, expect

from shared.identity.actor import Actor
from tests.support.browser import Visitor
from tests.support.filing_site import FilingSite, filing_site
from tests.support.filing_typed import TYPED
from tests.support.portal_over_filing import portal_over_filing

__all__ = ["filing_site"]

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

PAYROLL = "每月为客户员工核算工资，代缴社保和公积金"


@contextmanager
def visiting(
    site: FilingSite, chromium: Browser, actor: Actor, path: str, *, has_scripts: bool = True
) -> Iterator[Visitor]:
    with portal_over_filing(site, actor) as served:
        visitor = Visitor.at(chromium, served.url)
        if not has_scripts:
            visitor.page.context.close()
            context = chromium.new_context(base_url=served.url, locale="zh-CN", java_script_enabled=False)
            visitor.page = context.new_page()
        name, value = served.cookie
        visitor.page.context.add_cookies([{"name": name, "value": value, "url": served.url}])
        visitor.page.goto(f"{served.url}{path}")
        yield visitor
        visitor.page.context.close()


def with_basics(site: FilingSite) -> Actor:
    """Return an enterprise that has filed its basic information, without which it can't begin a contract."""
    enterprise = site.enterprise()
    filing = site.begin(enterprise, "enterprise-1")
    saved = site.save(enterprise, filing, answers=TYPED["enterprise-1"])
    said = {each["key"]: "情况属实" for each in saved["findings"] if each["severity"] == "query"}
    saved = site.save(enterprise, saved, answers=TYPED["enterprise-1"], explanations=said)
    assert site.submit(enterprise, saved).status_code == 200
    return enterprise


def keep(visitor: Visitor, name: str, has_scripts: bool) -> None:
    """Keep pictures where the page can be looked into for them."""
    if has_scripts:
        visitor.keep(name)


@pytest.mark.parametrize("has_scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_contract_goes_from_its_form_to_the_helper_and_back(
    filing_site: FilingSite, chromium: Browser, has_scripts: bool
) -> None:
    enterprise = with_basics(filing_site)
    filing = filing_site.begin(enterprise, "enterprise-2", "2025-12")

    with visiting(filing_site, chromium, enterprise, f"/filings/{filing['id']}", has_scripts=has_scripts) as visitor:
        page = visitor.page
        page.locator("#at-203-content").fill(PAYROLL)
        page.get_by_role("button", name="保存，打开业务分类助手").click()
        page.wait_for_url("**/classification?*")
        expect(page.locator("#text")).to_have_value(PAYROLL)
        page.get_by_role("button", name="查找业务类型").click()
        expect(page.get_by_label("B11 人力资源管理服务")).to_be_checked()
        expect(page.get_by_text("部分计入")).to_be_visible()
        keep(visitor, "classification-found", has_scripts)
        page.get_by_role("button", name="采用，填回报表").click()
        expect(page.locator(".fault").first).to_contain_text("扣除的金额应为")
        keep(visitor, "classification-error", has_scripts)
        page.get_by_label("代发代缴代垫的款项（万元）").fill("120.5")
        page.get_by_role("button", name="采用，填回报表").click()
        page.wait_for_url(f"**/filings/{filing['id']}*")
        expect(page.locator("#at-209")).to_have_value("B11 人力资源管理服务")
        expect(page.locator("#at-206-deducted")).to_have_value("120.5")
        keep(visitor, "classification-back", has_scripts)
        faults = visitor.faults

    stored = filing_site.json(enterprise, "GET", f"/filings/{filing['id']}")
    assert (stored["answers"]["209"], stored["answers"]["206"]) == ("B11", {"deducted": "120.5"})
    assert stored["answers"]["203"] == {"content": PAYROLL}
    assert (stored["classification"]["chosen"], stored["classification"]["outcome"]) == ("B11", "part")
    assert faults == []


def test_a_contract_that_is_not_to_be_filed_is_told_why(filing_site: FilingSite, chromium: Browser) -> None:
    enterprise = filing_site.enterprise()

    with visiting(filing_site, chromium, enterprise, "/classification") as visitor:
        visitor.page.locator("#text").fill("写字楼物业管理与保安巡逻")
        visitor.page.get_by_role("button", name="查找业务类型").click()
        expect(visitor.page.get_by_text("不予填报：物业、保安保洁、食堂、绿化")).to_be_visible()
        visitor.keep("classification-out")
        visitor.page.get_by_role("button", name="得出结论").click()
        expect(visitor.page.locator("#errors")).to_contain_text("这份合同不予填报")
        visitor.keep("classification-out-refused")
        faults = visitor.faults

    assert faults == []

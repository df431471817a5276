"""Filling a form in by the keys alone, without scripts, and as an Excel file."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from playwright.sync_api import Browser, FilePayload, expect

from tests.support.browser import Visitor
from tests.support.filing_site import FilingSite, filing_site
from tests.support.filing_typed import TYPED
from tests.support.filing_typist import wait_saved
from tests.support.portal_over_filing import portal_over_filing

__all__ = ["filing_site"]

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def test_a_table_is_filled_in_without_leaving_the_keys(filing_site: FilingSite, chromium: Browser) -> None:
    enterprise = filing_site.enterprise()
    filing = filing_site.begin(enterprise, "enterprise-4")

    with portal_over_filing(filing_site, enterprise) as served:
        visitor = Visitor.at(chromium, served.url)
        visitor.page.context.add_cookies([{"name": served.cookie[0], "value": served.cookie[1], "url": served.url}])
        visitor.go(f"/filings/{filing['id']}")
        visitor.page.focus("#at-401-2")
        for text in ("100", "5", "15", "50", "20", "10"):
            visitor.page.keyboard.type(text)
            visitor.page.keyboard.press("Enter")
        focused = visitor.page.locator(":focus").get_attribute("id")
        visitor.page.keyboard.press("ArrowUp")
        above = visitor.page.locator(":focus").get_attribute("id")
        visitor.page.keyboard.press("Shift+Tab")
        wait_saved(visitor.page)
        visitor.page.context.close()

    stored = filing_site.json(enterprise, "GET", f"/filings/{filing['id']}")
    assert (focused, above) == ("at-411-2", "at-406-2")
    assert [stored["answers"][str(code)]["2"] for code in range(401, 407)] == [100, 5, 15, 50, 20, 10]


def test_a_form_is_filled_in_and_submitted_without_scripts(filing_site: FilingSite, chromium: Browser) -> None:
    enterprise = filing_site.enterprise()
    filing = filing_site.begin(enterprise, "enterprise-5")

    with portal_over_filing(filing_site, enterprise) as served:
        context = chromium.new_context(java_script_enabled=False, locale="zh-CN")
        context.add_cookies([{"name": served.cookie[0], "value": served.cookie[1], "url": served.url}])
        page = context.new_page()
        page.goto(f"{served.url}/filings/{filing['id']}")
        page.check("[name='/501/held'][value='CMMI-3']")
        page.fill("[name='/502/0/certificate']", "CMM(I)三级")
        page.fill("[name='/502/0/date']", "2025-05-01")
        page.fill("[name='/502/0/fee']", "一万")
        page.check("[name='/503:none']")
        page.get_by_role("button", name="保存", exact=True).click()
        expect(page.locator("#errors")).to_contain_text("未保存")
        typed = page.input_value("[name='/502/0/fee']")
        page.fill("[name='/502/0/fee']", "1.5")
        page.get_by_role("button", name=re.compile("增加一行.*新通过认证情况")).click()
        expect(page.locator("[name='/502/1/fee']")).to_have_count(1)
        page.get_by_role("button", name=re.compile("删除.*第 2 行")).click()
        page.get_by_role("button", name="保存，核对并报送").click()
        for name, text in {"unit_head": "王小明", "statistics_head": "李晓红", "phone": "0571-88888888"}.items():
            page.fill(f"#{name}", text)
        page.check("#duties_read")
        page.get_by_role("button", name="报送", exact=True).click()
        expect(page.get_by_text("已报送，请等待商务主管部门审核。")).to_be_visible()
        context.close()

    stored = filing_site.json(enterprise, "GET", f"/filings/{filing['id']}")
    assert typed == "一万"
    assert stored["state"] == "submitted"
    assert stored["answers"]["502"] == [{"certificate": "CMMI-3", "date": "2025-05-01", "fee": "1.5"}]


def test_a_form_is_filled_in_as_an_excel_file(filing_site: FilingSite, chromium: Browser) -> None:
    operator = filing_site.operator()
    filing = filing_site.begin(operator, "platform-1")
    filing = filing_site.save(operator, filing, answers=TYPED["platform-1"])

    with portal_over_filing(filing_site, operator) as served:
        visitor = Visitor.at(chromium, served.url)
        visitor.page.context.add_cookies([{"name": served.cookie[0], "value": served.cookie[1], "url": served.url}])
        visitor.go(f"/filings/{filing['id']}/workbook")
        with visitor.page.expect_download() as taken:
            visitor.page.get_by_role("link", name="已填内容").click()
        book = openpyxl.load_workbook(io.BytesIO(taken.value.path().read_bytes()))
        sheet = book["填报"]
        cell = next(each for row in sheet.iter_rows() for each in row if str(each.value) == "88")
        cell.value = "八十八"
        send(visitor, book, "try")
        visitor.sees("没有保存")
        expect(visitor.page.locator("table")).to_contain_text("621")
        visitor.keep("filing-workbook-faults")
        cell.value = 90
        send(visitor, book, "save")
        visitor.sees("文件已读入本表。")
        shown = visitor.page.input_value("#at-621-2")
        faults = visitor.faults
        visitor.page.context.close()

    stored = filing_site.json(operator, "GET", f"/filings/{filing['id']}")
    assert (shown, stored["answers"]["621"]["2"]) == ("90", 90)
    assert faults == []


def send(visitor: Visitor, book: openpyxl.Workbook, purpose: str) -> None:
    content = io.BytesIO()
    book.save(content)
    visitor.page.check(f"[name='purpose'][value='{purpose}']")
    payload = FilePayload(name="平台1表.xlsx", mimeType=XLSX, buffer=content.getvalue())
    visitor.page.locator("#workbook").set_input_files(payload)
    visitor.press("提交文件")

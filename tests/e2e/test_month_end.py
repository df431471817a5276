"""A month's end at the browser: by the keys alone, with an error on the way, without scripts, and as an Excel file."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from shared.identity.actor import Actor
from tests.support.browser import Visitor
from tests.support.filing_site import FilingSite, Json, filing_site
from tests.support.filing_typed import BASICS, CONTRACT
from tests.support.portal_over_filing import portal_over_filing

__all__ = ["filing_site"]

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

MONTH = "2026-01"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SIGNED = {"unit_head": "王小明", "statistics_head": "李晓红", "filler": "周海", "phone": "0571-88888888"}


@pytest.fixture
def firm(filing_site: FilingSite) -> Actor:
    """A firm with three open contracts."""
    firm = filing_site.enterprise()
    _filed(filing_site, firm, "enterprise-1", "2025", BASICS)
    for number in ("HZ-2026-001", "HZ-2026-002", "HZ-2026-003"):
        _filed(filing_site, firm, "enterprise-2", MONTH, {**CONTRACT, "202": {"number": number}})
    return firm


def test_a_month_is_filled_in_by_the_keys_and_submitted_together(
    filing_site: FilingSite, firm: Actor, chromium: Browser
) -> None:
    with portal_over_filing(filing_site, firm) as served:
        visitor = Visitor.at(chromium, served.url)
        visitor.page.context.add_cookies([{"name": served.cookie[0], "value": served.cookie[1], "url": served.url}])
        visitor.go("/tasks")
        visitor.press("月末填报")
        page = visitor.page
        _type_row(page, 0, "10", "PZ-1")
        focused = page.locator(":focus").get_attribute("id")
        expect(page.locator("#autosave")).to_contain_text("已保存")
        _type_row(page, 1, "十万", "PZ-2")
        expect(page.locator("#autosave")).to_contain_text("没有保存")
        expect(page.locator(".row-said .fault")).to_contain_text("当期执行")
        visitor.keep("month-end-fault")
        wrong = page.locator("[data-row] input[aria-invalid=true]")
        wrong.fill("300")
        page.keyboard.press("Enter")
        expect(page.locator("#autosave")).to_contain_text("已保存")
        expect(page.locator("#sum-executed")).to_have_text("310")
        visitor.keep("month-end-query")
        page.get_by_role("link", name="选中全部未上报的").click()
        visitor.fill(**SIGNED)
        page.check("#duties_read")
        visitor.press("上报选中")
        visitor.sees("1 张已上报，1 张未能上报")
        visitor.keep("month-end-refused")
        for box in page.locator(".row-said textarea").all():
            box.fill("合同追加工作量，补充协议正在签订。")
        page.locator("#unit_head").focus()
        expect(page.locator("#autosave")).to_contain_text("已保存")
        page.get_by_role("link", name="选中全部未上报的").click()
        visitor.press("上报选中")
        visitor.sees("选中的报表已全部上报")
        visitor.keep("month-end-submitted")
        faults = visitor.faults
        page.context.close()

    contracts = filing_site.json(firm, "GET", f"/month-end?period={MONTH}")["contracts"]
    assert focused == f"n-{contracts[1]['id']}-0-309"
    assert [each["executed"] for each in contracts] == ["10", "300", "0"]
    assert faults == []


def test_a_month_is_filled_in_without_scripts(filing_site: FilingSite, firm: Actor, chromium: Browser) -> None:
    with portal_over_filing(filing_site, firm) as served:
        context = chromium.new_context(java_script_enabled=False, locale="zh-CN")
        context.add_cookies([{"name": served.cookie[0], "value": served.cookie[1], "url": served.url}])
        page = context.new_page()
        page.goto(f"{served.url}/month-end?period={MONTH}")
        rows = page.locator("tr[data-row]")
        _fill_row(rows.nth(0), "10", "PZ-1")
        _fill_row(rows.nth(2), "abc", "PZ-3")
        page.get_by_role("button", name="全部保存").click()
        expect(page.get_by_text("标出的各行有误，没有保存；其他各行已保存。")).to_be_visible()
        typed = page.locator("input[aria-invalid=true]").input_value()
        page.locator("input[aria-invalid=true]").fill("3")
        page.get_by_role("button", name="全部保存").click()
        page.get_by_role("button", name="再加一笔").first.click()
        _fill_row(page.locator("tr[data-row]").nth(1), "5", "PZ-4")
        page.get_by_role("button", name="全部保存").click()
        page.get_by_role("link", name="选中全部未上报的").click()
        for name, text in SIGNED.items():
            page.fill(f"#{name}", text)
        page.get_by_role("button", name="上报选中").click()
        expect(page.locator("#duties-e")).to_contain_text("义务")
        page.check("#duties_read")
        page.get_by_role("button", name="上报选中").click()
        expect(page.get_by_text("选中的报表已全部上报")).to_be_visible()
        context.close()

    contracts = filing_site.json(firm, "GET", f"/month-end?period={MONTH}")["contracts"]
    assert typed == "abc"
    assert [each["executed"] for each in contracts] == ["15", "0", "3"]


def test_a_month_is_filled_in_as_an_excel_file(filing_site: FilingSite, firm: Actor, chromium: Browser) -> None:
    with portal_over_filing(filing_site, firm) as served:
        visitor = Visitor.at(chromium, served.url)
        visitor.page.context.add_cookies([{"name": served.cookie[0], "value": served.cookie[1], "url": served.url}])
        visitor.go(f"/month-end?period={MONTH}")
        with visitor.page.expect_download() as taken:
            visitor.page.get_by_role("link", name="带出合同的模板").click()
        book = openpyxl.load_workbook(io.BytesIO(taken.value.path().read_bytes()))
        _send(visitor.page, book, "多", "try")
        visitor.sees("只检查，没有保存")
        visitor.keep("month-end-workbook")
        _send(visitor.page, book, "8", "save")
        visitor.sees("文件已读入，各行保存为草稿。")
        faults = visitor.faults
        visitor.page.context.close()

    contracts = filing_site.json(firm, "GET", f"/month-end?period={MONTH}")["contracts"]
    assert [[one["answers"]["308"] for one in each["executions"]] for each in contracts] == [["8"], [], []]
    assert faults == []


def _type_row(page: Page, number: int, amount: str, voucher: str) -> None:
    """Type an execution into a row, and leave it by the keys."""
    row = page.locator("tr[data-row]").nth(number)
    row.locator("input[type=date]").fill("2026-01-05")
    row.locator("[name$='/306']").focus()
    for text in ("中国银行杭州分行", voucher, amount):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.type("1")
    page.keyboard.press("Enter")


def _fill_row(row: Any, amount: str, voucher: str) -> None:
    texts = {"305": "2026-01-05", "306": "中国银行杭州分行", "307": voucher, "308": amount, "309": "1"}
    for code, text in texts.items():
        row.locator(f"[name$='/{code}']").fill(text)


def _send(page: Page, book: openpyxl.Workbook, amount: str, purpose: str) -> None:
    sheet = book["填报"]
    names = {str(cell.value): cell.column for row in sheet.iter_rows() for cell in row if cell.value}
    first = max(cell.row for row in sheet.iter_rows() for cell in row if cell.value == "万美元") + 1
    said = {"合同执行日期": "2026-01-06", "银行名称": "中国银行", "银行汇兑凭证号": "PZ-9", "当期结汇金额": "1"}
    for name, text in {**said, "当期执行金额": amount}.items():
        sheet.cell(first, names[name], text)
    content = io.BytesIO()
    book.save(content)
    page.check(f"[name='purpose'][value='{purpose}']")
    page.set_input_files("#workbook", FilePayload(name="执行.xlsx", mimeType=XLSX, buffer=content.getvalue()))
    page.get_by_role("button", name="提交文件").click()


def _filed(site: FilingSite, firm: Actor, form: str, period: str, answers: Mapping[str, Any]) -> Json:
    filing = site.create(firm, "/filings", {"form": form, "period": period, "item": ""})
    filing = site.save(firm, filing, answers=dict(answers))
    explained = {each["rule"]: "已核实" for each in filing["findings"] if each["severity"] == "query"}
    filing = site.save(firm, filing, answers=dict(answers), explanations=explained)
    answer = site.submit(firm, filing)
    assert answer.status_code == 200, answer.text
    return dict(answer.json or {})

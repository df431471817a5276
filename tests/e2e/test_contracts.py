"""The contract ledger at the browser: list and filters, a contract and its sheet on paper, telling a voucher's amount."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from shared.identity.actor import Actor
from tests.support.browser import SCREENSHOTS, Visitor
from tests.support.filing_prints import printed
from tests.support.filing_site import COUNTY_REVIEWER, DECISION, MINISTRY, FilingSite, Json, filing_site
from tests.support.filing_typed import BASICS, CONTRACT, EXECUTION
from tests.support.portal_over_filing import portal_over_filing

__all__ = ["filing_site"]

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

PERIOD = "2025-12"
OTHER_CLASS = "I12"


@pytest.fixture
def firm(filing_site: FilingSite) -> Actor:
    """A firm that has filed its basic information."""
    filing_site.create(MINISTRY, "/collection-decisions", DECISION)
    firm = filing_site.enterprise()
    _filed(filing_site, firm, "enterprise-1", "2025", BASICS)
    return firm


def test_a_contract_is_found_read_and_printed_on_one_sheet(
    filing_site: FilingSite, firm: Actor, chromium: Browser
) -> None:
    first = _amended(filing_site, firm, _contract(filing_site, firm, "1"))
    _contract(filing_site, firm, "2", **{"209": OTHER_CLASS})
    _executed(filing_site, firm, "1", "40", "PZ-1")
    _executed(filing_site, firm, "1", "20.5", "PZ-2")

    with visiting(filing_site, firm, chromium) as visitor:
        page = visitor.page
        visitor.go("/contracts")
        visitor.sees("2 项合同，合同金额 250，累计执行 60.5")
        page.fill("#business_class", "软件研发")
        page.locator(".combo-list [role=option]").first.click()
        visitor.press("筛选")
        expect(page.locator("tbody tr")).to_have_count(1)
        visitor.keep("contracts-list")
        page.fill("#business_class", "软件")
        visitor.press("筛选")
        visitor.sees("有 1 处需要修改")
        visitor.keep("contracts-list-refused")
        visitor.go(f"/contracts/{first['id']}")
        visitor.sees("补充协议增加测试工作")
        visitor.keep("contracts-page")
        visitor.press("打印登记表")
        visitor.keep("contracts-sheet")
        pdf = page.pdf(prefer_css_page_size=True, print_background=True)
        visitor.go("/contracts")
        visitor.press("月末填报")
        visitor.press("合同台账")

    sheet = printed(pdf)
    with sheet.opened() as book:
        sides = [round(float(str(side))) for side in book.pages[0].mediabox]
    (SCREENSHOTS / "contracts-sheet.pdf").write_bytes(pdf)
    assert (sides, len(sheet.pages)) == ([0, 0, 595, 842], 1)
    for text in ("合同登记表", "补充协议增加测试工作", "PZ-1", "PZ-2", "60.5", "杭州软件研发有限公司"):
        assert sheet.holds(text), text
    assert not sheet.holds("退出")
    assert not sheet.holds("打印本表")


def test_a_department_reads_a_contract_of_a_unit_and_prints_its_sheet(
    filing_site: FilingSite, firm: Actor, chromium: Browser
) -> None:
    contract = _contract(filing_site, firm, "1")
    _executed(filing_site, firm, "1", "40", "PZ-1")
    damaged = _contract(filing_site, firm, "2")
    accounts = filing_site.wired.database["accounts"]
    accounts.update_one({"_id": damaged["id"]}, {"$set": {"sealed": b"\x00"}})

    with visiting(filing_site, COUNTY_REVIEWER, chromium) as visitor:
        visitor.go("/contracts")
        visitor.sees("本页有 1 项合同的记录损坏")
        visitor.keep("contracts-department-damaged")
        visitor.page.locator("tbody th a").first.click()
        visitor.sees("另有 1 个分项的记录损坏")
        visitor.press("打印登记表")
        visitor.sees("合同登记表")
        expect(visitor.page).to_have_url(f"{visitor.base}/contracts/{contract['id']}/sheet")


def test_whoever_misses_the_amount_of_a_voucher_tells_it_and_comes_back(
    filing_site: FilingSite, firm: Actor, chromium: Browser
) -> None:
    _contract(filing_site, firm, "1")
    _executed(filing_site, firm, "1", "40", "PZ-1")
    second = filing_site.begin(firm, "enterprise-3", PERIOD)
    filing_site.save(firm, second, answers=_execution("1", "30", "PZ-1"))

    with visiting(filing_site, firm, chromium) as visitor:
        visitor.go(f"/filings/{second['id']}")
        visitor.sees("请先在凭证登记簿登记凭证金额")
        visitor.press("去登记凭证金额")
        visitor.sees("凭证 PZ-1 的金额")
        visitor.fill(total="39")
        visitor.press("保存")
        visitor.sees("凭证金额小于已填报的各笔执行金额之和")
        visitor.keep("vouchers-refused")
        visitor.fill(total="70")
        visitor.press("保存")
        visitor.sees("凭证金额已登记，可以继续填报。")
        expect(visitor.page.get_by_text("请先在凭证登记簿登记凭证金额")).to_have_count(0)
        visitor.keep("vouchers-told")
        address = visitor.page.url

    (voucher,) = filing_site.json(firm, "GET", "/vouchers")["items"]
    assert f"/filings/{second['id']}" in address
    assert (voucher["total"], voucher["used"]) == ("70", "40")


@contextmanager
def visiting(site: FilingSite, actor: Actor, chromium: Browser) -> Iterator[Visitor]:
    """Give somebody who is signed in at the portal."""
    with portal_over_filing(site, actor) as served:
        visitor = Visitor.at(chromium, served.url)
        visitor.page.context.add_cookies([{"name": served.cookie[0], "value": served.cookie[1], "url": served.url}])
        yield visitor
        assert visitor.faults == []
        visitor.page.context.close()


def _contract(site: FilingSite, firm: Actor, part: str, **answers: object) -> Json:
    return _filed(site, firm, "enterprise-2", PERIOD, {**CONTRACT, "202": _number(part), **answers})


def _amended(site: FilingSite, firm: Actor, contract: Json) -> Json:
    """Return a contract with more work agreed on, once every department has approved that."""
    approved = site.approve_through(contract)
    amended = site.json(firm, "POST", f"/filings/{contract['id']}/correction", approved["version"], json={})
    change = {"kind": "2", "effective_on": "2025-12-20", "reason": "补充协议增加测试工作"}
    amount = {"amount": "150", "currency": "USD", "usd": "150"}
    answers = {**CONTRACT, "202": _number("1"), "206": amount, "change": change}
    return site.approve_through(_submitted(site, firm, amended, answers))


def _executed(site: FilingSite, firm: Actor, part: str, amount: str, voucher: str) -> Json:
    return _filed(site, firm, "enterprise-3", PERIOD, _execution(part, amount, voucher))


def _execution(part: str, amount: str, voucher: str) -> dict[str, Any]:
    return {**EXECUTION, "304": _number(part), "307": voucher, "308": amount, "309": amount}


def _number(part: str) -> dict[str, str]:
    return {"number": "HZ-2025-001", "part": part}


def _filed(site: FilingSite, firm: Actor, form: str, period: str, answers: Mapping[str, Any]) -> Json:
    return _submitted(site, firm, site.begin(firm, form, period), answers)


def _submitted(site: FilingSite, firm: Actor, filing: Json, answers: Mapping[str, Any]) -> Json:
    filing = site.save(firm, filing, answers=answers)
    explained = {each["rule"]: "已核实" for each in filing["findings"] if each["severity"] == "query"}
    answer = site.submit(firm, site.save(firm, filing, answers=answers, explanations=explained))
    assert answer.status_code == 200, answer.text
    return dict(answer.json or {})

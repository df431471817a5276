"""A question on a field, from the county that asks to the unit that answers and the province that reads it, at the browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, expect

from shared.identity.actor import Actor
from tests.support.browser import Visitor
from tests.support.filing_site import (
    CITY_REVIEWER,
    COUNTY_REVIEWER,
    DECISION,
    MINISTRY,
    PROVINCE_REVIEWER,
    FilingSite,
    Json,
    filing_site,
)
from tests.support.platform_filing import ANSWERS, EXPLAINED, OPINION, evidence, submitted
from tests.support.portal_over_filing import portal_over_filing

__all__ = ["filing_site"]

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

QUESTION = "交易项目金额比上年增加近一半，请说明主要原因，并指出证明材料在第几页。"
ANSWER = "新增两个行业板块，见证明材料第 3 页。"
REMARK = "已与平台电话核实，口径一致，建议通过。"
RETURN = {"reason_code": "implausible", "reason": "请核实交易项目金额。", "signatory": "张审核", "pointers": ["/622/2"]}


@contextmanager
def visiting(site: FilingSite, actor: Actor, chromium: Browser) -> Iterator[Visitor]:
    """Be a person at the portal until the end of the block, after which nothing may have been wrong with a page."""
    with portal_over_filing(site, actor) as served:
        visitor = Visitor.at(chromium, served.url)
        name, value = served.cookie
        visitor.page.context.add_cookies([{"name": name, "value": value, "url": served.url}])
        yield visitor
        visitor.page.context.close()
    assert visitor.faults == []


def filed_again(site: FilingSite, operator: Actor) -> Json:
    """Return the second year of a platform, its first in force, returned once and submitted again with another amount."""
    site.approve_through(submitted(site, operator, "2024"))
    filing = site.begin(operator, "platform-1", "2025")
    file_id = evidence(site, operator, filing)
    answers = {**ANSWERS, "622": {"1": "30210.5", "2": "45310.5"}}
    answers |= {code: {"1": ANSWERS[code]["2"], "2": ANSWERS[code]["2"]} for code in ("601", "611", "621")}
    content = {"answers": answers, "explanations": EXPLAINED, "evidence": [file_id]}
    sent = site.submit(operator, site.save(operator, filing, **content))
    assert sent.status_code == 200, sent.text
    return dict(sent.json or {})


def ask(visitor: Visitor, text: str, whom: str) -> None:
    """Write a new message on the page of threads."""
    visitor.page.get_by_label(whom).check()
    visitor.page.fill("#text", text)
    visitor.press("发出意见")


def test_a_question_goes_from_the_county_to_the_unit_and_is_read_at_every_level(
    filing_site: FilingSite, chromium: Browser
) -> None:
    filing_site.create(MINISTRY, "/collection-decisions", DECISION)
    operator = filing_site.operator()
    filing = filed_again(filing_site, operator)
    review, talk = f"/filings/{filing['id']}/review", f"/filings/{filing['id']}/threads"

    with visiting(filing_site, COUNTY_REVIEWER, chromium) as county:
        page = county.page
        county.go(f"{talk}?at=/622/2")
        page.get_by_label("填报单位可见").check()
        page.fill("#text", "   ")
        county.press("发出意见")
        county.keep("casework-refused")
        ask(county, QUESTION, "填报单位可见")
        county.go(f"{talk}?at=/622/2")
        ask(county, REMARK, "仅主管部门可见")
        page.fill("#note", "年后核对银行流水。")
        page.select_option("#mark-at", "/622/2")
        county.press("标记")
        page.select_option("#assignee", label="李复核")
        county.press("保存分办")
        county.sees("已分办给李复核")
        county.sees("+50.0%")
        county.keep("casework-county")
        county.go("/filings/workload")
        county.sees("李复核")
        county.keep("casework-workload")
        county.go("/filings/marks")
        county.sees("年后核对银行流水")
        county.keep("casework-marks")

    path = f"/filings/{filing['id']}"
    filing_site.json(COUNTY_REVIEWER, "POST", f"{path}/approval", filing["version"], json=OPINION)
    version = filing_site.json(CITY_REVIEWER, "GET", path)["version"]
    filing_site.json(CITY_REVIEWER, "POST", f"{path}/return", version, json=RETURN)

    with visiting(filing_site, operator, chromium) as unit:
        unit.go(f"{path}?at=/622/2")
        assert unit.page.evaluate("location.hash") == "#at-622-2"
        expect(unit.page.locator(f"text={REMARK}")).to_have_count(0)
        expect(unit.page.locator("tr", has_text=QUESTION).first).to_be_visible()
        unit.keep("casework-unit")
        unit.go(talk)
        unit.page.fill("textarea", ANSWER)
        unit.press("发送答复")
        unit.sees(ANSWER)
        unit.keep("casework-unit-talk")
        unit.go("/filings/threads")
        unit.sees("单位已答复")

    returned = filing_site.json(operator, "GET", path)
    sent = filing_site.submit(operator, returned).json or {}
    for reviewer in (COUNTY_REVIEWER, CITY_REVIEWER):
        sent = filing_site.json(reviewer, "POST", f"{path}/approval", sent["version"], json=OPINION)

    with visiting(filing_site, PROVINCE_REVIEWER, chromium) as province:
        province.go(review)
        province.page.get_by_text("以前各次报送的审核意见").click()
        for words in (QUESTION, ANSWER, REMARK, str(RETURN["reason"])):
            province.sees(words)
        expect(province.page.locator(".chain [aria-current=step]")).to_contain_text("省级")
        expect(province.page.get_by_text("年后核对银行流水")).to_have_count(0)
        province.keep("casework-province")
        province.go("/filings/threads")
        province.keep("casework-list")

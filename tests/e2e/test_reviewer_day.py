"""A reviewer's day in a browser: home, the queue narrowed, one returned for a field, one approved, the rest in one go."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from services.sandbox.processes import System
from services.sandbox.story.judgement import today
from services.sandbox.story.site import Json, Person, Site
from services.sandbox.story.unit import Unit
from shared.ids import new_id
from tests.support.browser import Visitor
from tests.support.enterprise_visit import collect, enrol
from tests.support.office_visit import county_reviewer

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

COUNTY = "330109"
"""A county in which no other test files: its queue holds this day's filings alone."""

MONTHS = 4
REASON = "受训人员人数请核实。"
SIGN_OFF = {"unit_head": "王小明", "statistics_head": "李晓红", "filler": "周海", "phone": "0571-88888888"}


def workforce() -> dict[str, Any]:
    """Return the answers of 企业4表: staff has doubled, which asks for an explanation."""
    answers: dict[str, Any] = {}
    for first, before, now in ((401, 100, 200), (411, 80, 100), (421, 40, 90)):
        answers[str(first)] = {"1": before, "2": now}
        answers |= {str(first + step): {"2": 0} for step in range(1, 6)}
        answers[str(first + 3)] = {"2": now}
    return answers


def submit(person: Person, filing: Json) -> None:
    signed = {"sign_off": {**SIGN_OFF, "reported_on": today().isoformat()}, "duties_read": True}
    person.ask("POST", f"/filings/{filing['id']}/submission", 200, filing["version"], json=signed)


def file_all(person: Person, year: int) -> None:
    """File 企业4表 with two queries explained, and nil reports of some months."""
    body = {"form": "enterprise-4", "period": str(year), "item": ""}
    filing = person.ask("POST", "/filings", 201, json=body, headers={"Idempotency-Key": new_id()})
    path = f"/filings/{filing['id']}/content"
    saved = person.ask("PUT", path, 200, filing["version"], json={"answers": workforce()})
    explained = {each["key"]: "新设两个交付中心。" for each in saved["findings"] if each["severity"] == "query"}
    saved = person.ask("PUT", path, 200, saved["version"], json={"answers": workforce(), "explanations": explained})
    submit(person, saved)
    for month in range(1, MONTHS + 1):
        nil = {"period": f"{year}-{month:02}", "reason": "当月没有执行"}
        submit(person, person.ask("POST", "/nil-reports", 201, json=nil, headers={"Idempotency-Key": new_id()}))


def look_around(county: Visitor, unit: Unit) -> None:
    """Begin at home, narrow the queue, and look for the unit by its name."""
    county.go("/home")
    county.sees("从等待最久的一份开始")
    expect(county.page.locator(".desk strong").first).to_have_text(str(MONTHS + 1))
    county.keep("a1-desk")
    county.press("有疑问")
    county.sees("共 1 份待审核（已筛选）")
    county.keep("a2-queue-narrowed")
    county.fill(**{"unit-text": "没有这家单位"})
    county.press("查找单位")
    county.sees("辖区内没有这个名称或代码的单位。")
    county.keep("a3-unit-unknown")
    county.fill(**{"unit-text": unit.name})
    county.press("查找单位")
    county.sees(f"单位：{unit.name}")


def return_one(county: Visitor, unit: Unit) -> None:
    """Open the filing with queries, tick them off, and return it for one field; the next one follows."""
    county.go("/filings/review?scope=waiting&order=severity")
    county.sees(f"共 {MONTHS + 1} 份待审核")
    county.keep("a4-queue")
    county.page.get_by_role("link", name=f"{unit.name}　服务外包人力资源情况登记表").click()
    county.sees(f"第 1 份，共 {MONTHS + 1} 份待审核")
    county.sees("异常值（")
    county.sees("勾选随时保存")
    for box in county.page.locator("input[name='seen']").all():
        box.check()
    county.sees("核对进度已保存。")
    county.keep("a5-review")
    county.page.locator("input[name='pointers'][value='/421/2']").check()
    county.page.select_option("#reason_code", "implausible")
    county.fill(reason=REASON, signatory="萧山区商务局 陈明")
    county.press("退回修改")
    county.sees("已退回填报单位修改")
    county.sees(f"第 1 份，共 {MONTHS} 份待审核")


def approve_next(county: Visitor) -> None:
    """Go on and back by the links, then approve what is there."""
    county.press("下一份")
    county.sees(f"第 2 份，共 {MONTHS} 份待审核")
    county.press("上一份")
    county.sees(f"第 1 份，共 {MONTHS} 份待审核")
    county.press("审核通过")
    county.sees("已审核通过")
    county.sees(f"第 1 份，共 {MONTHS - 1} 份待审核")
    county.keep("a6-next")


def approve_the_rest(county: Visitor) -> None:
    """Tick what is left, slip once, approve it all, and see what became of each."""
    county.press("审核列表")
    county.press("批量审核通过…")
    county.sees("没有选中报表")
    county.keep("a7-batch-nothing")
    county.press("不办理，返回")
    for box in county.page.locator("input[name='items']").all():
        box.check()
    expect(county.page.locator("[data-ticked]")).to_have_text(str(MONTHS - 1))
    county.press("批量审核通过…")
    county.sees(f"将办理选中的 {MONTHS - 1} 份报表")
    county.fill(text="", signatory="")
    county.press("确认通过")
    county.sees("请填写签字人。")
    county.keep("a8-batch-refused")
    county.fill(text="同意上报。", signatory="萧山区商务局 陈明")
    county.press("确认通过")
    county.sees("全部办理完毕。")
    expect(county.page.locator("tbody tr")).to_have_count(MONTHS - 1)
    county.keep("a9-batch-done")
    with county.page.expect_download() as download:
        county.page.get_by_role("link", name="导出结果（Excel）").click()
    assert download.value.suggested_filename == "review-results.xlsx"
    county.press("继续审核")
    county.sees("没有待审核的报表")
    county.keep("b1-queue-empty")
    county.go("/home")
    county.sees("没有待审核的报表")
    county.keep("b2-desk-empty")


def test_a_reviewer_gets_through_a_day(system: System, site: Site, chromium: Browser) -> None:
    year = collect(system, site)
    enterprise = Visitor.at(chromium, site.urls["portal"])
    unit, person = enrol(enterprise, site, COUNTY)
    file_all(person, year)
    county = county_reviewer(system, site, chromium, COUNTY)

    look_around(county, unit)
    return_one(county, unit)
    approve_next(county)
    approve_the_rest(county)

    filings = person.ask("GET", "/filings?limit=20")["items"]
    assert sorted(each["state"] for each in filings) == ["returned", *["submitted"] * MONTHS]
    assert {each["reviewer"] for each in filings if each["state"] == "submitted"} == {"330100"}
    assert [enterprise.faults, county.faults] == [[], []]

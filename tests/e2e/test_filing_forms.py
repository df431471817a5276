"""Each of the nine forms, typed into its page in a real browser and filed; on the way an error and a query."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from services.filing.model.units import Source, UnitType
from services.filing.operations.units import Told, take_told
from services.filing.policy import SYSTEM
from shared.calls import Call
from shared.identity.actor import Actor, Role
from shared.ids import new_id
from tests.support.browser import Visitor
from tests.support.filing_site import CITY_REVIEWER, COUNTY_REVIEWER, DIVISION, FilingSite, Json, filing_site
from tests.support.filing_typed import PERIODS, TYPED
from tests.support.filing_typist import type_cell, type_form, wait_saved
from tests.support.good_files import pdf_of_a_scan
from tests.support.portal_filing import form_answer
from tests.support.portal_over_filing import portal_over_filing

__all__ = ["filing_site"]

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

CITY_DESK = Actor("r-hangzhou", Role.CITY_REVIEWER, division="330100")
SIGNED = {"unit_head": "王小明", "statistics_head": "李晓红", "filler": "周海", "phone": "0571-88888888"}
OPINION = {"opinion": "同意", "signatory": "张审核"}


@contextmanager
def visiting(site: FilingSite, chromium: Browser, actor: Actor, path: str) -> Iterator[Visitor]:
    with portal_over_filing(site, actor) as served:
        visitor = Visitor.at(chromium, served.url)
        name, value = served.cookie
        visitor.page.context.add_cookies([{"name": name, "value": value, "url": served.url}])
        visitor.go(path)
        yield visitor
        visitor.page.context.close()


def institution(site: FilingSite) -> Actor:
    unit_id = new_id()
    basics = {"name": "浙江培训学院", "uscc": "91330106000000019W"}
    told = Told(unit_id, UnitType.TRAINING, DIVISION, Source.UNIT, site.clock.now(), basics, None)
    take_told(site.wired.deps, Call(actor=SYSTEM), told)
    return Actor(f"a-{unit_id}", Role.TRAINING_INSTITUTION, unit_id=unit_id, division=DIVISION)


def who_files(site: FilingSite, key: str) -> Actor:
    if key == "platform-1":
        return site.operator()
    return institution(site) if key == "city-2" else site.enterprise()


def file_over_http(site: FilingSite, actor: Actor, key: str) -> Json:
    """File a form without a browser, its queries explained, for those that build on it."""
    filing = site.begin(actor, key, PERIODS.get(key, "2025"))
    saved = site.save(actor, filing, answers=TYPED[key])
    said = {each["key"]: "情况属实" for each in saved["findings"] if each["severity"] == "query"}
    saved = site.save(actor, saved, answers=TYPED[key], explanations=said)
    answer = site.submit(actor, saved)
    assert answer.status_code == 200, answer.text
    return dict(answer.json or {})


def prepare(site: FilingSite, actor: Actor, key: str) -> None:
    """File what a form builds on: the basic information before a contract, the contract before its execution."""
    if key in ("enterprise-2", "enterprise-3"):
        file_over_http(site, actor, "enterprise-1")
    if key == "enterprise-3":
        file_over_http(site, actor, "enterprise-2")


def sign_and_submit(visitor: Visitor, shot: str) -> None:
    """Explain what is asked, sign the form off, and submit it."""
    for box in visitor.page.locator("textarea[name^='explain:']").all():
        if not box.input_value():
            box.fill("情况属实，已核对原始记录。")
    visitor.fill(**SIGNED)
    visitor.page.check("#duties_read")
    visitor.keep(f"{shot}-sign-off")
    with visitor.page.expect_navigation():
        visitor.page.get_by_role("button", name="报送", exact=True).click()
    visitor.sees("已报送，请等待商务主管部门审核。")
    visitor.sees("下载回执（PDF）")
    visitor.keep(f"{shot}-submitted")


@pytest.mark.parametrize("key", [key for key in TYPED if key != "platform-1"])
def test_a_form_is_typed_signed_off_and_submitted(filing_site: FilingSite, chromium: Browser, key: str) -> None:
    actor = who_files(filing_site, key)
    prepare(filing_site, actor, key)
    filing = filing_site.begin(actor, key, PERIODS.get(key, "2025"))

    with visiting(filing_site, chromium, actor, f"/filings/{filing['id']}") as visitor:
        visitor.keep(f"filing-{key}-blank")
        type_form(visitor.page, key, TYPED[key])
        visitor.keep(f"filing-{key}-typed")
        visitor.press("核对并报送")
        sign_and_submit(visitor, f"filing-{key}")
        faults = visitor.faults

    stored = filing_site.json(actor, "GET", f"/filings/{filing['id']}")
    assert (stored["state"], stored["revision"]) == ("submitted", 1)
    assert stored["rows"] == len(TYPED[key]["rows"]) if "rows" in TYPED[key] else stored["rows"] is None
    assert faults == []


def test_a_platform_mends_an_error_explains_a_query_and_files(filing_site: FilingSite, chromium: Browser) -> None:
    operator = filing_site.operator()
    filing = filing_site.begin(operator, "platform-1")
    wrong = {**TYPED["platform-1"], "604": {"2": 300}}

    with visiting(filing_site, chromium, operator, f"/filings/{filing['id']}") as visitor:
        type_form(visitor.page, "platform-1", wrong)
        error = visitor.page.locator("#errors")
        expect(error).to_contain_text("604")
        expect(visitor.page.locator("#at-604-2")).to_have_attribute("aria-invalid", "true")
        visitor.keep("filing-platform-1-error")
        visitor.page.fill("#at-604-2", "290")
        visitor.page.locator("#evidence-file").set_input_files(
            FilePayload(name="交易记录.pdf", mimeType="application/pdf", buffer=pdf_of_a_scan())
        )
        wait_saved(visitor.page)
        visitor.page.get_by_role("button", name="上传", exact=True).click()
        expect(visitor.page.locator("#evidence .files")).to_contain_text("交易记录.pdf")
        expect(error).to_have_count(0)
        visitor.page.locator("textarea[name^='explain:']").first.fill("其余为培训撮合项目。")
        expect(visitor.page.locator("#summary-live")).to_contain_text("均已说明")
        visitor.keep("filing-platform-1-explained")
        visitor.press("保存，核对并报送")
        sign_and_submit(visitor, "filing-platform-1")
        faults = visitor.faults

    stored = filing_site.json(operator, "GET", f"/filings/{filing['id']}")
    assert stored["state"] == "submitted"
    assert [each["name"] for each in stored["evidence"]] == ["交易记录.pdf"]
    assert faults == []


def test_what_was_typed_outlives_a_broken_line_and_a_second_window(filing_site: FilingSite, chromium: Browser) -> None:
    enterprise = filing_site.enterprise()
    filing = filing_site.begin(enterprise, "enterprise-4")

    with visiting(filing_site, chromium, enterprise, f"/filings/{filing['id']}") as visitor:
        visitor.page.route("**/autosave", lambda route: route.abort())
        visitor.page.fill("#at-401-2", "100")
        expect(visitor.page.locator("#autosave")).to_contain_text("网络中断")
        visitor.page.unroute("**/autosave")
        wait_saved(visitor.page)
        after_break = filing_site.json(enterprise, "GET", f"/filings/{filing['id']}")
        filing_site.save(enterprise, after_break, answers={"401": {"2": 99}})
        visitor.page.fill("#at-402-2", "5")
        expect(visitor.page.locator("#autosave")).to_contain_text("已在别处更新")
        with visitor.page.expect_navigation():
            visitor.page.get_by_role("button", name="保存", exact=True).last.click()
        visitor.sees("尚未保存")
        typed = visitor.page.input_value("#at-402-2"), visitor.page.input_value("#at-401-2")
        visitor.keep("filing-enterprise-4-stale")

    assert after_break["answers"] == {"401": {"2": 100}}
    assert typed == ("5", "100")


def test_a_returned_form_opens_the_named_fields_only(filing_site: FilingSite, chromium: Browser) -> None:
    enterprise = filing_site.enterprise()
    filing = file_over_http(filing_site, enterprise, "enterprise-5")
    pointers = ["/502"]
    reason = {"reason_code": "implausible", "reason": "认证费用请核实", "signatory": "张审核", "pointers": pointers}
    url = f"/filings/{filing['id']}"
    filing_site.json(COUNTY_REVIEWER, "POST", f"{url}/return", filing["version"], json=reason)

    with visiting(filing_site, chromium, enterprise, url) as visitor:
        visitor.sees("认证费用请核实")
        locked = visitor.page.locator("[name='/501/held']").count()
        visitor.keep("filing-enterprise-5-returned")
        part = form_answer("enterprise-5")["indicators"][1]["parts"][2]
        type_cell(visitor.page, "number", part, "/502/0/fee", "13")
        wait_saved(visitor.page)
        visitor.press("保存，核对并报送")
        sign_and_submit(visitor, "filing-enterprise-5-again")
        faults = visitor.faults

    stored = filing_site.json(enterprise, "GET", url)
    assert locked == 0
    assert (stored["answers"]["502"][0]["fee"], stored["revision"]) == ("13", 2)
    assert faults == []


def test_a_city_assembles_what_its_units_filed(filing_site: FilingSite, chromium: Browser) -> None:
    enterprise = filing_site.enterprise()
    part = filing_site.begin(enterprise, "city-1")
    url = f"/filings/{part['id']}"
    part = filing_site.json(enterprise, "POST", f"{url}/rows", part["version"], json={"rows": TYPED["city-1"]["rows"]})
    submitted = dict(filing_site.submit(enterprise, part).json or {})
    for reviewer in (COUNTY_REVIEWER, CITY_REVIEWER):
        submitted = filing_site.json(reviewer, "POST", f"{url}/approval", submitted["version"], json=OPINION)
    city = filing_site.begin(CITY_DESK, "city-1")

    with visiting(filing_site, chromium, CITY_DESK, f"/filings/{city['id']}") as visitor:
        visitor.press("汇总本市已审定的填报")
        visitor.sees("已汇总本市各单位已审定的明细。")
        visitor.page.locator("#at-rows-1 [name='/hours']").fill("90")
        visitor.page.locator("#at-rows-1 [name='/fee']").press("Enter")
        expect(visitor.page.locator("#autosave")).to_contain_text(re.compile("已保存"))
        visitor.keep("filing-city-1-assembled")
        faults = visitor.faults

    rows = filing_site.json(CITY_DESK, "GET", f"/filings/{city['id']}/rows")["rows"]
    assert [row["hours"] for row in rows] == ["120", "90"]
    assert faults == []

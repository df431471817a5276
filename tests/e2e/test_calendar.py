"""A later due day at the browser: asked for beside the task, with an error on the way, granted, and seen in the calendar."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser import Visitor
from tests.support.filing_site import COUNTY_REVIEWER, MINISTRY, FilingSite, filing_site
from tests.support.portal_over_filing import portal_over_filing
from tests.support.portal_served import Served

__all__ = ["filing_site"]

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def visitor_at(chromium: Browser, served: Served) -> Visitor:
    """Return somebody who is signed in."""
    visitor = Visitor.at(chromium, served.url)
    visitor.page.context.add_cookies([{"name": served.cookie[0], "value": served.cookie[1], "url": served.url}])
    return visitor


def test_a_later_day_is_asked_for_granted_and_explained(filing_site: FilingSite, chromium: Browser) -> None:
    operator = filing_site.operator()
    with portal_over_filing(filing_site, operator) as mine, portal_over_filing(filing_site, COUNTY_REVIEWER) as theirs:
        unit, county = visitor_at(chromium, mine), visitor_at(chromium, theirs)
        unit.go("/tasks")
        with unit.page.expect_navigation():
            unit.page.locator("a[href*='/extension?form=platform-1']").click()
        unit.fill(until="2026-04-01", reason="年末系统迁移，交易记录一月中旬才能导出。")
        unit.press("提交申请")
        unit.sees("不得超过制度规定的期限")
        expect(unit.page.locator("#reason")).to_have_value("年末系统迁移，交易记录一月中旬才能导出。")
        unit.keep("extension-refused")
        unit.fill(until="2026-01-20")
        unit.press("提交申请")
        unit.sees("延期申请已提交")
        unit.keep("extension-asked")

        county.go("/reliefs")
        county.keep("extensions-waiting")
        county.press("杭州云采科技有限公司")
        county.press("不同意")
        county.sees("请填写答复。")
        county.keep("extension-without-answer")
        county.press("同意延期")
        county.sees("已同意延期，单位将收到通知。")

        unit.go("/calendar?year=2026")
        date = unit.page.locator(".month-dates details").filter(has_text="已延期，原为 2026年1月10日")
        date.locator("summary").focus()
        unit.page.keyboard.press("Enter")
        expect(date.locator(".why")).to_contain_text("已同意延期至2026年1月20日（星期二）24时止")
        unit.keep("calendar-of-a-unit")
        faults = [*unit.faults, *county.faults]
        unit.page.context.close()
        county.page.context.close()

    assert faults == []


def test_the_ministry_reckons_the_sharing_clock_in_a_year_that_is_provisional(
    filing_site: FilingSite, chromium: Browser
) -> None:
    with portal_over_filing(filing_site, MINISTRY) as served:
        ministry = visitor_at(chromium, served)
        ministry.go("/calendar?year=2031")
        ministry.sees("尚未公布")
        ministry.fill(approved="2026-09-30")
        ministry.press("推算")
        ministry.sees("2026年10月21日")
        ministry.keep("calendar-of-the-ministry")
        faults = ministry.faults
        ministry.page.context.close()

    assert faults == []

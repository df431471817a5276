"""A department looks at the browser how complete what was filed is, goes down to a county, and urges who is missing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from shared.identity.actor import Actor, Role
from tests.support.browser import Visitor
from tests.support.filing_season import Season
from tests.support.filing_site import FilingSite, filing_site
from tests.support.portal_over_filing import portal_over_filing

__all__ = ["filing_site"]

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

UNITS = 8
PROVINCE = Actor("r-33", Role.PROVINCE_REVIEWER, division="330000")
QUESTION = "form=enterprise-4&period=2025"


def test_a_province_finds_who_is_missing_in_a_county_and_urges_them(filing_site: FilingSite, chromium: Browser) -> None:
    moment = filing_site.clock.moment
    filing_site.clock.moment = moment.replace(year=2025, month=1)
    Season(filing_site).play(UNITS, lambda: None)

    with portal_over_filing(filing_site, PROVINCE) as served:
        visitor = Visitor.at(chromium, served.url)
        visitor.page.context.add_cookies([{"name": served.cookie[0], "value": served.cookie[1], "url": served.url}])
        visitor.go(f"/completeness?{QUESTION}")
        visitor.sees("各地报送情况")
        visitor.keep("completeness")
        visitor.press("杭州市")
        visitor.sees("杭州市　服务外包人力资源情况登记表")
        visitor.keep("completeness-city")
        visitor.go(f"/completeness?{QUESTION}&division=310000")
        visitor.sees("不在您的范围内")
        visitor.keep("completeness-out-of-sight")
        visitor.go(f"/completeness?{QUESTION}")
        visitor.press("未报名单")
        visitor.sees("联系方式")
        visitor.keep("completeness-missing")
        box = visitor.page.get_by_role("checkbox", name="选择").first
        box.focus()
        visitor.page.keyboard.press("Space")
        visitor.press("催报选中单位")
        visitor.sees("已向单位发出 1 份")
        visitor.go(f"/completeness/missing?{QUESTION}")
        urged = visitor.page.locator("tbody tr td:last-child").all_inner_texts()

    expect(visitor.page.locator("h1")).to_have_text("未报名单")
    assert [text for text in urged if text != "—"] == [f"{filing_site.clock.now():%Y-%m-%d}"]
    assert visitor.faults == []

"""A likely duplicate at the browser: the department's line and page, the ministry's decision with a slip, the outcome."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, expect

from shared.identity.actor import Actor
from tests.support.browser import Visitor
from tests.support.filing_alike import (
    GUANGZHOU,
    GUANGZHOU_FIRM,
    GUANGZHOU_REVIEWER,
    HANGZHOU_FIRM,
    contract,
    firm,
    hear_last,
)
from tests.support.filing_site import COUNTY_REVIEWER, DIVISION, MINISTRY, FilingSite, filing_site
from tests.support.portal_over_filing import portal_over_filing

__all__ = ["filing_site"]

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


@contextmanager
def visiting(site: FilingSite, actor: Actor, chromium: Browser) -> Iterator[Visitor]:
    """Give somebody who is signed in at the portal."""
    with portal_over_filing(site, actor) as served:
        visitor = Visitor.at(chromium, served.url)
        visitor.page.context.add_cookies([{"name": served.cookie[0], "value": served.cookie[1], "url": served.url}])
        yield visitor
        assert visitor.faults == []
        visitor.page.context.close()


def test_a_duplicate_goes_from_the_alarm_to_the_outcome_and_no_department_sees_the_other(
    filing_site: FilingSite, chromium: Browser
) -> None:
    ours = contract(filing_site, firm(filing_site, HANGZHOU_FIRM, DIVISION), "HZ-2025-001")
    theirs = contract(filing_site, firm(filing_site, GUANGZHOU_FIRM, GUANGZHOU), "GZ-777-888")
    hear_last(filing_site, ours, theirs)

    with visiting(filing_site, COUNTY_REVIEWER, chromium) as county:
        county.go(f"/filings/{ours['id']}/review")
        county.sees("此表与另一份报表疑似重复")
        county.keep("duplicates-review")
        county.press("查看")
        county.sees("不在本部门辖区")
        expect(county.page.locator("body")).not_to_contain_text("广州")
        county.keep("duplicates-department")
        county.press("疑似重复合同")
        county.sees("与本部门看不到的报表疑似重复")
        county.keep("duplicates-list")

    with visiting(filing_site, MINISTRY, chromium) as ministry:
        ministry.go("/duplicates?state=open")
        ministry.page.locator("tbody a").first.click()
        ministry.sees(GUANGZHOU_FIRM)
        ministry.page.check("#verdict-duplicate")
        ministry.fill(reason="杭州一方为总包，广州一方重复填报。")
        ministry.press("作出认定")
        ministry.sees("有 1 处需要修改")
        ministry.keep("duplicates-refused")
        ministry.page.check(f"#stands-{ours['id']}")
        ministry.press("作出认定")
        ministry.sees("已作出认定")
        ministry.keep("duplicates-settled")

    with visiting(filing_site, GUANGZHOU_REVIEWER, chromium) as guangzhou:
        guangzhou.go(f"/filings/{theirs['id']}/review")
        guangzhou.sees("认定为重复填报，本表应更正")
        expect(guangzhou.page.locator("body")).not_to_contain_text(HANGZHOU_FIRM)
        expect(guangzhou.page.locator("body")).not_to_contain_text("总包")
        guangzhou.keep("duplicates-outcome")

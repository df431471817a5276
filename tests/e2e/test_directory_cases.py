"""The three-way desk at the browser: a conflict found by its age, decided with a slip, and the quality checks."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser

from services.exchange.operations.quality import check_quality
from shared.identity.actor import Actor, Role
from shared.ids import new_id
from tests.support.browser import Visitor
from tests.support.exchange import MOMENT, Site, site
from tests.support.exchange_desk import DESK
from tests.support.exchange_kept import OURS, THEIRS, keep_case
from tests.support.filing_reminding import Running
from tests.support.portal_over_exchange import portal_over_exchange

__all__ = ["site"]

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

COUNTY = Actor("r" * 32, Role.COUNTY_REVIEWER, division="330106")


@contextmanager
def visiting(site: Site, actor: Actor, chromium: Browser) -> Iterator[Visitor]:
    """Give somebody who is signed in at the portal."""
    with portal_over_exchange(site.wired, actor) as served:
        visitor = Visitor.at(chromium, served.url)
        visitor.page.context.add_cookies([{"name": served.cookie[0], "value": served.cookie[1], "url": served.url}])
        yield visitor
        visitor.page.context.close()


def test_a_conflict_goes_from_the_list_to_the_decision_and_the_county_only_looks(site: Site, chromium: Browser) -> None:
    keep_case(site.wired.deps, "c" * 32, new_id(), MOMENT)
    check_quality(site.wired.deps, Running(MOMENT))

    with visiting(site, DESK, chromium) as desk:
        desk.go("/cases")
        desk.sees("超过20个工作日")
        desk.keep("cases-list")
        with desk.page.expect_download() as download:
            desk.page.get_by_role("link", name="导出本列表（XLSX）").click()
        book = load_workbook(io.BytesIO(download.value.path().read_bytes()))
        desk.press(OURS)
        desk.sees(THEIRS)
        desk.keep("case")
        desk.page.locator("#choice-name-leave").focus()
        desk.page.keyboard.press("Space")
        desk.press("提交处理意见")
        desk.sees("请填写理由")
        desk.keep("case-without-reason")
        desk.page.fill("#reason-name", "等单位换发执照。")
        desk.press("提交处理意见")
        desk.sees("处理意见已提交")
        desk.page.locator("#choice-name-take_theirs").check()
        desk.press("提交处理意见")
        desk.sees("办结于")
        desk.keep("case-settled")
        desk.go("/quality")
        desk.sees("代码跨市重复")
        desk.keep("quality")
        assert desk.faults == []
    with visiting(site, COUNTY, chromium) as county:
        county.go("/cases?state=settled")
        county.press(THEIRS)
        county.sees("采用名录库值")
        assert county.page.get_by_role("button", name="提交处理意见").count() == 0

    assert book.active["A3"].value == OURS

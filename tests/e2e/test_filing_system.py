"""The whole system: an enterprise signs up, says who it is, and files 企业5表."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from services.sandbox.processes import System
from services.sandbox.story.site import Site
from tests.support.browser import Visitor
from tests.support.enterprise_visit import begin, collect, enrol
from tests.support.filing_typed import TYPED
from tests.support.filing_typist import type_form

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

SIGNED = {"unit_head": "王小明", "statistics_head": "李晓红", "filler": "周海", "phone": "0571-88888888"}


def test_an_enterprise_files_its_certificates_on_the_whole_system(
    system: System, site: Site, chromium: Browser
) -> None:
    year = collect(system, site)
    visitor = Visitor.at(chromium, site.urls["portal"])
    unit, person = enrol(visitor, site)
    filing_id = begin(person, "enterprise-5", year)

    visitor.go("/filings")
    visitor.press("服务外包国际认证情况登记表")
    type_form(visitor.page, "enterprise-5", TYPED["enterprise-5"])
    visitor.press("保存，核对并报送")
    for box in visitor.page.locator("textarea[name^='explain:']").all():
        box.fill("情况属实，已核对原始记录。")
    visitor.fill(**SIGNED)
    visitor.page.check("#duties_read")
    with visitor.page.expect_navigation():
        visitor.page.get_by_role("button", name="报送", exact=True).click()
    visitor.sees("已报送，请等待商务主管部门审核。")
    with visitor.page.expect_download() as taken:
        visitor.page.get_by_role("link", name="下载回执（PDF）").click()
    receipt = taken.value.path().read_bytes()
    visitor.keep("filing-system-submitted")

    stored = person.ask("GET", f"/filings/{filing_id}")
    assert (stored["state"], stored["unit_name"]) == ("submitted", unit.name)
    assert receipt.startswith(b"%PDF")
    assert visitor.faults == []


def test_everybody_reaches_what_is_published_through_the_portal(site: Site) -> None:
    page = site.http.get(f"{site.urls['portal']}/statistics")
    answer = site.http.get(f"{site.urls['portal']}/published")
    told = site.http.get(f"{site.urls['statistics']}/published")

    assert (page.status_code, page.headers["Cache-Control"]) == (200, "public, max-age=60")
    assert (answer.content, answer.headers["ETag"]) == (told.content, told.headers["ETag"])

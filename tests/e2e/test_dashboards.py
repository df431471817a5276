"""A dashboard at the browser: one's own division, another amount, a city below, a panel as a file, nothing masked given away."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pymongo import MongoClient

from services.sandbox.stack.stack import Stack
from shared.contracts.filing import FactKind
from shared.identity.actor import Actor, Role
from shared.ids import new_id
from shared.mongo.client import Document
from tests.support.browser import Visitor
from tests.support.dashboard_facts import small_country, tell
from tests.support.dashboards import Line
from tests.support.portal_over_statistics import portal_over_statistics
from tests.support.statistics_site import StatisticsSite, open_statistics, told

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

PROVINCE = Actor("r-33", Role.PROVINCE_REVIEWER, division="330000")
ALONE = Line("w", Decimal("47.31"), columns={"city": "330300", "county": "330302"})
"""The only firm of 温州."""


@pytest.fixture
def site(started: Stack, mongo: MongoClient[Document], tmp_path: Path) -> Iterator[StatisticsSite]:
    name = f"test-{new_id()}"
    with open_statistics(started, name, tmp_path) as opened:
        tell(opened, [*small_country(), ALONE])
        staff = {"kind": FactKind.STAFF, "counted_in": "2024", "category": "outsourcing"}
        lines = [{**staff, "education": each, "number": Decimal(20)} for each in ("doctor", "master", "bachelor")]
        opened.take(*(told(f"s{unit}", lines, f"u{unit}") for unit in range(6)))
        yield opened
    mongo.drop_database(name)


def test_a_province_looks_at_its_dashboard(site: StatisticsSite, chromium: Browser) -> None:
    with portal_over_statistics(site.wired.deps, PROVINCE) as served:
        visitor = Visitor.at(chromium, served.url)
        visitor.page.context.add_cookies([{"name": served.cookie[0], "value": served.cookie[1], "url": served.url}])
        visitor.go("/dashboard?period=2025-03")
        visitor.sees("浙江省　2025年3月")
        visitor.keep("dashboard")
        ranking = visitor.page.get_by_role("region", name="下级地区排名（本年累计）", exact=True)
        hidden = ranking.get_by_role("row").filter(has_text="温州市").inner_text()
        with visitor.page.expect_download() as given:
            visitor.page.locator("a[href$='/ranking.csv']").click()
        text = given.value.path().read_text("utf-8-sig")
        shown = visitor.page.inner_text("main")
        visitor.page.select_option("#division", "330100")
        visitor.page.select_option("#measure", "contract_cny")
        visitor.press("查看")
        visitor.sees("浙江省杭州市　2025年3月")
        visitor.keep("dashboard-city")
        visitor.go("/dashboard?period=2025-03&division=320000")
        visitor.sees("不在您的范围内")
        visitor.keep("dashboard-outside")
        faults = [each for each in visitor.faults if "404" not in each]
        visitor.page.context.close()

    assert "*" in hidden
    assert "温州市" in text
    assert "隐去" in text
    assert "47.31" not in shown + text
    assert faults == []

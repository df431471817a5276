"""A release at the browser: prepared, checked, signed off by another person, given its day, and read by everybody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from playwright.sync_api import Browser

from services.statistics.operations.publishing import publish_due
from services.statistics.operations.releases import check_next
from services.statistics.operations.snapshots import freeze_due
from services.statistics.ports.deps import Deps
from services.statistics.tables.loading import load_tables
from shared.identity.actor import COUNTRY, Actor, Role
from tests.support.browser import Visitor
from tests.support.portal_over_statistics import portal_over_statistics
from tests.support.statistics_site import StatisticsSite, a_contract, a_firm, an_execution, close_period, site, told

__all__ = ["site"]

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

MINISTRY = Actor("m", Role.MINISTRY, division=COUNTRY)
HEAD = Actor("h", Role.STATISTICS_HEAD, division=COUNTRY)
PROVINCE = Actor("r-33", Role.PROVINCE_REVIEWER, division="330000")

TABLE = "monthly_province"
EXECUTED = {
    "310000": [100 + firm for firm in range(8)],
    "320000": [80 + firm for firm in range(8)],
    "330000": [70 + firm for firm in range(8)],
    "340000": [60 + firm for firm in range(8)],
    "510000": [43],
}
"""By province, a firm each: in Sichuan there is one alone."""

DAY = "2030-01-15"


def over_table(site: StatisticsSite) -> Deps:
    """Return statistics with one table."""
    known = load_tables()
    return replace(site.wired.deps, tables=replace(known, tables={TABLE: known.tables[TABLE]}))


def fill(site: StatisticsSite, month: str) -> int:
    """Tell of the executions of a month; return how many there are."""
    said = [(code, f"u{code}-{firm}", usd) for code, amounts in EXECUTED.items() for firm, usd in enumerate(amounts)]
    site.take(
        told("c", [a_contract("c", month)], "u310000-1"),
        *(told(f"b{unit}", [a_firm(month[:4])], unit, path=path_of(code)) for code, unit, _ in said),
        *(
            told(
                f"{month}-{unit}",
                [an_execution("c", month, usd=Decimal(usd), cny=Decimal(usd * 7))],
                unit,
                path=path_of(code),
            )
            for code, unit, usd in said
        ),
    )
    return len(said)


def path_of(province: str) -> tuple[str, ...]:
    """Return a county of a province, and what is above it."""
    return (f"{province[:2]}0106", f"{province[:2]}0100", province, "000000")


@contextmanager
def visiting(deps: Deps, chromium: Browser, who: Actor) -> Iterator[Visitor]:
    """Give somebody who is signed in at the portal."""
    with portal_over_statistics(deps, who) as served:
        visitor = Visitor.at(chromium, served.url)
        visitor.page.context.add_cookies([{"name": served.cookie[0], "value": served.cookie[1], "url": served.url}])
        yield visitor
        assert visitor.faults == []
        visitor.page.context.close()


def test_a_release_goes_from_the_desk_to_everybody(site: StatisticsSite, chromium: Browser) -> None:
    deps = over_table(site)
    close_period(site, "2025-03", {"enterprise-3": fill(site, "2025-03")})
    assert freeze_due(deps) == 1

    with visiting(deps, chromium, MINISTRY) as ministry:
        ministry.go("/statistics/releases")
        ministry.press("开始制表")
        ministry.sees("请选择报告期。")
        ministry.keep("releases-refused")
        ministry.page.select_option("#kind", "monthly")
        ministry.page.select_option("#period", "2025-03")
        ministry.press("开始制表")
        ministry.sees("等待开始")
        ministry.keep("release-checked")
        assert check_next(deps)
        ministry.press("现在刷新")
        ministry.sees("由服贸司统计负责人签发。")
        address = ministry.page.url.removeprefix(ministry.base).partition("?")[0]
        ministry.press("服务外包分省发展情况（月度）")
        ministry.sees("尚未发布，")
        ministry.keep("release-table")

    with visiting(deps, chromium, HEAD) as head:
        head.go(address)
        head.page.get_by_role("button", name="签发", exact=True).click()
        head.sees("签发意见")
        head.keep("release-sign-off")
        head.fill(statement="经核查，同意提供和发布。")
        if head.page.locator("#exception_reason").count():
            head.fill(exception_reason="合计数已另行核对。")
        head.page.get_by_role("button", name="签发", exact=True).click()
        head.sees("请设定向社会发布的日期。")
        head.fill(publish_on=DAY)
        head.press("确定")
        head.sees("已设定发布日期。")
        head.keep("release-scheduled")
        head.go("/statistics")
        head.sees("还没有已发布的统计资料。")

    site.clock.moment = datetime(2030, 1, 15, 1, tzinfo=UTC)
    assert publish_due(deps) == 1

    with visiting(deps, chromium, HEAD) as reader:
        reader.page.context.clear_cookies()
        reader.go("/statistics")
        reader.keep("publications")
        reader.press("2025年3月　服务外包月度统计资料")
        reader.sees("不表示为零")
        reader.keep("publication")
        reader.press("服务外包分省发展情况（月度）")
        reader.page.select_option("#p-unit", "yi")
        reader.press("查看")
        reader.keep("publication-table")
        row = reader.page.get_by_role("row").filter(has_text="四川省").inner_text()
        with reader.page.expect_download() as given:
            reader.page.get_by_role("link", name="CSV", exact=True).click()
        text = given.value.path().read_text("utf-8-sig")

    assert "*" in row
    assert "四川省" in text
    assert "43.00" not in text


def test_a_province_looks_at_its_drafts(site: StatisticsSite, chromium: Browser) -> None:
    deps = over_table(site)
    fill(site, "2026-03")

    with visiting(deps, chromium, PROVINCE) as province:
        province.go(f"/statistics/drafts?table={TABLE}&period=2026-03")
        province.sees("未发布。")
        province.keep("table-draft")
        rows = province.page.locator("tbody th").all_inner_texts()

    assert rows == ["浙江省"]

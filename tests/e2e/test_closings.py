"""The ministry closes a year at the browser, with one unit left out and a reason, and has the snapshot looked at."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import Browser

from services.filing.model.relocations import RelocationState
from services.filing.model.states import State
from services.filing.operations.relocating import follow_changes
from services.filing.operations.settling import run_closing_step
from shared.codes import divisions
from shared.codes.division_changes import Change, ChangeKind
from tests.e2e.test_duplicates import visiting
from tests.integration.filing.test_closing_worker import put_approved
from tests.support.filing_site import CITY_REVIEWER, MINISTRY, FilingSite, filing_site
from tests.unit.filing.test_following_divisions import Round

__all__ = ["filing_site"]

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

MAY = datetime(2026, 5, 6, 2, 0, tzinfo=UTC)
SPLIT = Change(ChangeKind.SPLIT, "330106", date(2026, 5, 1), successors=("330105", "330110"))


def carry_out(site: FilingSite) -> None:
    while run_closing_step(site.wired.deps):
        pass


def test_a_year_is_closed_with_a_reason_for_what_is_left_out_and_its_snapshot_verified(
    filing_site: FilingSite, chromium: Browser
) -> None:
    approved = put_approved(filing_site, 3)
    filing_site.clock.moment = MAY

    with visiting(filing_site, MINISTRY, chromium) as ministry:
        ministry.go("/closings")
        ministry.keep("closings-none")
        ministry.fill(period="2025")
        ministry.press("查看")
        ministry.sees("可审定 3 份，未审核通过 2 份")
        ministry.keep("closings-preview")
        ministry.press("最终审定2025年")
        ministry.sees("处需要修改")
        ministry.keep("closings-refused")
        ministry.fill(statement="经审核，同意2025年年报最终审定。", signatory="陈司长")
        ministry.page.check("#sure")
        ministry.press("最终审定2025年")
        ministry.sees("须说明理由")
        ministry.fill(left_out_reason="两家单位的年末人数尚在核实。")
        ministry.page.check("#sure")
        ministry.press("最终审定2025年")
        ministry.sees("正在逐份审定")
        ministry.keep("closings-at-work")
        carry_out(filing_site)
        ministry.press("刷新")
        ministry.sees("最终审定日 2026-05-06")
        ministry.press("核对快照")
        carry_out(filing_site)
        ministry.press("刷新")
        ministry.sees("核对一致")
        ministry.keep("closings-complete")
        ministry.press("最终审定")
        ministry.keep("closings-list")

    stored = [filing_site.wired.filings.get(each.id) for each in approved]
    assert {each.state for each in stored} == {State.FINAL}


def test_the_city_says_where_a_unit_of_a_split_county_belongs(filing_site: FilingSite, chromium: Browser) -> None:
    operator = filing_site.operator()
    filing_site.clock.moment = MAY
    divisions.use([SPLIT])
    try:
        follow_changes(filing_site.wired.deps, Round(MAY))

        with visiting(filing_site, CITY_REVIEWER, chromium) as city:
            city.go("/relocations")
            city.sees("杭州云采科技有限公司")
            city.keep("relocations-open")
            city.press("确定")
            city.sees("请先选择单位现属的区划。")
            city.page.locator("select[name=division]").select_option("330110")
            city.press("确定")
            city.sees("已确定单位现属区划")
            city.keep("relocations-none")
    finally:
        divisions.use(())

    assert operator.unit_id is not None
    assert filing_site.wired.units.get(operator.unit_id).division == "330110"
    page = filing_site.wired.deps.relocations.list_of("330100", None, "", 10)
    assert [each.state for each in page.items] == [RelocationState.DONE]

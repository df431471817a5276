"""At the browser: an administrator has a scheduled job run and sees how it ended, a department urges units."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser

from services.filing.reminding.jobs import DIGESTS, REMINDERS
from services.filing.worker import job_loops
from shared.clock import SHANGHAI, FixedClock
from shared.identity.actor import Actor, Role
from shared.scheduling.jobs import Progress
from shared.scheduling.running import JobLoop
from shared.scheduling.store import MongoJobs
from tests.support.browser import Visitor
from tests.support.filing_site import COUNTY_REVIEWER, FilingSite, filing_site
from tests.support.portal_over_filing import portal_over_filing

__all__ = ["filing_site"]

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

ADMINISTRATOR = Actor("a" * 32, Role.ADMINISTRATOR)
MORNING = datetime(2026, 1, 9, 7, tzinfo=SHANGHAI)


def failing(_: Progress) -> None:
    """Fail as a job does whose database is away."""
    raise ConnectionError


def test_an_administrator_has_a_job_run_and_sees_how_it_ended(filing_site: FilingSite, chromium: Browser) -> None:
    clock = FixedClock(MORNING)
    loops = {loop.job.name: loop for loop in job_loops(filing_site.wired, clock)}
    for loop in loops.values():
        loop.look()
    broken = JobLoop(loops[DIGESTS].job, failing, MongoJobs(filing_site.wired.database), clock, lambda: "t")
    clock.advance(timedelta(hours=1))
    broken.look()

    with portal_over_filing(filing_site, ADMINISTRATOR) as served:
        admin = Visitor.at(chromium, served.url)
        admin.page.context.add_cookies([{"name": served.cookie[0], "value": served.cookie[1], "url": served.url}])
        admin.go("/jobs")
        admin.sees("提醒尚未报送的单位")
        admin.sees("等待重试")
        admin.sees("ConnectionError")
        admin.keep("jobs-waiting")
        admin.press("立即运行")
        admin.sees("已安排立即运行")
        admin.sees("即将运行")
        loops[REMINDERS].look()
        admin.press("刷新")
        admin.sees("完成")
        admin.page.get_by_text("最近 1 次运行").click()
        admin.sees("手动")
        admin.keep("jobs-done")
        assert admin.faults == []
        admin.page.context.close()

    state = MongoJobs(filing_site.wired.database).find(REMINDERS)
    assert state is not None
    assert [each.asked_by for each in state.ended] == [ADMINISTRATOR.account_id]


def test_a_department_urges_from_the_list_of_those_missing(filing_site: FilingSite, chromium: Browser) -> None:
    now = filing_site.clock.moment
    filing_site.clock.moment = now - timedelta(days=60)
    for name in ("杭州软件研发有限公司", "杭州设计服务有限公司"):
        filing_site.enterprise(name)
    filing_site.clock.moment = now

    with portal_over_filing(filing_site, COUNTY_REVIEWER) as served:
        county = Visitor.at(chromium, served.url)
        county.page.context.add_cookies([{"name": served.cookie[0], "value": served.cookie[1], "url": served.url}])
        county.go("/completeness/missing?form=enterprise-4&period=2025")
        county.press("催报选中单位")
        county.sees("请至少选择一个尚未报送的单位")
        county.keep("urged-nothing")
        county.press("返回未报名单")
        county.go("/completeness/missing?form=enterprise-4&period=2025")
        county.page.get_by_label("选择 杭州软件研发有限公司").check()
        county.press("催报选中单位")
        county.sees("已向单位发出 1 份的催报通知")
        county.press("返回未报名单")
        for box in county.page.get_by_role("checkbox", name="选择").all():
            box.check()
        county.press("催报选中单位")
        county.sees("选中 2 份，已向单位发出 1 份的催报通知")
        county.sees("今天已催报过")
        county.keep("urged-results")
        assert county.faults == []
        county.page.context.close()

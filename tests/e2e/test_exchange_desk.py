"""The desk at the browser: looks a unit up, sends messages again, stops a route, tests the way and tells of a maintenance."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from playwright.sync_api import Browser

from services.exchange.model.messages import Action, Secret, State
from services.exchange.model.partners import RouteName
from services.exchange.operations.contents import content_of
from shared.contracts.border import digest_of
from shared.history import HistoryEntry
from shared.ids import new_id
from tests.support.browser import Visitor
from tests.support.exchange import Site, make_record, site
from tests.support.exchange_desk import BY_ITSELF, DESK, NOW, REGISTRATION, make_message
from tests.support.portal_over_exchange import portal_over_exchange

__all__ = ["site"]

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

NAME = "西湖外包平台有限公司"
MADE = HistoryEntry(NOW, "exchange", Action.CREATE, None, State.REFUSED)


@contextmanager
def visiting(site: Site, chromium: Browser) -> Iterator[Visitor]:
    """Give somebody of the 名录库 desk who is signed in at the portal."""
    with portal_over_exchange(site.wired, DESK) as served:
        visitor = Visitor.at(chromium, served.url)
        visitor.page.context.add_cookies([{"name": served.cookie[0], "value": served.cookie[1], "url": served.url}])
        yield visitor
        assert visitor.faults == []
        visitor.page.context.close()


def put(site: Site, state: State, reason: str = "") -> str:
    """Store a message of a unit of its own in a state."""
    unit = new_id()[::-1]
    message = make_message(
        id=new_id(), unit_id=unit, state=state, reason_code=reason, period="2026-03", history=(MADE,)
    )
    record = make_record(unit, REGISTRATION)
    content = content_of(message, 1, record)
    secret = Secret(content, credit_code=record["unit"]["credit_code"], name=record["unit"]["name"])
    return site.wired.messages.add(replace(message, digest=digest_of(content)), BY_ITSELF, secret).id


def test_the_desk_sends_messages_again_after_a_look(site: Site, chromium: Browser) -> None:
    refused = [put(site, State.REFUSED, "unit_known_otherwise") for _ in range(2)]
    put(site, State.ACCEPTED)
    put(site, State.UNANSWERED)

    with visiting(site, chromium) as desk, site.both():
        desk.go("/messages")
        desk.sees("此处不显示报文内容")
        desk.keep("exchange-ledger")
        desk.fill(period="20")
        desk.press("筛选")
        desk.sees("报告期格式不正确")
        desk.keep("exchange-ledger-refused")
        desk.go("/messages")
        desk.fill(text=NAME)
        desk.press("查找单位")
        desk.sees("只显示所查单位的报文")
        desk.page.locator("input[name=items]").first.check()
        desk.press("查看可否重发")
        desk.sees("能重发 1 件")
        desk.go("/messages?state=refused")
        desk.page.check("#scope-found")
        desk.press("查看可否重发")
        desk.sees("能重发 2 件")
        desk.keep("exchange-rerun-preview")
        desk.press("重发 2 件")
        desk.sees("请填写重发的理由")
        desk.keep("exchange-rerun-refused")
        desk.fill(reason="名录库已更正该单位的登记。")
        desk.press("重发 2 件")
        desk.sees("已安排重发")
        for message_id in refused:
            site.reaches(message_id, State.ACCEPTED)
        desk.press("刷新")
        desk.sees("已办完")
        desk.keep("exchange-rerun")
        desk.press("重发记录")
        desk.keep("exchange-reruns")
        desk.go(f"/messages/{refused[0]}")
        desk.keep("exchange-message")
        desk.press("查看报文内容")
        desk.sees(NAME)
        desk.keep("exchange-body")

    reads = site.database["reads"].find({"action": "read_body"})
    assert [(row["account"], row["subject"]) for row in reads] == [(DESK.account_id, refused[0])]


def test_the_desk_stops_a_route_tests_the_way_and_tells_of_a_maintenance(site: Site, chromium: Browser) -> None:
    put(site, State.UNANSWERED)

    with visiting(site, chromium) as desk, site.both():
        desk.go("/exchange/partners")
        desk.sees("有报文超时未回执")
        desk.press("发送测试报文")
        desk.sees("测试报文已发出")
        test = site.wired.messages.newest_on(RouteName.DIRECTORY_PINGS)
        assert test is not None
        site.reaches(test.id, State.ACCEPTED)
        desk.go("/exchange/partners")
        desk.sees("收到经核验签名的回执")
        desk.page.locator("summary", has_text="登记维护安排").first.click()
        desk.page.locator("form[action$='directory/maintenances'] button").click()
        desk.sees("请填写开始时间")
        desk.keep("exchange-partners-refused")
        desk.page.fill("#directory-begins", "2026-03-07T22:00")
        desk.page.fill("#directory-ends", "2190-03-08T02:00")
        desk.page.fill("#directory-text", "名录库机房检修。")
        desk.page.locator("form[action$='directory/maintenances'] button").click()
        desk.sees("维护安排已登记")
        desk.sees("对方维护中")
        desk.keep("exchange-partners")
        desk.page.locator("form[action$='cancellation'] button").click()
        desk.sees("维护安排已取消")
        desk.press("交换通道")
        desk.keep("exchange-routes")
        desk.press("单位变动情况反馈")
        desk.fill(**{"stopping-reason": "名录库来电，正在更换接收程序。"})
        desk.press("停发")
        desk.sees("通道已停发")
        desk.fill(**{"figures-retention_days": "30", "figures-reason": "少留"})
        desk.press("保存参数")
        desk.sees("原始资料至少保存两年")
        desk.keep("exchange-route-refused")
        desk.fill(**{"starting-reason": "已恢复。"})
        desk.press("恢复发送")
        desk.sees("通道已恢复")
        desk.keep("exchange-route")

    figures = site.wired.deps.controls.get(RouteName.DIRECTORY_CHANGES)
    assert [each.act for each in figures.settings] == ["stop", "start"]

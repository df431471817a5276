"""Statistics at the browser: looked into and signed off by the head, held until their day, objected to and granted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pymongo import MongoClient

from services.exchange.model.deliveries import State
from services.exchange.model.partners import Partner
from services.exchange.wiring import Wired
from services.sandbox.stack.stack import Stack
from shared.identity.actor import Actor
from shared.ids import new_id
from shared.mongo.client import Document
from tests.support.browser import Visitor
from tests.support.exchange_deliveries import DESK, HEAD, DeliverySite, at, fresh_site, open_delivery_wired
from tests.support.portal_over_exchange import portal_over_exchange

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

NBS, SHARING = Partner.NBS, Partner.SHARING


@pytest.fixture(scope="module")
def ground(
    started: Stack, mongo: MongoClient[Document], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Wired, Path]]:
    keys = tmp_path_factory.mktemp("keys")
    with open_delivery_wired(keys, started.mongod.uri, f"deliveries_{new_id()}") as wired:
        yield wired, keys
        mongo.drop_database(wired.database.name)


@pytest.fixture
def site(ground: tuple[Wired, Path], tmp_path: Path) -> DeliverySite:
    opened = fresh_site(*ground, tmp_path)
    opened.hand_over()
    return opened


@contextmanager
def visiting(site: DeliverySite, chromium: Browser, who: Actor) -> Iterator[Visitor]:
    """Give somebody who is signed in at the portal."""
    with portal_over_exchange(site.wired, who) as served:
        visitor = Visitor.at(chromium, served.url)
        visitor.page.context.add_cookies([{"name": served.cookie[0], "value": served.cookie[1], "url": served.url}])
        yield visitor
        assert visitor.faults == []
        visitor.page.context.close()


def push(visitor: Visitor, name: str) -> None:
    """Press the button of this very name."""
    visitor.page.get_by_role("button", name=name, exact=True).click()


def test_the_head_looks_into_a_delivery_and_signs_it_off(site: DeliverySite, chromium: Browser) -> None:
    with visiting(site, chromium, HEAD) as head:
        head.go("/deliveries")
        head.sees("2026年1月服务外包统计资料")
        head.keep("deliveries")
        head.go(f"/deliveries/{site.of(SHARING).id}")
        head.sees("样例数据。")
        head.page.get_by_text("逐日计算").click()
        head.sees("最终审定当日，不计")
        push(head, "签发")
        head.sees("请确认已核对数据、控制合计和到期日。")
        head.keep("delivery-refused")
        head.page.check("#sure")
        push(head, "签发")
        head.sees("已签发，未到期")
        head.keep("delivery-held")

    assert site.of(SHARING).state is State.HELD


def test_the_desk_cannot_send_before_the_day_and_grants_and_objects(site: DeliverySite, chromium: Browser) -> None:
    site.sign(SHARING)
    site.sign(NBS)
    site.round()
    site.clock.moment = at(date(2026, 3, 16), 20)

    with visiting(site, chromium, DESK) as desk:
        desk.go(f"/deliveries/{site.of(SHARING).id}")
        desk.press("现在送出")
        desk.sees("最早可于2026年3月17日提供")
        desk.keep("delivery-too-early")
        desk.go("/sharing/catalogue")
        desk.sees("不予共享")
        desk.keep("catalogue")
        desk.go("/sharing/requests")
        desk.press("登记")
        desk.sees("请填写用途。")
        desk.keep("requests-refused")
        desk.page.select_option("#receiver", "sharing")
        desk.page.select_option("#resource", "MOFCOM-FWWB-02")
        desk.fill(purpose="宏观经济监测")
        desk.press("登记")
        desk.sees("待答复")
        push(desk, "授权")
        desk.sees("有条件共享的资源须写明共享条件。")
        desk.keep("request-refused")
        desk.fill(conditions="限统计用途，不得转交")
        push(desk, "授权")
        desk.sees("已授权")
        desk.go(f"/deliveries/{site.of(NBS).id}")
        desk.page.get_by_role("link", name="登记接收方的校核意见").click()
        desk.fill(at="999999", reason="与上月累计相比明显偏低")
        desk.press("登记")
        desk.sees("该批资料中没有这个数据")
        desk.keep("objecting-refused")
        desk.fill(at="110000")
        desk.press("登记")
        desk.sees("待核实")
        push(desk, "答复")
        desk.sees("请选择核实结果。")
        desk.keep("objection-refused")
        desk.page.check("#verdict")
        desk.fill(answer="经核实属实，将提供更正版。")
        push(desk, "答复")
        desk.sees("属实，待更正")
        desk.go("/sharing/objections")
        desk.keep("objections")

    assert site.of(SHARING).state is State.HELD

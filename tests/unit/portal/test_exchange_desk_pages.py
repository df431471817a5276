"""The pages of the operation desk: ledger and search, contents, re-runs, routes, partners."""

from __future__ import annotations

from typing import cast

import pytest

from tests.support.portal import Portal, make_portal
from tests.support.portal_answers import make_message
from tests.support.portal_exchange_desk import NAME, FakeExchangeDesk

ROUTE = "/exchange/routes/directory.changes"
FIGURES = {"cap": "100", "retention_days": "800", "alarm_waiting": "5", "alarm_minutes": "5", "alarm_troubled": "5"}


def at_desk(role: str = "directory_desk", **changes: object) -> tuple[Portal, FakeExchangeDesk]:
    """Return a portal with somebody of the desk at it, and the desk of the exchange behind."""
    portal = make_portal(messages=[make_message(id="m1", state="unanswered", **changes)])
    portal.sign_in(role)
    return portal, cast(FakeExchangeDesk, portal.app.extensions["deps"].exchange_desk)


def test_a_unit_is_looked_up_without_its_name_in_an_address() -> None:
    portal, desk = at_desk()

    answer = portal.post("/messages/search", text=NAME)

    assert desk.asked == [("mark", NAME)]
    assert answer.location == f"/messages?unit={'5f' * 16}"


def test_a_search_without_a_unit_says_what_to_type() -> None:
    portal, _ = at_desk()

    answer = portal.post("/messages/search", text="")

    assert answer.status_code == 422
    assert "请填写单位完整名称" in answer.text


def test_the_ledger_is_narrowed_by_what_it_knows_and_by_nothing_else() -> None:
    portal, _ = at_desk()

    page = portal.browser.get("/messages?state=unanswered&route=nobody&period=2026-03&partner=nbs&begins=2026-03-01")

    assert portal.exchange.wanted == [
        {"period": "2026-03", "partner": "nbs", "state": "unanswered", "begins": "2026-03-01"}
    ]
    assert 'value="2026-03-01"' in page.text


def test_a_filter_that_the_exchange_refuses_is_told_beside_its_field() -> None:
    portal, _ = at_desk()

    page = portal.browser.get("/messages?period=20")

    assert page.status_code == 422
    assert "报告期格式不正确" in page.text


def test_a_message_shows_no_content_and_leads_to_it_only_where_it_may_be_read() -> None:
    may, desk = at_desk(may_read_body=True)
    may_not, _ = at_desk()

    pages = [portal.browser.get("/messages/m1").text for portal in (may, may_not)]
    body = may.browser.get("/messages/m1/body").text

    assert ["/messages/m1/body" in page for page in pages] == [True, False]
    assert all(NAME not in page for page in pages)
    assert desk.asked == [("body", "m1")]
    assert NAME in body
    assert "本次查看已记录" in body


@pytest.mark.parametrize("role", ["auditor", "statistics_head", "ministry"])
def test_who_only_reads_the_ledger_gets_no_content_and_sends_nothing_again(role: str) -> None:
    portal, desk = at_desk(role)

    statuses = [
        portal.browser.get("/messages/m1/body").status_code,
        portal.post("/exchange/reruns/preview", items="m1").status_code,
        portal.post(f"{ROUTE}/stopping", version="2", reason="停").status_code,
        portal.post("/exchange/partners/directory/pings", key="k").status_code,
    ]

    assert statuses == [403] * 4
    assert desk.asked == []
    assert 'name="items"' not in portal.browser.get("/messages").text


def test_what_is_ticked_is_looked_at_before_it_is_sent_again() -> None:
    portal, desk = at_desk()

    page = portal.post("/exchange/reruns/preview", scope="ticked", items="m1").text

    assert desk.asked == [("preview", {"ids": ["m1"]})]
    assert "能重发 <strong>1</strong> 件" in page
    assert 'value="01990000000070008000000000000003:5"' in page


def test_all_that_was_found_is_looked_at_by_the_same_filters() -> None:
    portal, desk = at_desk()

    portal.post("/exchange/reruns/preview", **{"scope": "found", "wanted-state": "refused", "wanted-unit": "5f" * 16})

    assert desk.asked == [("preview", {"wanted": {"unit": "5f" * 16, "state": "refused"}})]


def test_what_can_not_be_sent_again_says_why_and_is_not_offered() -> None:
    portal, desk = at_desk()
    stays = {**desk.candidates["items"][0], "obstacle": "in_another_rerun", "obstacle_label": "已在另一批重发中"}
    desk.candidates = {"items": [stays], "going": 0}  # type: ignore[typeddict-item]  # as the answer of the interface

    page = portal.post("/exchange/reruns/preview", items="m1").text

    assert "已在另一批重发中" in page
    assert 'name="items"' not in page


def test_nothing_ticked_is_told() -> None:
    portal, _ = at_desk()

    answer = portal.post("/exchange/reruns/preview", scope="ticked")

    assert answer.status_code == 422
    assert "请先勾选报文" in answer.text


def test_a_rerun_needs_a_reason_and_keeps_the_versions_that_were_seen() -> None:
    portal, desk = at_desk()
    refused = portal.post("/exchange/reruns", items="m1:5", key="k" * 8, reason="")

    begun = portal.post("/exchange/reruns", items="m1:5", key="k" * 8, reason="名录库已恢复")

    assert refused.status_code == 422
    assert "请填写重发的理由" in refused.text
    assert desk.asked[-1] == ("begin", [{"id": "m1", "version": 5}], "名录库已恢复")
    assert begun.location == "/exchange/reruns/01990000000070008000000000000004?done=rerun_begun"


def test_a_rerun_shows_how_far_it_is_and_what_became_of_each_message() -> None:
    portal, _ = at_desk("ministry")

    one = portal.browser.get("/exchange/reruns/01990000000070008000000000000004?outcome=done&after=x").text
    many = portal.browser.get("/exchange/reruns").text

    assert "正在重发" in one
    assert "已重发" in one
    assert "名录库已恢复接收。" in many


def test_a_route_is_stopped_with_a_reason_and_shows_who_did_what() -> None:
    portal, desk = at_desk()
    page = portal.browser.get(ROUTE).text
    missing = portal.post(f"{ROUTE}/starting", version="2", reason="")

    started = portal.post(f"{ROUTE}/starting", version="2", reason="已恢复")

    assert "名录库来电，正在更换接收程序。" in page
    assert "恢复发送的理由" in page
    assert missing.status_code == 422
    assert desk.asked == [("starting", "directory.changes", 2, {"reason": "已恢复"})]
    assert started.location == f"{ROUTE}?done=route_started"


def test_figures_are_whole_numbers_and_what_was_typed_stays() -> None:
    portal, desk = at_desk()

    typo = portal.post(f"{ROUTE}/figures", **{**FIGURES, "cap": "很多"}, version="2", reason="年报")
    few = portal.post(f"{ROUTE}/figures", **{**FIGURES, "retention_days": "30"}, version="2", reason="少留")
    portal.post(f"{ROUTE}/figures", **FIGURES, version="2", reason="年报")

    assert (typo.status_code, few.status_code) == (422, 422)
    assert 'value="很多"' in typo.text
    assert "原始资料至少保存两年" in few.text
    assert desk.asked == [
        ("figures", "directory.changes", 2, {name: int(text) for name, text in FIGURES.items()} | {"reason": "年报"})
    ]


def test_a_route_that_changed_meanwhile_is_shown_anew() -> None:
    portal, desk = at_desk()
    desk.is_changed = True

    answer = portal.post(f"{ROUTE}/stopping", version="1", reason="停发")

    assert answer.status_code == 409
    assert "此项刚有变化" in answer.text


def test_the_partners_show_their_light_with_its_reasons_and_a_test_is_sent_by_a_button() -> None:
    portal, desk = at_desk()
    page = portal.browser.get("/exchange/partners").text

    sent = portal.post("/exchange/partners/directory/pings", key="k" * 8)

    assert "须关注" in page
    assert "通道已停发（单位变动情况反馈）" in page
    assert desk.asked == [("ping", "directory")]
    assert sent.location == "/exchange/partners?done=ping_sent#directory"


def test_a_maintenance_is_told_in_local_time_and_taken_back() -> None:
    portal, desk = at_desk()
    night = {"begins": "2026-03-07T22:00", "ends": "2026-03-08T02:00", "text": "更换接收程序"}
    path = "/exchange/partners/directory/maintenances"

    bare = portal.post(path, version="2")
    early = portal.post(path, **{**night, "ends": "2026-03-07T21:00"}, version="2")
    portal.post(path, **night, version="2")
    portal.post(f"{path}/01990000000070008000000000000005/cancellation", version="2")

    assert (bare.status_code, early.status_code) == (422, 422)
    assert "请填写说明" in bare.text
    assert "结束时间应晚于开始时间" in early.text
    assert "更换接收程序" in early.text
    moments = {"begins": "2026-03-07T22:00:00+08:00", "ends": "2026-03-08T02:00:00+08:00"}
    assert desk.asked == [
        ("announce", "directory", 2, night | moments),
        ("cancel", "directory", 2, "01990000000070008000000000000005"),
    ]

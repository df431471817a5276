"""Pages of a registration's life: what is shown, what each act asks for, what is sent on."""

from __future__ import annotations

from typing import Any

import pytest

from services.portal.model.standing import ACTS, OPERATORS_ACTS, OPTIONAL, Act
from shared.errors import Conflict, Invalid, Problem
from tests.support.portal import Portal, make_portal
from tests.support.portal_answers import FULL_FORM, make_life, make_registration

REGISTERED: dict[str, Any] = {
    "state": "approved",
    "state_label": "审核通过",
    "form": FULL_FORM,
    "platform_name": "云接包",
    "revision": 1,
    "open_actions": [],
    "standing": "registered",
    "standing_label": "已注册",
    "purpose": "change",
    "purpose_label": "变更",
    "round": 1,
    "in_force": 1,
    "valid_until": "2027-03-01",
}
CLOSING = {
    "kind": "announced",
    "ground_label": "平台已停止运营",
    "reason": "网址无法访问",
    "statement_until": "2026-03-16",
    "statement": "",
    "can_be_decided": False,
}
VALUES = {
    "ground": "other",
    "reason": "原因",
    "since": "2026-03-01",
    "until": "2026-06-01",
    "statement": "仍在运营",
}


def signed_in(act: Act | None = None, role: str = "", **changes: Any) -> Portal:
    """Return the portal with a registered platform on which one act is open."""
    actions = [act.action] if act else []
    portal = make_portal(make_registration(**REGISTERED | {"open_actions": actions} | changes))
    is_operators = act is None or act.action in OPERATORS_ACTS
    portal.sign_in(role or ("operator" if is_operators else "county_reviewer"))
    return portal


def page(portal: Portal, url: str) -> str:
    answer = portal.browser.get(url)
    assert answer.status_code == 200, answer.status_code
    return answer.text


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.slug)
def test_each_act_has_a_page_that_says_what_follows_and_sends_what_was_typed(act: Act) -> None:
    portal = signed_in(act)
    url = f"/registrations/r1/acts/{act.slug}"

    shown = page(portal, url)
    answer = portal.post(url, version="1", **{name: VALUES[name] for name in act.fields})

    assert act.effect in shown
    assert act.button in page(portal, "/registrations/r1")
    assert portal.registrations.acts == [("r1", act.action, {name: VALUES[name] for name in act.fields})]
    target = "/registrations/r1/steps/1" if act.leads_on else "/registrations/r1"
    assert answer.status_code == 303
    assert answer.location.startswith(target)
    assert f"done={act.done}" in answer.location


@pytest.mark.parametrize("act", [act for act in ACTS if act.fields], ids=lambda act: act.slug)
def test_what_is_missing_is_named_and_nothing_is_sent(act: Act) -> None:
    portal = signed_in(act)

    answer = portal.post(f"/registrations/r1/acts/{act.slug}", version="1")

    assert answer.status_code == 422
    assert answer.text.count('href="#') >= len([name for name in act.fields if name not in OPTIONAL])
    assert portal.registrations.acts == []


def test_an_act_that_is_not_open_has_no_page_and_no_button() -> None:
    portal = signed_in()

    answer = portal.browser.get("/registrations/r1/acts/change")

    assert answer.status_code == 409
    assert "申请变更" not in page(portal, "/registrations/r1")
    assert portal.browser.get("/registrations/r1/acts/unknown").status_code == 404


@pytest.mark.parametrize(
    ("error", "status"),
    [(Invalid([Problem("/since", "date_in_future", "暂停起始日期不能晚于今天。")]), 422), (Conflict(), 409)],
)
def test_a_refusal_is_told_beside_what_was_typed(error: Exception, status: int) -> None:
    act = next(act for act in ACTS if act.action == "suspend")
    portal = signed_in(act)
    portal.registrations.act_error = error

    answer = portal.post("/registrations/r1/acts/suspension", version="1", **VALUES)

    assert answer.status_code == status
    assert "原因" in answer.text


def test_the_department_reads_why_nothing_was_changed() -> None:
    life = make_life(explanation="材料属实，无须修改", review_terms="自提交次日起第15个工作日。")
    portal = signed_in(
        role="county_reviewer", life=life, state="submitted", state_label="待审核", review_due="2026-03-23"
    )

    for url in ("/registrations/r1", "/reviews/r1"):
        shown = page(portal, url)
        assert "材料属实，无须修改" in shown
        assert "2026-03-23" in shown
        assert "变更申请：待审核" in shown


def test_the_page_shows_the_papers_the_change_in_progress_and_what_it_asks_for() -> None:
    life = make_life(
        since="2026-03-02",
        papers=[{"key": "k", "label": "执照有效期至", "until": "2026-04-01", "left": 30}],
        expires_on="2026-05-02",
        changes=[{"pointer": "/form/website", "label": "网址"}],
        asked_materials=["1", "3", "5"],
    )
    portal = signed_in(life=life, state="draft", state_label="暂存", open_actions=["save"])

    shown = page(portal, "/registrations/r1")

    for text in ("还有 30 天", "2026-05-02", "变更申请：暂存", "网址", "材料1、材料3、材料5"):
        assert text in shown


def test_a_suspension_and_an_announced_end_are_shown_with_their_reasons() -> None:
    suspension = {"ground_label": "其他", "reason": "整改", "since": "2026-03-01", "until": None}
    portal = signed_in(
        standing="suspended", standing_label="暂停", life=make_life(suspension=suspension, closing=CLOSING)
    )

    shown = page(portal, "/registrations/r1")

    for text in ("暂停", "其他：整改", "另行通知", "网址无法访问", "2026-03-16"):
        assert text in shown


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"closing_kind": "announced"}, "陈述意见"),
        ({"standing": "expired", "standing_label": "已过期"}, "请重新注册"),
        ({"standing": "suspended", "standing_label": "暂停"}, "查看暂停理由"),
        ({"valid_until": "2026-04-01"}, "办理变更"),
    ],
)
def test_the_first_page_names_what_the_standing_asks_for(changes: dict[str, Any], text: str) -> None:
    portal = signed_in(**changes)

    todo = page(portal, "/home").split("本单位的平台注册")[0]

    assert text in todo


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ("pending", "待送名录库"),
        ("sent", "等待回执"),
        ("accepted", "名录库已接收单位信息"),
        ("refused", "名录库未接收单位信息"),
    ],
)
def test_the_first_page_says_of_the_directory_what_is_true(state: str, text: str) -> None:
    directory = {
        "state": state,
        "state_label": "状态",
        "at": "2026-03-01T02:00:00+00:00",
        "message_id": "",
        "reason_code": "",
    }
    portal = signed_in(directory=directory)

    shown = page(portal, "/home")

    assert text in shown
    assert ("已送名录库" in shown) == (state == "sent")


def test_the_registry_is_narrowed_by_standing_and_by_the_end_of_papers() -> None:
    portal = signed_in(role="ministry")

    shown = page(portal, "/registry?standing=suspended")
    page(portal, "/registry?within=30")
    page(portal, "/registry?standing=unknown&within=9999")

    assert "云接包" in shown
    assert portal.registrations.wanted[-3:] == [
        {"standing": "suspended"},
        {"standing": "registered", "ends_within": "30", "order": "valid_until"},
        {"standing": "registered"},
    ]


def test_the_queue_shows_the_promised_day_and_what_is_late_and_can_go_by_it() -> None:
    late = {
        "state": "under_review",
        "state_label": "审核中",
        "standing": "none",
        "review_due": "2026-02-20",
        "is_late": True,
    }
    portal = signed_in(role="county_reviewer", **late)

    shown = page(portal, "/reviews?order=due")

    assert "应于 2026-02-20 前办结" in shown
    assert "已超期" in shown
    assert portal.registrations.wanted[-1] == {"order": "review_due"}


def test_what_was_returned_and_comes_again_can_be_explained() -> None:
    portal = make_portal(make_registration(state="returned", state_label="退回", open_parts=["/materials/5"]))
    portal.sign_in()

    portal.post("/registrations/r1/submission", version="1", undertaking="true", explanation="材料属实")

    assert portal.registrations.acts == [("r1", "submit", {"undertaking": True, "explanation": "材料属实"})]

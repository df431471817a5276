"""Pages of deliveries and sharing: who opens them, what they show, what they send, how they say what is wrong."""

from __future__ import annotations

import pytest

from services.exchange.errors import TooEarly
from shared.errors import Invalid, NotAllowed, Problem, StaleVersion
from shared.identity.actor import PEOPLE, Role
from tests.support.portal import Portal, make_portal
from tests.support.portal_deliveries import (
    BEFORE_ID,
    DELIVERY_ID,
    OBJECTION_ID,
    REQUEST_ID,
    FakeDeliveries,
    make_delivery,
    make_objection,
    make_request,
)

QUEUED = {"state": "queued", "state_label": "已签发，等待发送"}

READERS = {Role.SHARING_DESK, Role.STATISTICS_HEAD, Role.MINISTRY}
PAGES = (
    "/deliveries",
    f"/deliveries/{DELIVERY_ID}",
    "/sharing/catalogue",
    "/sharing/requests",
    f"/sharing/requests/{REQUEST_ID}",
    "/sharing/objections",
    f"/sharing/objections/{OBJECTION_ID}",
)
DELIVERY = f"/deliveries/{DELIVERY_ID}"
REQUEST = f"/sharing/requests/{REQUEST_ID}"
OBJECTION = f"/sharing/objections/{OBJECTION_ID}"


def signed_in(role: Role) -> tuple[Portal, FakeDeliveries]:
    portal = make_portal()
    portal.sign_in(role)
    kept = portal.app.extensions["deps"].deliveries
    assert isinstance(kept, FakeDeliveries)
    return portal, kept


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("role", sorted(PEOPLE))
def test_each_page_is_open_to_its_readers_alone(path: str, role: Role) -> None:
    portal, _ = signed_in(role)

    assert portal.browser.get(path).status_code == (200 if role in READERS else 403)


def test_a_delivery_shows_that_it_is_a_sample_its_totals_its_first_rows_and_how_its_day_was_found() -> None:
    portal, _ = signed_in(Role.MINISTRY)

    page = portal.browser.get(DELIVERY).text

    assert "样例数据。" in page
    assert "2026年2月28日（星期六）起" in page
    assert "春节调休上班" in page
    assert "1234567.89" in page
    assert '<th scope="row">北京市</th><td class="number">412</td><td class="number">*</td>' in page
    assert "签发</button>" not in page


def test_the_head_of_statistics_signs_off_what_they_have_looked_at() -> None:
    portal, kept = signed_in(Role.STATISTICS_HEAD)
    kept.delivery = make_delivery(open_actions=["sign_off", "decline"])

    unsure = portal.post(f"{DELIVERY}/signature", version="1")
    signed = portal.post(f"{DELIVERY}/signature", version="1", sure="yes")

    assert unsure.status_code == 422
    assert "请确认已核对数据、控制合计和到期日。" in unsure.text
    assert signed.status_code == 303
    assert kept.sent == [(DELIVERY_ID, "signature", 1, {})]


def test_declining_asks_for_a_reason() -> None:
    portal, kept = signed_in(Role.STATISTICS_HEAD)
    kept.delivery = make_delivery(open_actions=["sign_off", "decline"])

    empty = portal.post(f"{DELIVERY}/refusal", version="1", reason=" ")
    declined = portal.post(f"{DELIVERY}/refusal", version="1", reason="数据待核")

    assert empty.status_code == 422
    assert 'aria-invalid="true"' in empty.text
    assert declined.status_code == 303
    assert kept.sent == [(DELIVERY_ID, "refusal", 1, {"reason": "数据待核"})]


def test_sending_by_hand_before_the_day_shows_the_day() -> None:
    portal, kept = signed_in(Role.SHARING_DESK)
    kept.delivery = make_delivery(state="held", state_label="已签发，未到期", open_actions=["send"])
    kept.refuses = TooEarly("最终审定后未满十个工作日，最早可于2026年2月28日提供。")

    answer = portal.post(f"{DELIVERY}/sending", version="2")

    assert answer.status_code == 409
    assert "最早可于2026年2月28日提供。" in answer.text
    assert kept.sent == []


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [(NotAllowed(), 403, "准备人不能签发自己准备的资料。"), (StaleVersion(), 412, "内容已被他人更新")],
)
def test_a_signature_that_is_refused_says_why(error: NotAllowed | StaleVersion, status: int, words: str) -> None:
    portal, kept = signed_in(Role.STATISTICS_HEAD)
    kept.delivery = make_delivery(open_actions=["sign_off"])
    kept.refuses = error

    answer = portal.post(f"{DELIVERY}/signature", version="1", sure="yes")

    assert answer.status_code == status
    assert words in answer.text


def test_what_was_refused_says_why_and_is_prepared_again() -> None:
    portal, kept = signed_in(Role.SHARING_DESK)
    kept.delivery = make_delivery(
        state="refused", state_label="对方拒收", reason_code="totals_differ", supersedes=BEFORE_ID
    )

    page = portal.browser.get(DELIVERY).text
    again = portal.post(f"{DELIVERY}/preparation")

    assert "控制合计与数据不符" in page
    assert f"/deliveries/{BEFORE_ID}" in page
    assert again.status_code == 303
    assert kept.sent == [("5d" * 16, "sharing")]


def test_the_package_is_given_as_it_leaves() -> None:
    portal, _ = signed_in(Role.MINISTRY)

    answer = portal.browser.get(f"{DELIVERY}/package")

    assert (answer.content_type, answer.data) == ("application/zip", b"PK")


@pytest.mark.parametrize(
    ("path", "role"),
    [
        (f"{DELIVERY}/signature", Role.SHARING_DESK),
        (f"{DELIVERY}/sending", Role.STATISTICS_HEAD),
        ("/sharing/requests", Role.STATISTICS_HEAD),
        (f"{REQUEST}/grant", Role.MINISTRY),
        (f"{OBJECTION}/answer", Role.MINISTRY),
    ],
)
def test_nobody_else_acts(path: str, role: Role) -> None:
    portal, kept = signed_in(role)

    assert portal.post(path, version="1", sure="yes", reason="x").status_code == 403
    assert kept.sent == []


def test_a_request_is_registered_granted_and_refused() -> None:
    portal, kept = signed_in(Role.SHARING_DESK)
    asked = {"receiver": "sharing", "resource": "MOFCOM-FWWB-02", "purpose": "监测"}

    empty = portal.post("/sharing/requests", **(asked | {"purpose": ""}))
    portal.post("/sharing/requests", **asked)
    portal.post(f"{REQUEST}/grant", version="1", conditions="限统计用途", valid_from="2026-03-01", valid_to="")
    portal.post(f"{REQUEST}/refusal", version="1", reason="用途不符")

    assert empty.status_code == 422
    assert "请填写用途。" in empty.text
    assert kept.sent == [
        (asked,),
        (REQUEST_ID, "grant", 1, {"conditions": "限统计用途", "valid_from": "2026-03-01", "valid_to": None}),
        (REQUEST_ID, "refusal", 1, {"reason": "用途不符"}),
    ]


def test_what_is_wrong_with_a_grant_stands_at_its_field() -> None:
    portal, kept = signed_in(Role.SHARING_DESK)
    kept.refuses = Invalid([Problem("/conditions", "required", "有条件共享的资源须写明共享条件。")])

    answer = portal.post(f"{REQUEST}/grant", version="1", conditions="", valid_from="2026-03-01")

    assert answer.status_code == 422
    assert 'aria-describedby="conditions-e" aria-invalid="true"' in answer.text


def test_an_answer_that_is_late_is_said_so() -> None:
    portal, kept = signed_in(Role.MINISTRY)
    kept.the_request = make_request(due_on="2020-01-01")
    kept.the_objection = make_objection(due_on="2020-01-01")

    assert "已逾期" in portal.browser.get("/sharing/requests").text
    assert "已逾期" in portal.browser.get("/sharing/objections").text


def test_an_objection_is_registered_from_its_delivery_and_answered() -> None:
    portal, kept = signed_in(Role.SHARING_DESK)
    kept.delivery = make_delivery(state="accepted", left_at="2026-03-02T01:00:00+00:00", grant_id=REQUEST_ID)

    form = portal.browser.get(f"/sharing/objections/new?delivery_id={DELIVERY_ID}").text
    doubt = {"table": "by_region", "at": "330000", "measure": "executed_cny", "reason": "偏低"}
    portal.post("/sharing/objections", delivery_id=DELIVERY_ID, **doubt)
    empty = portal.post(f"{OBJECTION}/answer", version="1", answer="属实")
    portal.post(f"{OBJECTION}/answer", version="1", verdict="upheld", answer="属实，将更正")

    assert "登记校核意见" in form
    assert f"/sharing/objections/new?delivery_id={DELIVERY_ID}" in portal.browser.get(DELIVERY).text
    assert "请选择核实结果。" in empty.text
    assert kept.sent == [
        ({**doubt, "at": ["330000"], "delivery_id": DELIVERY_ID},),
        (OBJECTION_ID, 1, {"is_upheld": True, "answer": "属实，将更正"}),
    ]


def test_a_corrected_objection_leads_to_the_correction() -> None:
    portal, kept = signed_in(Role.MINISTRY)
    kept.the_objection = make_objection(state="corrected", corrected_by=DELIVERY_ID, open_actions=[], answer="已更正")

    page = portal.browser.get(OBJECTION).text

    assert f'href="/deliveries/{DELIVERY_ID}">查看更正版' in page
    assert "<form" not in page.split("<main", 1)[1].split("</main", 1)[0]


@pytest.mark.parametrize(
    ("hold", "said", "leads_to_the_route"),
    [
        ("stopped", "该通道已停发", True),
        ("maintenance", "对方正在维护", False),
        ("", "前一版答复之后才发后一版", False),
    ],
)
def test_what_waits_says_that_it_has_not_left_and_why(hold: str, said: str, leads_to_the_route: bool) -> None:
    portal, kept = signed_in(Role.STATISTICS_HEAD)
    kept.delivery = make_delivery(**QUEUED, hold=hold, grant_id=REQUEST_ID, message_id="a" * 32)

    page = portal.browser.get(DELIVERY).text

    assert said in page
    assert "尚未送出" in page
    assert "已送出" not in page
    assert ('href="/exchange/routes/sharing.statistics"' in page) is leads_to_the_route

"""The ministry's pages of final approval, and the departments' page of units that follow changes to the divisions."""

from __future__ import annotations

import pytest

from shared.errors import Conflict, Invalid, Problem
from shared.identity.actor import Role
from tests.support.portal import Portal, make_portal
from tests.support.portal_closings import (
    CLOSING_ID,
    DIGEST,
    LEFT_ID,
    RELOCATION_ID,
    FakeClosings,
    make_closing,
    make_preview,
    make_relocation,
)

SENT = {
    "period": "2025-11",
    "statement": "同意最终审定。",
    "signatory": "陈司长",
    "left_out_reason": "一家企业尚在核实。",
    "seen": DIGEST,
    "key": "k" * 32,
    "sure": "yes",
}


@pytest.fixture
def ministry() -> Portal:
    portal = make_portal()
    portal.sign_in(Role.MINISTRY)
    return portal


def closings_of(portal: Portal) -> FakeClosings:
    kept = portal.app.extensions["deps"].closings
    assert isinstance(kept, FakeClosings)
    return kept


def test_the_preview_counts_by_form_and_level_and_lists_what_is_not_approved(ministry: Portal) -> None:
    page = ministry.browser.get("/closings/preview?period=2025-11").text

    assert "可审定 2 份，未审核通过 1 份" in page
    assert '<th scope="row">企业3表</th><td class="number">2</td><td class="number">0</td>' in page
    assert f"/filings/{LEFT_ID}" in page
    assert "审定后不能撤销" in page
    assert "不含未审核通过报表的理由" in page


def test_a_period_is_closed_with_what_was_seen(ministry: Portal) -> None:
    answer = ministry.post("/closings", **SENT)

    assert answer.status_code == 303
    assert answer.location.startswith(f"/closings/{CLOSING_ID}")
    assert closings_of(ministry).sent == [{name: SENT[name] for name in SENT if name not in {"key", "sure"}}]


@pytest.mark.parametrize(
    ("missing", "said"),
    [("statement", "请填写审定意见。"), ("signatory", "请填写审定人。"), ("sure", "请确认已知悉最终审定不能撤销。")],
)
def test_what_is_missing_is_said_and_the_rest_stays_as_typed(ministry: Portal, missing: str, said: str) -> None:
    answer = ministry.post("/closings", **{**SENT, missing: ""})

    assert answer.status_code == 422
    assert said in answer.text
    assert "一家企业尚在核实。" in answer.text
    assert closings_of(ministry).sent == []


def test_the_missing_reason_is_said_at_its_field(ministry: Portal) -> None:
    problem = Problem("/left_out_reason", "reason_missing", "本期还有 1 份报表未审核通过。", "理由")
    closings_of(ministry).refused = Invalid([problem])

    answer = ministry.post("/closings", **{**SENT, "left_out_reason": ""})

    assert answer.status_code == 422
    assert 'href="#left_out_reason">' in answer.text


def test_a_list_that_has_changed_is_shown_anew(ministry: Portal) -> None:
    closings_of(ministry).refused = Conflict("未审定报表的名单已有变动，请重新查看后再审定。")

    answer = ministry.post("/closings", **SENT)

    assert answer.status_code == 409
    assert "名单已有变动" in answer.text


def test_before_its_day_a_period_has_no_form_but_says_when(ministry: Portal) -> None:
    closings_of(ministry).shown = make_preview(may_close=False)

    page = ministry.browser.get("/closings/preview?period=2025-11").text

    assert "尚不能审定" in page
    assert 'name="statement"' not in page


def test_a_word_that_is_no_period_is_refused(ministry: Portal) -> None:
    answer = ministry.browser.get("/closings/preview?period=2025-13")

    assert answer.status_code == 422
    assert "请填写报告期" in answer.text


def test_a_closing_at_work_shows_how_far_it_is(ministry: Portal) -> None:
    going = make_closing(stage="settling", stage_label="正在逐份审定", is_complete=False, digest=None, settled=1)
    closings_of(ministry).items = {CLOSING_ID: going}

    page = ministry.browser.get(f"/closings/{CLOSING_ID}").text

    assert '<progress id="settled" max="2" value="1">' in page
    assert "核对快照" not in page


def test_a_complete_one_shows_its_digest_and_is_verified_on_demand(ministry: Portal) -> None:
    closings_of(ministry).items = {CLOSING_ID: make_closing()}

    page = ministry.browser.get(f"/closings/{CLOSING_ID}").text
    answer = ministry.post(f"/closings/{CLOSING_ID}/verification", **{"key": "k" * 32})

    assert DIGEST in page
    assert "一家企业尚在核实。" in page
    assert answer.status_code == 303
    assert closings_of(ministry).verified == [CLOSING_ID]


def test_what_differs_is_named(ministry: Portal) -> None:
    looked = {
        "asked_at": "2025-12-04T02:00:00+00:00",
        "ended_at": "2025-12-04T02:00:01+00:00",
        "rows": 2,
        "digest": "0" * 64,
        "is_intact": False,
        "differing": 1,
        "named": [{"no": 2, "filing_id": LEFT_ID, "label": "与固化时的内容不一致"}],
    }
    closings_of(ministry).items = {CLOSING_ID: make_closing(verification=looked)}

    page = ministry.browser.get(f"/closings/{CLOSING_ID}").text

    assert "有 1 处不一致" in page
    assert "第 2 行" in page


@pytest.mark.parametrize("role", [Role.PROVINCE_REVIEWER, Role.OPERATOR])
def test_nobody_else_closes_a_period(role: Role) -> None:
    portal = make_portal()
    portal.sign_in(role)

    assert portal.browser.get("/closings").status_code == 403


def test_a_department_says_where_a_unit_belongs() -> None:
    portal = make_portal()
    portal.sign_in(Role.CITY_REVIEWER)
    closings_of(portal).moved = [make_relocation()]

    page = portal.browser.get("/relocations").text
    unsaid = portal.post(f"/relocations/{RELOCATION_ID}", **{"version": "1", "division": ""})
    said = portal.post(f"/relocations/{RELOCATION_ID}", **{"version": "1", "division": "330105"})

    assert "浙江省杭州市拱墅区" in page
    assert (unsaid.status_code, said.status_code) == (422, 303)
    assert closings_of(portal).placed == [(RELOCATION_ID, 1, "330105")]

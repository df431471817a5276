"""The pages of likely duplicates: what a department sees, what the ministry sees, and its decision."""

from __future__ import annotations

import pytest

from shared.errors import Conflict, Invalid, Problem, StaleVersion
from shared.identity.actor import Role
from tests.support.portal import Portal, make_portal
from tests.support.portal_duplicates import ALARM_ID, OURS, THEIRS, make_alarm, make_side, make_whole_alarm
from tests.support.portal_filed import keep_filing, make_submitted_filing, make_version
from tests.support.portal_filing import FILING_ID

URL = f"/duplicates/{ALARM_ID}"
DECIDED = {"version": "4", "verdict": "duplicate", "reason": "同一合同。", "stands": OURS}


@pytest.fixture
def county() -> Portal:
    portal = make_portal()
    portal.duplicates.items = {ALARM_ID: make_alarm()}
    portal.sign_in(Role.COUNTY_REVIEWER)
    return portal


@pytest.fixture
def ministry() -> Portal:
    portal = make_portal()
    portal.duplicates.items = {ALARM_ID: make_whole_alarm()}
    portal.sign_in(Role.MINISTRY)
    return portal


def test_the_list_says_why_and_since_when_and_goes_on_with_its_filter(county: Portal) -> None:
    county.duplicates.next_cursor = "abc"

    page = county.browser.get("/duplicates?state=open").text

    assert county.duplicates.asked == [("open", "")]
    assert f'href="{URL}">2026-01-08 10:00' in page
    assert "发包企业、合同金额和签字日期相同" in page
    assert "与本部门看不到的报表疑似重复" in page
    assert "/duplicates?cursor=abc&amp;state=open" in page
    assert ">疑似重复合同</a>" in page


def test_an_unknown_filter_is_left_out(county: Portal) -> None:
    county.browser.get("/duplicates?state=x")

    assert county.duplicates.asked == [("", "")]


def test_a_department_reads_its_own_side_and_has_nothing_to_decide(county: Portal) -> None:
    page = county.browser.get(URL).text

    assert "HZ-2025-001" in page
    assert "不在本部门辖区" in page
    assert f'href="/filings/{OURS}/review"' in page
    assert "作出认定" not in page
    assert county.post(URL, **DECIDED).status_code == 403
    assert county.duplicates.sent == []


def test_a_department_sees_the_outcome_of_its_own_side(county: Portal) -> None:
    side = make_side(outcome="to_correct", outcome_label="认定为重复填报，本表应更正")
    settled = {"state": "settled", "state_label": "已认定", "verdict_label": "认定为重复填报"}
    county.duplicates.items[ALARM_ID] = make_alarm(**settled, decided_at="2026-01-09T02:00:00+00:00", sides=[side])

    page = county.browser.get(URL).text

    assert '<span class="state state-warning">认定为重复填报，本表应更正</span>' in page
    assert "认定为重复填报（2026-01-09 10:00）" in page


def test_the_ministry_compares_the_sides_row_by_row_and_decides(ministry: Portal) -> None:
    page = ministry.browser.get(URL).text
    done = ministry.post(URL, **DECIDED)

    assert "<td>HZ-2025-001</td><td>GZ-777</td>" in page
    assert "<td>—</td><td>3</td>" in page
    assert f'name="stands" value="{THEIRS}"' in page
    assert done.location.endswith("done=duplicate_settled")
    assert ministry.duplicates.sent == [
        (ALARM_ID, 4, {"verdict": "duplicate", "reason": "同一合同。", "stands": [OURS]})
    ]


def test_nothing_stands_apart_where_it_is_no_duplicate(ministry: Portal) -> None:
    ministry.post(URL, **{**DECIDED, "verdict": "distinct"})

    assert ministry.duplicates.sent[0][2]["stands"] == []


def test_a_decision_without_verdict_or_reason_is_told_at_its_controls(ministry: Portal) -> None:
    answer = ministry.post(URL, version="4", verdict="", reason=" ", stands=THEIRS)

    assert answer.status_code == 422
    assert 'id="verdict-e">请选择认定结果。' in answer.text
    assert 'id="reason-e">请填写认定理由。' in answer.text
    assert f'value="{THEIRS}" checked' in answer.text
    assert ministry.duplicates.sent == []


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (
            Invalid([Problem("/stands", "one_side_stands", "请指明保留哪一方。")]),
            422,
            'id="stands-e">保留的报表：请指明',
        ),
        (StaleVersion(), 412, "刚有变化"),
        (Conflict("已认定。"), 409, "已认定。"),
    ],
)
def test_what_the_service_refuses_is_shown_with_what_was_typed(
    ministry: Portal, error: Exception, status: int, words: str
) -> None:
    ministry.duplicates.error = error

    answer = ministry.post(URL, **DECIDED)

    assert answer.status_code == status
    assert words in answer.text
    assert "同一合同。</textarea>" in answer.text


def test_the_review_of_a_filing_says_that_there_is_another_and_a_unit_s_page_nothing() -> None:
    portal = make_portal()
    keep_filing(portal, make_submitted_filing(duplicates=[make_alarm()]), make_version())
    portal.sign_in(Role.COUNTY_REVIEWER)

    page = portal.browser.get(f"/filings/{FILING_ID}/review").text

    assert "此表与另一份报表疑似重复（发包企业、合同金额和签字日期相同，2026-01-08 10:00 发现）" in page
    assert f'href="{URL}">查看</a>' in page


def test_units_have_no_page_of_duplicates() -> None:
    portal = make_portal()
    portal.sign_in(Role.ENTERPRISE)

    assert portal.browser.get("/duplicates").status_code == 403
    assert "疑似重复" not in portal.browser.get("/home").text

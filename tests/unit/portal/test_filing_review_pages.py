"""The department's queue of filings and the page on which one is judged, on fakes."""

from __future__ import annotations

import pytest

from shared.errors import Conflict, Invalid, Problem
from tests.support.portal import Portal, make_portal
from tests.support.portal_filed import (
    ANSWERS,
    keep_filing,
    make_noted,
    make_submitted_filing,
    make_verdict,
    make_version,
)
from tests.support.portal_filing import FILING_ID

URL = f"/filings/{FILING_ID}/review"
SIGNED = {"signatory": "张审核", "opinion": "同意上报。"}
QUERY = "p1-amount-others@/622/2"
RETURNED = {"signatory": "张审核", "reason_code": "implausible", "reason": "请核实。"}


@pytest.fixture
def portal() -> Portal:
    portal = make_portal()
    keep_filing(portal, make_submitted_filing(), make_version())
    portal.sign_in("county_reviewer")
    return portal


def waiting(portal: Portal, *ids: str) -> None:
    """Let these wait too, in this order."""
    for each in ids:
        keep_filing(portal, make_submitted_filing(id=each), make_version())
    portal.filings.items = {each: portal.filings.items[each] for each in ids}


def test_the_queue_holds_what_waits_for_a_department_and_for_the_ministry_and_all_that_was_submitted(
    portal: Portal,
) -> None:
    page = portal.browser.get("/filings/review?form=platform-1").text
    portal.browser.get("/filings/review?scope=all&state=approved")
    ministry = make_portal()
    ministry.sign_in("ministry")
    ministry.browser.get("/filings/review")

    assert portal.queue.asked == [{"form": "platform-1"}]
    assert portal.filings.wanted == [{"state": "approved"}]
    assert ministry.queue.asked == [{}]
    assert (
        f'href="{URL}?place=at-{FILING_ID}&amp;form=platform-1">杭州云采科技有限公司　服务外包交易平台情况登记表'
        in page
    )
    assert "1 处疑问有说明" in page


def test_the_review_shows_queries_with_explanations_and_where_they_stand(portal: Portal) -> None:
    page = portal.browser.get(URL).text

    assert "交易项目金额大于三类服务项目之和" in page
    assert "其余为培训撮合项目。" in page
    assert '<a href="#at-622-2">622 交易项目金额　本年</a>' in page
    assert 'id="at-622-2"' in page
    assert 'name="seen" value="p1-amount-others@/622/2"' in page
    assert '<input class="form-check-input" type="checkbox" name="pointers" value="/622/2">' in page


def test_a_query_says_what_was_expected(portal: Portal) -> None:
    page = portal.browser.get(URL).text

    assert "622 应等于 624+625+626 = 30000.5，现为 30210.5" in page


def test_an_approval_waits_until_every_query_was_looked_at(portal: Portal) -> None:
    answer = portal.post(URL, version="1", go="approve", **SIGNED)

    assert answer.status_code == 422
    assert '<a href="#seen-0">还有 1 处疑问及说明未核对。</a>' in answer.text
    assert portal.filings.acts == []


def test_what_was_ticked_off_is_kept_at_once_and_stands_there_on_return(portal: Portal) -> None:
    sent = {"csrf_token": portal.csrf(), "version": "1", "seen": QUERY}

    answer = portal.browser.post(f"{URL}/ticks", data=sent, headers={"X-Requested-With": "fetch"})
    page = portal.browser.get(URL).text

    assert answer.status_code == 204
    assert f'name="seen" value="{QUERY}" checked' in page
    assert f'data-ticks="{URL}/ticks"' in page


def test_without_scripts_the_ticks_are_kept_and_nothing_typed_is_lost(portal: Portal) -> None:
    answer = portal.post(f"{URL}/ticks", version="1", seen=QUERY, opinion="数据已核实。", signatory="张审核")

    assert "核对进度已保存。" in answer.text
    assert "数据已核实。" in answer.text
    assert portal.filings.items[FILING_ID]["seen"] == [QUERY]


def test_ticks_on_what_changed_meanwhile_are_not_kept(portal: Portal) -> None:
    sent = {"csrf_token": portal.csrf(), "version": "9", "seen": QUERY}

    script = portal.browser.post(f"{URL}/ticks", data=sent, headers={"X-Requested-With": "fetch"})
    page = portal.browser.post(f"{URL}/ticks", data=sent)

    assert (script.status_code, page.status_code) == (412, 412)
    assert "此表刚在别处更新" in page.text
    assert portal.filings.items[FILING_ID]["seen"] == []


def test_a_decision_keeps_the_ticks_first(portal: Portal) -> None:
    portal.post(URL, version="1", go="approve", seen=QUERY, **SIGNED)

    assert portal.filings.items[FILING_ID]["seen"] == [QUERY]


def test_what_was_ticked_off_before_a_decision_is_shown_with_it(portal: Portal) -> None:
    decided = make_version(decision=make_verdict(action="approve", label="审核通过", pointers=[], seen=[QUERY]))
    keep_filing(portal, make_submitted_filing(state="approved", versions=[decided], open_actions=[]), decided)

    page = portal.browser.get(URL).text

    assert "请说明其余是哪些项目。（已核对）" in page
    assert "作出决定前，已逐条核对疑问 1 处。" in page


def test_an_approval_carries_opinion_and_signature(portal: Portal) -> None:
    answer = portal.post(URL, version="1", go="approve", seen=QUERY, **SIGNED)

    assert portal.filings.acts == [(FILING_ID, "approve", {"opinion": "同意上报。", "signatory": "张审核"})]
    assert answer.headers["Location"] == f"/filings/review?done=filing_approved&decided={FILING_ID}"


def test_a_return_names_the_ticked_fields_and_needs_its_reasons(portal: Portal) -> None:
    missing = portal.post(URL, version="1", go="return", signatory="", pointers=["/622/2"])
    portal.post(URL, version="1", go="return", pointers=["/622/2", "/621/2"], **RETURNED)

    assert missing.status_code == 422
    for fault in ("请选择退回理由类别。", "请填写具体理由。", "请填写签字人。"):
        assert fault in missing.text
    assert 'name="pointers" value="/622/2" checked' in missing.text
    body = {
        "reason_code": "implausible",
        "reason": "请核实。",
        "pointers": ["/622/2", "/621/2"],
        "signatory": "张审核",
    }
    assert portal.filings.acts == [(FILING_ID, "return", body)]


def test_after_a_decision_the_next_in_the_queue_is_shown_under_the_same_filter(portal: Portal) -> None:
    waiting(portal, "f1", "f2", "f3")

    page = portal.browser.get("/filings/f2/review?form=platform-1").text
    answer = portal.post("/filings/f2/review?form=platform-1", version="1", go="approve", seen=QUERY, **SIGNED)
    following = portal.browser.get(answer.headers["Location"]).text

    assert 'href="/filings/f1/review?place=at-f1&amp;form=platform-1" accesskey="k" rel="prev">上一份' in page
    assert 'href="/filings/f3/review?place=at-f3&amp;form=platform-1" accesskey="j" rel="next">下一份' in page
    assert "第 2 份，共 3 份待审核" in page
    led_to = "/filings/f3/review?form=platform-1&done=filing_approved&decided=f2&place=at-f3"
    assert answer.headers["Location"] == led_to
    assert 'href="/filings/f2/review?form=platform-1">查看或撤销刚才的决定' in following


def test_what_was_typed_is_kept_where_the_service_refuses_it(portal: Portal) -> None:
    portal.filings.error = Invalid([Problem("/pointers/0", "unknown_field", "表中没有这一项。")])
    refused = portal.post(URL, version="1", go="return", pointers="/999", **RETURNED)
    portal.filings.error = Conflict("状态已变。")
    conflict = portal.post(URL, version="1", go="return", **RETURNED)
    portal.filings.error = None
    stale = portal.post(URL, version="9", go="return", **RETURNED)

    assert [each.status_code for each in (refused, conflict, stale)] == [422, 409, 412]
    assert '<a href="#reason">表中没有这一项。</a>' in refused.text
    assert "状态已变。" in conflict.text
    assert "此表刚在别处更新" in stale.text
    assert all("请核实。" in each.text for each in (refused, conflict, stale))


def test_a_filing_that_was_withdrawn_meanwhile_is_told_as_such(portal: Portal) -> None:
    keep_filing(portal, make_submitted_filing(version=2, open_actions=[]), make_version())

    answer = portal.post(URL, version="1", go="return", **RETURNED)

    assert answer.status_code == 409
    assert "此表的状态已经改变" in answer.text
    assert 'name="go"' not in answer.text


def test_a_correction_is_compared_with_what_is_in_force(portal: Portal) -> None:
    versions = [
        make_version(is_in_force=True),
        make_version(no=2, decision=make_verdict()),
        make_version(no=3, answers={**ANSWERS, "621": {"2": 90}}),
    ]
    keep_filing(portal, make_submitted_filing(versions=versions, in_force=1), *versions)
    portal.filings.differences = [{"pointer": "/621/2", "indicator": "621", "before": 88, "after": 90}]

    page = portal.browser.get(URL).text

    assert "与现行有效的第 1 次报送的差异（1 处）" in page
    assert "<del>88</del>" in page
    assert f'href="/filings/{FILING_ID}/versions/3/changes?against=1"' in page


def test_a_decision_can_be_taken_back_and_stays_on_the_page(portal: Portal) -> None:
    decided = make_version(
        decision=make_verdict(action="approve", label="审核通过", pointers=[]), undone=[make_verdict()]
    )
    undo = [{"action": "undo", "label": "撤销审核"}]
    keep_filing(portal, make_submitted_filing(state="approved", versions=[decided], open_actions=undo), decided)

    page = portal.browser.get(URL).text
    answer = portal.post(f"/filings/{FILING_ID}/undo", version="1")

    assert "西湖区商务主管部门意见：审核通过" in page
    assert "西湖区商务主管部门意见：退回（已撤销）" in page
    assert 'name="go"' not in page
    assert portal.filings.acts == [(FILING_ID, "undo", {})]
    assert answer.headers["Location"] == f"{URL}?done=filing_undone"


def test_a_note_asks_for_no_tick(portal: Portal) -> None:
    version = make_version(noted=[make_noted(severity="note", explanation="")])
    keep_filing(portal, make_submitted_filing(), version)

    page = portal.browser.get(URL).text
    answer = portal.post(URL, version="1", go="approve", **SIGNED)

    assert 'name="seen"' not in page
    assert answer.status_code == 303


def test_a_long_list_is_returned_as_a_whole(portal: Portal) -> None:
    version = make_version("city-1", answers={}, rows=1, noted=[])
    portal.filings.lists[FILING_ID] = [{"firm": "杭州甲公司"}]
    keep_filing(portal, make_submitted_filing("city-1", versions=[version]), version)

    page = portal.browser.get(f"{URL}?form=city-1").text

    assert "杭州甲公司" in page
    assert 'name="pointers"' not in page
    assert 'value="return"' in page


def test_a_long_list_is_printed_in_sections_from_every_page_that_shows_it(portal: Portal) -> None:
    version = make_version("city-1", answers={}, rows=400, noted=[])
    keep_filing(portal, make_submitted_filing("city-1", versions=[version], rows=400), version)
    one = f"/filings/{FILING_ID}/versions"

    pages = [portal.browser.get(url).text for url in (URL, f"{one}/1")]
    versions = portal.browser.get(one).text

    for page in pages:
        assert f'href="{one}/1/print?section=2">第 2 分册（第 251－400 行）</a>' in page
    assert f"{one}/1/print" not in versions
    assert f'href="{one}/1">打印（PDF）' in versions


def test_an_expired_approval_is_told_with_the_decision_that_covers_the_period(portal: Portal) -> None:
    decision = {
        "id": "d1",
        "edition": "2022",
        "from_period": "2025",
        "to_period": "2026-12",
        "document": "商办服贸函〔2025〕1号",
        "ground": "新制度批准前。",
        "decided_at": "2025-04-01T02:00:00+00:00",
    }
    edition = {**portal.survey.edition("2022"), "is_expired": True}
    portal.survey.edition = lambda key: edition  # type: ignore[assignment,method-assign,return-value]
    without = portal.browser.get(URL).text
    portal.filings.recorded = [decision]  # type: ignore[list-item]

    page = portal.browser.get(URL).text

    assert "有效期已满，尚无继续填报的决定" in without
    assert "有效期已满，按商务部决定继续填报（商办服贸函〔2025〕1号）" in page
    assert "2025年 至 2026年12月" in page


def test_a_unit_does_not_reach_the_review() -> None:
    portal = make_portal()
    portal.sign_in("operator")

    statuses = [portal.browser.get(url).status_code for url in ("/filings/review", URL)]

    assert statuses == [403, 403]


@pytest.mark.parametrize("role", ["county_reviewer", "ministry"])
def test_the_address_in_a_notice_leads_a_department_to_the_review(role: str) -> None:
    portal = make_portal()
    keep_filing(portal, make_submitted_filing(), make_version())
    portal.sign_in(role)

    answer = portal.browser.get(f"/filings/{FILING_ID}")

    assert answer.headers["Location"] == URL


def test_the_ministry_settles_a_single_filing_and_is_told_why_where_it_can_not_yet() -> None:
    portal = make_portal()
    act = [{"action": "finalise", "label": "最终审定"}]
    keep_filing(portal, make_submitted_filing(state="approved", open_actions=act), make_version())
    portal.sign_in("ministry")

    page = portal.browser.get(URL).text
    settled = portal.post(f"/filings/{FILING_ID}/finalisation", version=str(portal.filings.items[FILING_ID]["version"]))
    portal.filings.items[FILING_ID]["open_actions"] = []
    refused = portal.post(f"/filings/{FILING_ID}/finalisation", version=str(portal.filings.items[FILING_ID]["version"]))

    assert "单独最终审定" in page
    assert (settled.status_code, refused.status_code) == (303, 409)
    assert portal.filings.acts == [(FILING_ID, "finalise", {})]

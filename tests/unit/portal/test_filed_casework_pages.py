"""Threads, marks, assignment, chain, review day and comparison on the pages of filings, on fakes."""

from __future__ import annotations

from datetime import date

import pytest

from services.portal.model.filing import CellChange
from services.portal.model.filing_casework import LoadAnswer
from services.portal.presenters.review_casework import deadline_of
from shared.errors import Invalid, NotAllowed, Problem
from tests.support.portal import Portal, make_portal
from tests.support.portal_filed import (
    ANSWERS,
    keep_filing,
    make_link,
    make_submitted_filing,
    make_verdict,
    make_version,
)
from tests.support.portal_filed_casework import LI, casework_of, make_listed, make_mark, make_question
from tests.support.portal_filing import FILING_ID, make_filing

URL = f"/filings/{FILING_ID}/review"
TALK = f"/filings/{FILING_ID}/threads"
APPROVED = make_verdict(
    action="approve", label="审核通过", text="同意上报。", reason_code=None, reason_label="", pointers=[]
)


@pytest.fixture
def portal() -> Portal:
    portal = make_portal()
    keep_filing(portal, make_submitted_filing(), make_version())
    portal.sign_in("county_reviewer")
    return portal


def test_threads_and_marks_stand_beside_their_field_with_who_can_read_them(portal: Portal) -> None:
    remark = make_question(id="t2", visibility="internal")
    casework_of(portal).kept = [make_question(), remark]
    casework_of(portal).kept_marks = [make_mark()]

    page = portal.browser.get(URL).text

    row = page[page.index('<tr class="beside">') :]
    row = row[: row.index("</tr>")]
    assert row.count("看不清") == 2
    assert '<span class="tag">填报单位可见</span>' in row
    assert '<div class="thread is-internal">' in row
    assert '待后续核查：</strong><span class="text">年后核对银行流水。</span>（标记时为 30210.5）' in row
    assert f'href="{TALK}?at=/622/2#new"' in page


def test_what_was_said_is_shown_as_text_and_never_as_markup(portal: Portal) -> None:
    message = {**make_question()["messages"][0], "text": "<script>alert(1)</script>"}
    casework_of(portal).kept = [make_question(messages=[message])]
    casework_of(portal).kept_marks = [make_mark(note="<b>重</b>")]

    for url in (URL, TALK):
        page = portal.browser.get(url).text
        assert "<script>alert" not in page
        assert "<b>重</b>" not in page


def test_the_chain_names_every_level_how_far_it_is_and_who_signed(portal: Portal) -> None:
    passed = make_link(
        "330106", "西湖区", "区（县）级", "passed", signatory="张审核", decided_at="2026-01-09T02:00:00+00:00"
    )
    chain = [passed, make_link("330100", "杭州市", "地（市）级", "acting")]
    version = make_version(decision=APPROVED)
    keep_filing(portal, make_submitted_filing(chain=chain, versions=[version], reviewer="330100"), version)

    page = portal.browser.get(URL).text

    assert '<li class="is-primary" aria-current="step"><span class="chain-name">地（市）级　杭州市</span>' in page
    assert "<small>张审核　2026-01-09 10:00</small>" in page
    assert "西湖区商务主管部门意见：审核通过" in page
    assert "同意上报。" in page


@pytest.mark.parametrize(
    ("today", "words", "tone"),
    [
        (date(2026, 1, 8), "还有 3 个工作日", "secondary"),
        (date(2026, 1, 12), "还有 1 个工作日", "warning"),
        (date(2026, 1, 13), "今天到期", "warning"),
        (date(2026, 1, 16), "已超过 3 个工作日", "danger"),
    ],
)
def test_the_review_day_says_how_many_working_days_are_left_or_over(today: date, words: str, tone: str) -> None:
    found = deadline_of(make_submitted_filing(), today)

    assert found is not None
    assert found.text == f"审核时限 2026年1月13日，{words}"
    assert found.tone == tone


def test_what_does_not_wait_has_no_review_day() -> None:
    assert deadline_of(make_filing(), date(2026, 1, 8)) is None


def test_a_filing_is_given_to_a_colleague_and_taken_back(portal: Portal) -> None:
    page = portal.browser.get(URL).text
    for assignee in (LI, ""):
        portal.post(f"/filings/{FILING_ID}/assignment", version="1", assignee=assignee)
    casework_of(portal).assigned = "gone"
    gone = portal.browser.get(URL).text

    assert f'<option value="{LI}">李复核</option>' in page
    assert "尚未分办。" in page
    assert casework_of(portal).said == [(1, LI), (1, None)]
    assert "已分办给已离开本部门的人员。" in gone


def test_who_does_not_decide_now_assigns_nothing(portal: Portal) -> None:
    keep_filing(portal, make_submitted_filing(open_actions=[]), make_version())

    assert 'id="assignee"' not in portal.browser.get(URL).text


def test_a_question_is_asked_once_by_its_key_and_says_to_whom(portal: Portal) -> None:
    page = portal.browser.get(f"{TALK}?at=/622/2").text
    answer = portal.post(TALK, key="k1", at="/622/2", visibility="filer", text="请说明\r\n原因")

    assert '<option value="/622/2" selected>622 交易项目金额　本年</option>' in page
    assert 'value="internal" required> 仅主管部门可见' in page
    assert "填报单位和填报人看不到" in page
    assert casework_of(portal).said == [("k1", "filer", "/622/2", "请说明\n原因")]
    assert answer.headers["Location"] == f"{TALK}#t-t9"


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (Invalid([Problem("/text", "too_long", "内容过长。")]), 422, "内容过长。"),
        (NotAllowed(), 403, "此表还没有到您所在的部门"),
    ],
)
def test_what_could_not_be_said_is_shown_again_as_it_was_typed(
    portal: Portal, error: Exception, status: int, words: str
) -> None:
    casework_of(portal).error = error

    answer = portal.post(TALK, key="k1", at="/622/2", visibility="filer", text="请说明原因")

    assert answer.status_code == status
    assert words in answer.text
    assert ">请说明原因</textarea>" in answer.text
    assert '<option value="/622/2" selected>' in answer.text


def test_threads_are_answered_resolved_and_read(portal: Portal) -> None:
    casework_of(portal).kept = [make_question()]

    portal.browser.get(TALK)
    portal.post(f"{TALK}/t1/messages", key="k2", text="已核实")
    portal.post(f"{TALK}/t1/resolution", key="k3")
    portal.post(f"{TALK}/t1/reopening", key="k4")

    assert casework_of(portal).seen == [("t1", 1)]
    assert casework_of(portal).said == [("t1", "已核实"), ("t1", "resolved"), ("t1", "reopened")]


def test_a_value_is_marked_and_settled(portal: Portal) -> None:
    casework_of(portal).kept_marks = [make_mark(), make_mark(id="m2", is_there=False, now=None)]

    page = portal.browser.get(URL).text
    made = portal.post(f"/filings/{FILING_ID}/marks", key="k1", at="/622/2", note="年后核对")
    portal.post(f"/filings/{FILING_ID}/marks/m1/settlement", key="k2")
    back = portal.post(f"/filings/{FILING_ID}/marks/m1/reopening", key="k3", **{"from": "list"})

    assert "当时为 30210.5；现为 29810" in page
    assert "本次报送已没有这一处" in page
    assert casework_of(portal).said == [("/622/2", "年后核对"), ("m1", "done"), ("m1", "undone")]
    assert made.headers["Location"] == f"{URL}?done=value_marked#marks"
    assert back.headers["Location"] == "/filings/marks?state=done"


def test_lists_of_threads_and_marks_begin_with_what_is_open_and_are_narrowed(portal: Portal) -> None:
    casework_of(portal).listed = [make_listed(), make_listed(id="t2", is_answered=False)]
    casework_of(portal).kept_marks = [make_mark()]

    threads = portal.browser.get("/filings/threads?form=platform-1").text
    portal.browser.get("/filings/threads/export?state=resolved&period=2025")
    marks = portal.browser.get("/filings/marks?state=all").text

    assert casework_of(portal).wanted == [
        {"form": "platform-1", "state": "open"},
        {"period": "2025", "state": "resolved"},
        {},
    ]
    assert "单位已答复" in threads
    assert "待单位答复" in threads
    assert 'href="/filings/f1/threads#t-t1"' in threads
    assert 'href="/filings/f1/review?at=/622/2"' in marks


def test_the_workload_names_everybody_of_the_department(portal: Portal) -> None:
    load = LoadAnswer(account_id=LI, assigned=3, oldest="2026-01-06T01:00:00+00:00", overdue=2)
    casework_of(portal).load = {"waiting": 5, "unassigned": 2, "is_more": True, "colleagues": [load]}

    page = portal.browser.get("/filings/workload").text

    assert "待审核报表 5以上 份，其中未分办 2以上 份" in page
    assert '<th scope="row">李复核</th><td class="number">3</td><td>2026-01-06 09:00</td>' in page
    assert '<th scope="row">张审核</th><td class="number">0</td>' in page


def test_the_last_period_is_a_choice_of_comparison_with_the_change_in_per_cent(portal: Portal) -> None:
    before = make_version(answers={**ANSWERS, "622": {"2": "20000"}})
    change = CellChange(pointer="/622/2", indicator="622", before="20000", after="30210.5")
    casework_of(portal).before = {"period": "2024", "period_label": "2024年", "version": before, "changes": [change]}

    page = portal.browser.get(URL).text
    whole = portal.browser.get(f"/filings/{FILING_ID}/versions/1/changes?against=period").text

    assert "与上一报告期审定的报表的差异（1 处）" in page
    assert '<th scope="col">2024年</th>' in page
    assert '<td class="number">+51.1%</td>' in page
    assert '<option value="period" selected>' in whole


def test_of_a_correction_the_reviewer_chooses_what_to_compare_with(portal: Portal) -> None:
    versions = [make_version(is_in_force=True), make_version(no=2, decision=make_verdict()), make_version(no=3)]
    keep_filing(portal, make_submitted_filing(versions=versions, in_force=1), *versions)

    page = portal.browser.get(f"{URL}?against=before").text

    assert "与上一次报送（第 2 次）的差异" in page
    for code, label in (("force", "现行有效的第 1 次报送"), ("period", "上一报告期审定的报表")):
        assert f"against={code}" in page
        assert label in page


def test_what_was_decided_on_earlier_versions_stays_readable_at_every_level(portal: Portal) -> None:
    versions = [make_version(decision=make_verdict()), make_version(no=2)]
    keep_filing(portal, make_submitted_filing(versions=versions), *versions)

    page = portal.browser.get(URL).text

    earlier = page[page.index("以前各次报送的审核意见") :]
    assert "<h3>第 1 次报送</h3>" in earlier
    assert "交易项目金额请核实。" in earlier


def test_the_unit_sees_open_questions_beside_the_field_and_asks_none_itself() -> None:
    portal = make_portal()
    keep_filing(portal, make_filing(unit_id="u1", state="returned", revision=1), make_version(decision=make_verdict()))
    casework_of(portal).kept = [make_question(can_resolve=False)]
    portal.sign_in("operator")

    page = portal.browser.get(f"/filings/{FILING_ID}").text
    talk = portal.browser.get(TALK).text

    line = page[page.index('id="at-622"') :]
    assert "看不清" in line[: line.index("</th>")]
    assert "未解决的还有" in page
    assert "发送答复" in talk
    assert "新的意见" not in talk
    assert "标记待后续核查" not in talk


@pytest.mark.parametrize(("role", "page"), [("operator", ""), ("county_reviewer", "/review")])
def test_a_notice_leads_on_to_the_field(role: str, page: str) -> None:
    portal = make_portal()
    keep_filing(portal, make_submitted_filing(unit_id="u1"), make_version())
    portal.sign_in(role)

    answer = portal.browser.get(f"/filings/{FILING_ID}{page}?at=/622/2")

    assert answer.headers["Location"] == f"/filings/{FILING_ID}{page}#at-622-2"


def test_the_unit_sees_what_every_level_decided_and_how_far_it_is() -> None:
    portal = make_portal()
    version = make_version(decision=APPROVED)
    keep_filing(portal, make_submitted_filing(unit_id="u1", versions=[version], open_actions=[]), version)
    portal.sign_in("operator")

    page = portal.browser.get(f"/filings/{FILING_ID}").text

    assert "西湖区商务主管部门意见：审核通过" in page
    assert '<ol class="chain" aria-label="逐级审核进度">' in page

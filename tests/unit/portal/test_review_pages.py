"""The reviewer's queue and page, the ledger of messages and the page of a registration, on fakes."""

from __future__ import annotations

import pytest

from shared.errors import Conflict, Invalid, Problem
from tests.support.portal import Portal, make_portal
from tests.support.portal_answers import make_file, make_message, make_registration, make_review, make_submitted


@pytest.fixture
def portal() -> Portal:
    portal = make_portal(
        make_submitted(id="s1"),
        make_submitted(id="s2", state="submitted", open_actions=["start_review"], review=None),
    )
    portal.sign_in("county_reviewer")
    return portal


def test_the_queue_is_filtered_by_state(portal: Portal) -> None:
    everything = portal.browser.get("/reviews").text
    waiting = portal.browser.get("/reviews?state=submitted").text

    assert 'href="/reviews/s1"' in everything
    assert 'href="/reviews/s1"' not in waiting
    assert 'href="/reviews/s2"' in waiting


def test_documents_are_shown_inside_the_page_with_their_pages(portal: Portal) -> None:
    page = portal.browser.get("/reviews/s1").text

    assert 'data-page-url="/registrations/s1/files/f3/pages/0"' in page
    assert 'data-pages="4"' in page
    assert 'data-text-url="/registrations/s1/files/f4/text"' in page


def test_only_open_actions_have_buttons(portal: Portal) -> None:
    judging = portal.browser.get("/reviews/s1").text
    waiting = portal.browser.get("/reviews/s2").text

    assert 'value="approve"' in judging
    assert "开始审核</button>" not in judging
    assert 'value="approve"' not in waiting
    assert "开始审核</button>" in waiting


def test_what_the_system_checked_is_shown_doubts_first() -> None:
    good = {"pointer": "", "code": "a", "label": "校验码正确", "holds": True, "detail": ""}
    doubt = {"pointer": "", "code": "b", "label": "备案号省份", "holds": False, "detail": "请核对备案证明"}
    portal = make_portal(make_submitted(id="s1", checks=[good, doubt]))
    portal.sign_in("county_reviewer")

    page = portal.browser.get("/reviews/s1").text

    assert page.index("备案号省份") < page.index("校验码正确")
    assert "请核对备案证明" in page


def test_verdicts_and_notes_are_kept_per_material_and_per_field(portal: Portal) -> None:
    marks = {
        "material-5-verdict": "not_legible",
        "material-5-note": "看不清",
        "material-1-verdict": "accept",
        "field-website-verdict": "correct",
        "field-website-note": "打不开",
        "field-traits-verdict": "accept",
    }

    answer = portal.post("/reviews/s1", version="5", opinion="材料5重传", go="return", **marks)

    _, _, review = portal.registrations.acts[0]
    assert review["materials"] == {
        "1": {"verdict": "accept", "note": ""},
        "5": {"verdict": "not_legible", "note": "看不清"},
    }
    assert review["fields"] == {
        "website": {"verdict": "correct", "note": "打不开"},
        "traits": {"verdict": "accept", "note": ""},
    }
    assert answer.headers["Location"] == "/reviews/s1/decision/return"


def test_a_note_without_a_verdict_is_asked_about_and_not_thrown_away(portal: Portal) -> None:
    marks = {"material-2-note": "执照副本缺第二页", "field-website-verdict": "correct", "field-website-note": "打不开"}

    answer = portal.post("/reviews/s1", version="5", opinion="先记下", go="stay", **marks)

    assert answer.status_code == 422
    assert portal.registrations.acts == []
    assert all(text in answer.text for text in ("没有选择审核意见", "执照副本缺第二页", "打不开", "先记下"))
    assert answer.text.count("有说明，请选择审核意见。") == 1


def test_a_reviewer_keeps_what_was_marked_when_another_window_saved_first(portal: Portal) -> None:
    marks = {"material-5-verdict": "not_legible", "material-5-note": "公章看不清"}

    answer = portal.post("/reviews/s1", version="4", opinion="另一个窗口", go="return", **marks)
    again = portal.post("/reviews/s1", version="5", opinion="另一个窗口", go="return", **marks)

    assert answer.status_code == 412
    assert all(text in answer.text for text in ("已在别处更新", "公章看不清", "另一个窗口"))
    assert 'name="version" value="5"' in answer.text
    assert again.status_code == 303


def test_marks_for_a_registration_that_was_withdrawn_meanwhile_are_told_as_lost() -> None:
    portal = make_portal(make_submitted(id="s1", version=6, state="withdrawn", open_actions=[]))
    portal.sign_in("county_reviewer")

    answer = portal.post("/reviews/s1", version="5", opinion="", go="stay", **{"material-5-verdict": "accept"})

    assert answer.status_code == 412
    assert "状态已经改变" in answer.text


def test_a_return_needs_its_reason_and_signature(portal: Portal) -> None:
    answer = portal.post("/reviews/s1/decision/return", version="5", signed_on="2026-03-02")

    assert answer.status_code == 422
    assert '<a href="#reason">请填写具体理由。</a>' in answer.text
    assert '<a href="#signatory">请填写签字人。</a>' in answer.text
    assert portal.registrations.acts == []


def test_a_return_carries_reason_signatory_and_date(portal: Portal) -> None:
    values = {"reason_code": "materials_unclear", "reason": "看不清", "signatory": "陈刚", "signed_on": "2026-03-02"}

    answer = portal.post("/reviews/s1/decision/return", version="5", **values)

    assert portal.registrations.acts == [("s1", "return", values)]
    assert answer.headers["Location"] == "/reviews/s1?done=returned"


def test_what_a_review_lacks_for_a_decision_is_told_by_name_with_the_way_back(portal: Portal) -> None:
    problems = [
        Problem("/materials/3", "note_required", "请写明需要修改的原因。"),
        Problem("/fields/conditions", "note_required", "请写明需要修改的原因。"),
    ]
    portal.registrations.act_error = Conflict("需修改的部分须写明原因。", problems=problems)
    values = {"reason_code": "materials_unclear", "reason": "看不清", "signatory": "陈刚", "signed_on": "2026-03-02"}

    answer = portal.post("/reviews/s1/decision/return", version="5", **values)

    assert answer.status_code == 409
    assert '<a href="#to-review">材料3：请写明需要修改的原因。</a>' in answer.text
    assert '<a href="#to-review">平台注册条件：请写明需要修改的原因。</a>' in answer.text
    assert 'id="reason_code-e"' not in answer.text


def test_an_approval_carries_the_opinion(portal: Portal) -> None:
    values = {"opinion": "同意注册", "signatory": "陈刚", "signed_on": "2026-03-02"}

    portal.post("/reviews/s1/decision/approve", version="5", **values)

    assert portal.registrations.acts == [("s1", "approve", values)]


def test_what_the_service_refuses_in_a_decision_stands_beside_its_field(portal: Portal) -> None:
    portal.registrations.act_error = Invalid([Problem("/signed_on", "date_in_future", "日期不能晚于今天。")])
    values = {"opinion": "同意注册", "signatory": "陈刚", "signed_on": "2030-01-01"}

    answer = portal.post("/reviews/s1/decision/approve", version="5", **values)

    assert answer.status_code == 422
    assert '<p class="fault" id="signed_on-e">日期不能晚于今天。</p>' in answer.text


def test_a_second_revision_is_shown_with_what_changed() -> None:
    portal = make_portal(make_submitted(id="s1", revision=2))
    portal.registrations.changes = [
        {"pointer": "/form/website", "label": "网址", "before": "http://old.cn", "after": "http://new.cn"}
    ]
    portal.sign_in("county_reviewer")

    page = portal.browser.get("/reviews/s1").text

    assert "<del>http://old.cn</del>" in page
    assert "<ins>http://new.cn</ins>" in page


def test_an_earlier_revision_shows_its_own_division_and_the_materials_in_their_order() -> None:
    now = make_submitted(id="s1", revision=2, division_name="浙江省杭州市滨江区")
    now["form"] = {**now["form"], "division": "330106"}
    now["materials"] = {key: [make_file(file_id=f"f{key}")] for key in ("2", "5", "1")}
    portal = make_portal(now)
    earlier = {"no": 1, "submitted_at": None, "form": now["form"], "materials": now["materials"], "review": None}
    portal.registrations.revision = lambda token, registration_id, no: earlier  # type: ignore[assignment,method-assign,return-value]
    portal.sign_in("county_reviewer")

    page = portal.browser.get("/registrations/s1/revisions/1").text

    assert "浙江省杭州市西湖区（330106）" in page
    assert page.index("材料1　") < page.index("材料2　") < page.index("材料5　")


def test_an_operator_does_not_reach_the_review_pages() -> None:
    portal = make_portal(make_submitted(id="s1"))
    portal.sign_in("operator")

    statuses = [portal.browser.get(url).status_code for url in ("/reviews", "/reviews/s1", "/messages")]

    assert statuses == [403, 403, 403]


def test_the_ministry_reads_but_gets_no_form_to_judge() -> None:
    portal = make_portal(make_submitted(id="s1", open_actions=[], review=make_review(opinion="符合条件")))
    portal.sign_in("ministry")

    page = portal.browser.get("/reviews/s1").text

    assert "符合条件" in page
    assert "-verdict" not in page


def test_the_page_of_a_registration_shows_the_directorys_answer() -> None:
    directory = {
        "state": "accepted",
        "state_label": "名录库已接收",
        "at": "2026-03-01T02:00:02+00:00",
        "message_id": "m1",
        "reason_code": "",
    }
    portal = make_portal(make_submitted(id="r1", state="approved", open_actions=[], directory=directory))
    portal.sign_in("operator")

    page = portal.browser.get("/registrations/r1").text

    assert "名录库已接收" in page
    assert "<code>m1</code>" in page
    assert "2026-03-01 10:00" in page


def test_files_go_through_with_headers_that_keep_them_from_running() -> None:
    portal = make_portal(make_submitted(id="r1"))
    portal.sign_in("operator")

    answer = portal.browser.get("/registrations/r1/files/f1")

    assert answer.data == b"onetwo"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_text_of_a_document_is_text_on_its_page() -> None:
    portal = make_portal(make_submitted(id="r1"))
    portal.sign_in("operator")

    page = portal.browser.get("/registrations/r1/files/f4/view").text

    assert "&lt;b&gt;管理制度&lt;/b&gt;" in page


def test_the_ledger_shows_state_attempts_and_receipt() -> None:
    portal = make_portal(messages=[make_message(attempts=3)])
    portal.sign_in("directory_desk")

    ledger = portal.browser.get("/messages").text
    message = portal.browser.get("/messages/m1").text

    assert "<td>3</td>" in ledger
    assert "验证通过" in message
    assert "MLK-0001" in message


def test_a_message_that_tells_a_filing_names_it_and_leads_to_no_registration() -> None:
    portal = make_portal(messages=[make_message(registration_id="", filing_id="f7")])
    portal.sign_in("ministry")

    message = portal.browser.get("/messages/m1").text

    assert "<dt>企业1表</dt><dd><code>f7</code>" in message
    assert "注册申请</dt>" not in message


def test_a_message_is_sent_again_only_where_the_exchange_allows_it() -> None:
    portal = make_portal(messages=[make_message(id="m2", state="unanswered", receipt=None, open_actions=["resend"])])
    portal.sign_in("directory_desk")

    page = portal.browser.get("/messages/m2").text
    portal.post("/messages/m2/resending", version="3", reason="对方已恢复")

    assert "重新发送</button>" in page
    assert portal.exchange.resent == [("m2", "对方已恢复")]


def test_a_refusal_is_told_in_words_and_a_resending_stands_at_its_time() -> None:
    refused = {**make_message()["receipt"], "outcome": "refused", "reason": "credit_code_refused"}  # type: ignore[dict-item]
    log = [
        {"at": f"2026-03-01T0{hour}:00:00+00:00", "event": "e", "event_label": label, "attempt": 1, "code": code}
        for hour, label, code in (
            (2, "拒收", "credit_code_refused"),
            (3, "重新发送", ""),
            (5, "回执：拒收", "new_code"),
        )
    ]
    message = make_message(
        state="refused",
        reason_code="credit_code_refused",
        receipt=refused,
        attempts_log=log,
        resendings=[{"at": "2026-03-01T03:00:00+00:00", "reason": "对方已更正"}],
    )
    portal = make_portal(messages=[message])
    portal.sign_in("directory_desk")

    page = portal.browser.get("/messages/m1").text

    assert "名录库不接收该统一社会信用代码" in page
    assert "credit_code_refused" not in page + portal.browser.get("/messages").text
    assert page.index("对方已更正") < page.index("new_code")


def test_an_unknown_registration_is_not_found_and_says_so_in_chinese() -> None:
    portal = make_portal(make_registration())
    portal.sign_in("operator")

    answer = portal.browser.get("/registrations/nothing")

    assert answer.status_code == 404
    assert "没有找到" in answer.text


def test_a_decision_is_taken_back_with_a_reason() -> None:
    portal = make_portal(make_submitted(id="s1", state="returned", open_actions=["undo"]))
    portal.sign_in("county_reviewer")

    page = portal.browser.get("/reviews/s1").text
    answer = portal.post("/reviews/s1/undo", version="5", reason="误操作")

    assert "撤销决定</button>" in page
    assert answer.headers["Location"] == "/reviews/s1?done=undone"
    assert portal.registrations.acts == [("s1", "undo", {"reason": "误操作"})]

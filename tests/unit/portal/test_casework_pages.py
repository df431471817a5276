"""Facts, conditions, threads and decision sheets on the pages, on fakes."""

from __future__ import annotations

import pytest

from shared.errors import Invalid, Problem
from tests.support.portal import Portal, make_portal
from tests.support.portal_answers import (
    make_fact,
    make_registration,
    make_review,
    make_sheet,
    make_submitted,
    make_thread,
)

ACCEPT = {"verdict": "accept", "verdict_label": "符合要求", "note": ""}


def against(result: str = "differs", **changes: object) -> dict[str, object]:
    words = {"agrees": "一致", "differs": "不一致", "missing": "缺少", "not_comparable": "无法比对"}
    return {
        "source": "form",
        "source_label": "注册信息表",
        "label": "注册信息表",
        "value": "杭州云接包信息服务有限公司",
        "result": result,
        "result_label": words[result],
        **changes,
    }


FACTS = [
    make_fact(
        stated="杭州云接包", proposed="杭州云接包信息", comparisons=[against()], is_disputed=True, is_settled=False
    ),
    make_fact("licence_valid_until", kind="term", label="执照有效期至"),
    make_fact("licence_capital", kind="amount", label="注册资本"),
    make_fact("licence_address", kind="address", label="住所", stated="文三路1号"),
    make_fact("plan_fees", kind="flag", label="方案含收费标准", material="4"),
]


@pytest.fixture
def portal() -> Portal:
    portal = make_portal(make_submitted(id="s1", facts=FACTS))
    portal.sign_in("county_reviewer")
    return portal


def test_each_fact_shows_what_it_is_compared_with_and_what_the_filer_says(portal: Portal) -> None:
    page = portal.browser.get("/reviews/s1").text

    assert 'id="fact-licence_name"' in page
    assert "填报：杭州云接包" in page
    assert "文字识读：杭州云接包信息" in page
    assert "不一致</span> 注册信息表：杭州云接包信息服务有限公司" in page
    assert 'name="reason-licence_name"' in page


def test_readings_reasons_and_conditions_are_saved_and_blanks_left_out(portal: Portal) -> None:
    marks = {
        "fact-licence_name": " 杭州云接包信息有限公司 ",
        "reason-licence_name": "已更名",
        "endless-licence_valid_until": "yes",
        "fact-licence_capital": "１，０００.5",
        "absent-licence_address": "yes",
        "fact-plan_fees": "no",
        "condition-users_and_trades-verdict": "not_met",
        "condition-users_and_trades-note": "没有成交",
        "confirms_carried": "yes",
    }

    answer = portal.post("/reviews/s1", version="5", opinion="", go="stay", **marks)

    _, _, review = portal.registrations.acts[0]
    assert answer.status_code == 303
    assert review["facts"] == {
        "licence_name": "杭州云接包信息有限公司",
        "licence_valid_until": "长期",
        "licence_capital": "1000.5",
        "licence_address": "",
        "plan_fees": False,
    }
    assert review["reasons"] == {"licence_name": "已更名"}
    assert review["conditions"] == {"users_and_trades": {"verdict": "not_met", "note": "没有成交"}}
    assert review["confirms_carried"] is True


def test_one_mark_takes_what_was_stated_or_proposed_for_the_blanks_of_a_material(portal: Portal) -> None:
    portal.post("/reviews/s1", version="5", opinion="", go="stay", **{"adopt-2": "yes", "fact-licence_name": "别名"})

    _, _, review = portal.registrations.acts[0]
    assert review["facts"] == {"licence_name": "别名", "licence_address": "文三路1号"}


def test_a_verdict_can_be_taken_away_again() -> None:
    portal = make_portal(make_submitted(id="s1", review=make_review(materials={"2": ACCEPT})))
    portal.sign_in("county_reviewer")

    page = portal.browser.get("/reviews/s1").text
    portal.post("/reviews/s1", version="5", opinion="", go="stay", **{"material-2-verdict": ""})

    assert 'name="material-2-verdict" value="accept" checked' in page
    assert 'name="material-2-verdict" value=""' in page
    assert portal.registrations.acts[0][2]["materials"] == {}


def test_what_was_carried_over_is_marked_and_confirmed_at_once() -> None:
    review = make_review(materials={"2": ACCEPT}, carried=["/materials/2", "/facts/licence_name"])
    portal = make_portal(make_submitted(id="s1", review=review, facts=FACTS))
    portal.sign_in("county_reviewer")

    page = portal.browser.get("/reviews/s1").text

    assert page.count("沿用上一轮</span>") == 1
    assert 'name="confirms_carried"' in page
    assert "确认沿用上一轮的 2 项" in page


def test_a_wrong_reading_is_named_and_nothing_typed_is_lost(portal: Portal) -> None:
    def refuse(*_: object) -> None:
        raise Invalid([Problem("/facts/licence_valid_until", "date_malformed", "日期格式不正确。")])

    portal.registrations.save_review = refuse  # type: ignore[method-assign, assignment]  # the service refuses

    answer = portal.post("/reviews/s1", version="5", opinion="", go="stay", **{"fact-licence_name": "刚刚读到"})

    assert answer.status_code == 422
    assert "执照有效期至：日期格式不正确。" in answer.text
    assert 'value="刚刚读到"' in answer.text


def test_the_stamped_form_that_must_be_printed_anew_says_why() -> None:
    review = make_review(
        materials={"1": ACCEPT},
        fields={"website": {"verdict": "correct", "verdict_label": "需更正", "note": "打不开"}},
    )
    returned = make_submitted(
        id="r1", state="returned", review=review, open_parts=["/form/website", "/materials/1"], open_actions=["save"]
    )
    portal = make_portal(returned)
    portal.sign_in()

    page, step = portal.browser.get("/registrations/r1").text, portal.browser.get("/registrations/r1/steps/5").text

    assert all("更正后请重新打印、签字盖章" in text for text in (page, step))


def test_a_filer_states_facts_of_one_material_and_keeps_those_of_the_others() -> None:
    stated = make_fact("icp_subject", material="5", label="主办单位", stated="云接包公司")
    portal = make_portal(make_registration(id="r1", facts=[*FACTS, stated]))
    portal.sign_in()

    page = portal.browser.get("/registrations/r1/steps/5").text
    answer = portal.post("/registrations/r1/materials/2/facts", **{"fact-licence_name": "云接包公司"})

    assert "材料所载事项" in page
    assert answer.headers["Location"].endswith("#material-2")
    assert portal.casework.stated == [{"icp_subject": "云接包公司", "licence_name": "云接包公司"}]


def test_threads_stand_beside_their_place_for_reviewer_and_filer() -> None:
    field = make_thread(id="t2", pointer="/form/website", place="网址", anchor="at-form-website")
    portal = make_portal(make_submitted(id="s1"))
    portal.casework.kept = [make_thread(), field]
    portal.sign_in("county_reviewer")
    review = portal.browser.get("/reviews/s1").text
    filer = make_portal(make_submitted(id="s1", state="returned", open_actions=["save"], open_parts=["/materials/5"]))
    filer.casework.kept = [make_thread(), field]
    filer.sign_in()

    page, form, files = (
        filer.browser.get(path).text
        for path in ("/registrations/s1", "/registrations/s1/steps/3", "/registrations/s1/steps/5")
    )

    assert review.index("材料5") < review.index('#t-t1"') < review.index('#t-t2"')
    assert 'id="at-materials-5"' in page
    assert '#t-t2"' in form
    assert '#t-t1"' in files


def test_the_page_of_threads_takes_answers_once_and_marks_what_was_new_as_read() -> None:
    portal = make_portal(make_submitted(id="s1"))
    portal.casework.kept = [make_thread()]
    portal.sign_in()

    page = portal.browser.get("/registrations/s1/threads").text
    answer = portal.post("/registrations/s1/threads/t1/messages", key="k1", text="已更换")

    assert "1 条未读" in page
    assert "发出意见" not in page
    assert portal.casework.seen == [("t1", 1)]
    assert portal.casework.said == [("t1", "已更换")]
    assert answer.headers["Location"].endswith("/threads#t-t1")


def test_a_department_begins_a_thread_for_a_place_and_says_who_reads_it(portal: Portal) -> None:
    page = portal.browser.get("/registrations/s1/threads?at=/form/website").text
    portal.post("/registrations/s1/threads", key="k1", at="/form/website", visibility="internal", text="请市局看")
    portal.casework.error = Invalid([Problem("/text", "empty", "此项不能为空。")])
    refused = portal.post("/registrations/s1/threads", key="k2", at="/form/website", visibility="filer", text="")

    assert '<option value="/form/website" selected>' in page
    assert portal.casework.said == [("k1", "internal", "/form/website", "请市局看")]
    assert refused.status_code == 422
    assert "此项不能为空。" in refused.text


def test_a_thread_is_resolved_and_opened_again_by_those_who_may(portal: Portal) -> None:
    portal.casework.kept = [make_thread(can_resolve=True), make_thread(id="t2", is_resolved=True)]

    page = portal.browser.get("/registrations/s1/threads").text
    portal.post("/registrations/s1/threads/t1/resolution", key="k")
    portal.post("/registrations/s1/threads/t1/reopening", key="k")

    assert page.count("标为已解决") == 1
    assert "重新打开" not in page
    assert portal.casework.said == [("t1", "resolved"), ("t1", "reopened")]


def test_decision_sheets_are_listed_with_digest_and_given_out() -> None:
    portal = make_portal(make_submitted(id="s1"))
    portal.casework.kept_sheets = [make_sheet(), make_sheet(id="d2", stands=False)]
    portal.sign_in()

    page = portal.browser.get("/registrations/s1").text
    sheet = portal.browser.get("/registrations/s1/sheets/d1")
    certificates = portal.browser.get("/signing-certificates")

    assert page.count("统外注〔2026〕330106-0001号") == 2
    assert page.count("该决定已撤销") == 1
    assert "ab" * 32 in page
    assert (sheet.data, certificates.data) == (b"%PDF", b"PEM")

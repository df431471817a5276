"""The page that finds a class: explained proposals, questions without scripts, and the choice as it is taken."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import cast

import pytest
from werkzeug.test import TestResponse

from services.filing.classification.records import dump_record, read_record
from services.filing.model.classifications import ClassificationRecord
from services.portal.model.classification import RecordAnswer, on_path, open_question
from services.portal.presenters.classification import record_view
from shared.errors import Conflict
from shared.identity.actor import Role
from tests.support.portal import Portal, make_portal
from tests.support.portal_classes import FakeClasses, known_classifier
from tests.support.portal_filed import keep_filing, make_submitted_filing, make_version
from tests.support.portal_filing import FILING_ID, make_filing

URL = "/classification"
PAYROLL = "每月为客户员工核算工资，代缴社保"
PLAIN = {
    "scope:organisations": "yes",
    "scope:own": "yes",
    "scope:statutory": "no",
    "scope:kind": "none",
    "scope:product": "no",
    "asked": "scope:amount",
}


def filler() -> Portal:
    portal = make_portal()
    portal.sign_in(Role.ENTERPRISE)
    return portal


def post(portal: Portal, go: str, **values: object) -> TestResponse:
    return portal.post(URL, go=go, **values)


def checked(page: str) -> list[tuple[str, str]]:
    return re.findall(r'name="((?:scope|mixed):[a-z]+|chosen)" value="([^"]*)" checked', page)


def known_record() -> ClassificationRecord:
    """Return a record of payroll with wages paid on behalf."""
    answers = {name.removeprefix("scope:"): [value] for name, value in PLAIN.items() if name != "asked"}
    scope = [{"question": name, "values": values} for name, values in {**answers, "amount": ["paid_on_behalf"]}.items()]
    sent = {
        "edition": "2022",
        "query": PAYROLL,
        "scope": scope,
        "deductions": [{"kind": "paid_on_behalf", "amount": "20.5", "currency": "CNY"}],
        "chosen": "B11",
        "mixed": [{"question": "priced", "values": ["single"]}],
    }
    record = read_record(sent, known_classifier(), datetime(2026, 1, 8, 1, 0, tzinfo=UTC)).record
    assert record is not None
    return record


def test_a_description_brings_classes_with_reasons_and_proposed_answers() -> None:
    page = post(filler(), "search", text=PAYROLL).text

    assert "B11 人力资源管理服务" in page
    assert '<span class="word">工资<small>常用说法</small></span>' in page
    assert "按描述中的“代缴”“工资”预选，请核对。" in page
    assert ("chosen", "B11") in checked(page)
    assert ("scope:amount", "paid_on_behalf") in checked(page)


def test_an_exclusion_that_moved_the_ranking_is_told() -> None:
    page = post(filler(), "search", text="电子商务平台上线前的测试").text

    assert "I13 测试服务 不包括“电子商务平台的测试”，归入本类。" in page


def test_classes_of_design_come_with_the_usual_shares() -> None:
    page = post(filler(), "search", text="海外污水处理厂可行性研究与初步设计").text

    assert "参考范围：道路 EPC 项目 5%～8%；电站、体育场、桥梁 EPC 项目 8%～15%。" in page


def test_without_a_description_nothing_is_searched() -> None:
    portal = filler()

    answer = post(portal, "search", text="  ")

    assert answer.status_code == 422
    assert "请先写几句合同是做什么的。" in answer.text
    assert portal.classes.asked == []


def test_words_that_are_not_known_are_said_to_be_so() -> None:
    page = post(filler(), "search", text="嗯嗯啊啊").text

    assert "描述里没有找到认得的说法" in page


def test_one_question_leads_to_the_next() -> None:
    portal = filler()

    first = portal.browser.get(URL).text
    second = post(portal, "answer", **{"scope:organisations": "yes"}).text

    assert "发包方是企业、政府、社团等组织吗？" in first
    assert "是受他方委托、授权或与他方合作而做的吗？" not in first
    assert "是受他方委托、授权或与他方合作而做的吗？" in second


def test_a_reason_not_to_file_is_shown_and_can_not_be_taken() -> None:
    answers = {"scope:organisations": "yes", "scope:own": "yes", "scope:statutory": "yes"}

    answer = post(filler(), "adopt", text=PAYROLL, chosen="B11", **answers)

    assert answer.status_code == 422
    assert "不予填报：法定须由第三方完成" in answer.text
    assert "按所答，这份合同不予填报，不能带回报表。" in answer.text


def test_an_answer_that_was_changed_takes_later_ones_with_it() -> None:
    page = post(filler(), "answer", **{**PLAIN, "scope:organisations": "no"}).text

    assert checked(page) == [("scope:organisations", "no")]
    assert "不予填报：不是组织之间的外包" in page


def test_what_is_deducted_is_added_up() -> None:
    answers = {**PLAIN, "scope:product": "stated", "scope:amount": "paid_on_behalf"}
    amounts = {"amount:product_value": "100.5", "amount:paid_on_behalf": "20"}

    page = post(filler(), "adopt", chosen="B11", **answers, **amounts).text

    assert "<strong>B11</strong>；206 先扣除 <strong>120.5</strong> 万元" in page


@pytest.mark.parametrize("amount", ["", "-1", "1e3", "一百", "0.1234567"])
def test_a_deduction_without_an_exact_amount_is_refused(amount: str) -> None:
    answers = {**PLAIN, "scope:amount": "paid_on_behalf"}

    answer = post(filler(), "adopt", chosen="B11", **answers, **{"amount:paid_on_behalf": amount})

    assert answer.status_code == 422
    assert "扣除的金额应为不小于 0 的数（万元），最多 6 位小数。" in answer.text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"chosen": ""}, "请选择一个业务类型。"),
        ({"chosen": "I99"}, "请选择一个业务类型。"),
        ({"asked": "", "chosen": "B11"}, "请先答完“要不要填报”的问题。"),
        (
            {"chosen": "B11", "mixed:priced": "no", "mixed:means": "builds"},
            "所选业务类型与“含几类服务”的回答不符，请改选或改答。",
        ),
    ],
)
def test_what_is_missing_or_does_not_fit_is_told(changes: dict[str, str], message: str) -> None:
    answer = post(filler(), "adopt", **{**PLAIN, **changes})

    assert answer.status_code == 422
    assert message in answer.text


def test_another_class_of_the_list_may_be_chosen() -> None:
    page = post(filler(), "adopt", text=PAYROLL, chosen="B11", other="B12", **PLAIN).text

    assert "企业2表 209 合同业务类型填 <strong>B12</strong>" in page


def test_the_page_is_for_those_who_read_filings() -> None:
    portal = make_portal()
    portal.sign_in(Role.DIRECTORY_DESK)

    answer = portal.browser.get(URL)

    assert answer.status_code == 403


def test_a_page_from_elsewhere_changes_nothing() -> None:
    portal = filler()

    answer = portal.browser.post(URL, data={"go": "search", "text": PAYROLL})

    assert answer.status_code == 403
    assert portal.classes.asked == []


def contract_filler(**changes: object) -> Portal:
    """Return the portal of somebody who has begun 企业2表."""
    portal = filler()
    made = make_filing("enterprise-2", **{"unit_id": "u1", "answers": {"203": {"content": PAYROLL}}, **changes})
    portal.filings.items[made["id"]] = made
    return portal


def test_the_page_begins_with_what_the_form_says_of_the_contract() -> None:
    page = contract_filler().browser.get(f"{URL}?filing={FILING_ID}").text

    assert f">\n{PAYROLL}</textarea>" in page
    assert "采用，填回报表" in page


@pytest.mark.parametrize("filing", ["x", "0" * 32, "../" * 10 + "ab"])
def test_a_filing_that_is_not_there_is_not_found(filing: str) -> None:
    answer = contract_filler().browser.get(URL, query_string={"filing": filing})

    assert answer.status_code == 404


def test_another_form_has_no_class_to_find() -> None:
    portal = filler()
    made = make_filing("platform-1", unit_id="u1")
    portal.filings.items[made["id"]] = made

    answer = portal.browser.get(URL, query_string={"filing": FILING_ID})

    assert answer.status_code == 404


def test_the_choice_is_saved_with_what_is_deducted() -> None:
    portal = contract_filler()
    answers = {**PLAIN, "scope:amount": "paid_on_behalf", "amount:paid_on_behalf": "20.50"}

    answer = post(portal, "adopt", filing=FILING_ID, chosen="B11", **answers)

    saved = portal.filings.items[FILING_ID]["answers"]
    assert (answer.status_code, answer.location) == (303, f"/filings/{FILING_ID}?done=saved#at-209")
    assert saved == {"203": {"content": PAYROLL}, "206": {"deducted": "20.5"}, "209": "B11"}
    assert [(each.chosen, each.outcome, str(each.deductions[0].amount)) for each in portal.classes.kept] == [
        ("B11", "part", "20.50")
    ]


def test_the_page_goes_on_where_the_class_was_found_before() -> None:
    record = dump_record(known_record())

    page = contract_filler(classification=record).browser.get(f"{URL}?filing={FILING_ID}").text

    assert ("chosen", "B11") in checked(page)
    assert ("scope:amount", "paid_on_behalf") in checked(page)
    assert 'name="amount:paid_on_behalf" value="20.5"' in page


def test_a_filing_that_can_not_be_changed_any_more_says_so() -> None:
    portal = contract_filler()
    portal.filings.error = Conflict("报表已报送，不能修改。")

    answer = post(portal, "adopt", filing=FILING_ID, chosen="B11", **PLAIN)

    assert answer.status_code == 409
    assert "报表已报送，不能修改。" in answer.text


def test_a_record_tells_a_reviewer_what_was_asked_answered_found_and_chosen() -> None:
    classes, record = FakeClasses(), known_record()

    view = record_view(cast(RecordAnswer, dump_record(record)), classes.paths(), classes.list())

    assert (view.outcome, view.chosen, view.rank) == ("纳入，部分金额扣除", "B11 人力资源管理服务", 1)
    assert view.deductions == ("代发代缴代垫的款项 20.5 万元（CNY）",)
    assert ("合同的主要内容是下列之一吗？", "都不是") in view.answers
    assert view.answers[-1] == ("合同金额里含下列款项吗？可多选", "代发代缴代垫的工资、社保、差旅等")
    assert view.mixed_result.startswith("只有一类服务")
    assert {"工资", "社保"} <= set(view.candidates[0].words)


def test_every_reviewer_sees_how_the_class_was_found() -> None:
    portal = make_portal()
    record = dump_record(known_record())
    keep_filing(portal, make_submitted_filing(), make_version(classification=record))
    portal.sign_in("county_reviewer")

    page = portal.browser.get(f"/filings/{FILING_ID}/review").text

    assert "纳入，部分金额扣除" in page
    assert "<strong>B11 人力资源管理服务</strong>（按描述排在第 1 位）" in page
    assert "扣除：代发代缴代垫的款项 20.5 万元（CNY）" in page
    assert "<dt>合同的主要内容是下列之一吗？</dt><dd>都不是</dd>" in page


def test_a_version_without_a_record_shows_none() -> None:
    portal = make_portal()
    keep_filing(portal, make_submitted_filing(), make_version())
    portal.sign_in("county_reviewer")

    page = portal.browser.get(f"/filings/{FILING_ID}/review").text

    assert "分类记录" not in page


def test_the_way_through_a_path_leaves_out_what_it_does_not_ask() -> None:
    path = FakeClasses().paths()["scope"]

    kept = on_path(path, {"own": ("yes",), "organisations": ("yes",), "amount": (), "statutory": ("perhaps",)})
    following = open_question(path, kept)

    assert kept == {"organisations": ("yes",), "own": ("yes",)}
    assert following is not None
    assert following["id"] == "statutory"

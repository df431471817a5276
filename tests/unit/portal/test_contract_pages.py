"""The contract ledger and the register of vouchers as pages."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import unquote

import pytest

from services.portal.presenters.controls import AMOUNT_MISSING
from shared.errors import Conflict, Invalid, Problem
from shared.identity.actor import Role
from tests.support.portal import Portal, make_portal
from tests.support.portal_contracts import make_contract, make_voucher
from tests.support.portal_filing import make_filing

ONE = f"/contracts/{make_contract()['id']}"
VOUCHER = make_voucher()["id"]
TOLD = {"bank": "中国银行杭州分行", "number": "PZ-1", "dated_on": "2025-12-20", "total": "70"}


def signed_in(role: Role) -> Portal:
    portal = make_portal()
    portal.sign_in(role)
    return portal


def test_a_unit_sees_its_contracts_with_what_is_executed_and_their_sums() -> None:
    page = signed_in(Role.ENTERPRISE).browser.get("/contracts").text

    assert "HZ-2025-001（1）" in page
    assert "50.0%" in page
    assert "1 项合同，合同金额 100，累计执行 50" in page
    assert "杭州软件研发有限公司" not in page
    assert "凭证登记簿" in page


def test_a_department_sees_whose_they_are_and_sums_of_one_unit_only() -> None:
    portal = signed_in(Role.COUNTY_REVIEWER)

    page, of_unit = portal.browser.get("/contracts").text, portal.browser.get("/contracts?unit=u1&state=1").text

    assert "杭州软件研发有限公司" in page
    assert "合计" not in page
    assert "合计" in of_unit
    assert portal.contracts.asked[-1] == {"state": "1", "unit": "u1"}


def test_a_filter_that_is_refused_is_told_at_its_field() -> None:
    portal = signed_in(Role.ENTERPRISE)
    portal.contracts.error = Invalid([Problem("/business_class", "pattern", "格式不正确。")])

    answer = portal.browser.get("/contracts?business_class=软件")

    assert answer.status_code == 422
    assert 'id="business_class-e"' in answer.text


def test_a_contract_shows_its_executions_in_a_table_and_as_a_curve() -> None:
    page = signed_in(Role.ENTERPRISE).browser.get(ONE).text

    assert "截至 2025-12-15，累计执行 10 万美元" in page
    assert "合同金额 100 万美元，至 2025-12-20 累计执行 50 万美元。" in page
    assert '<span class="state state-warning">顺延</span>' in page
    points = re.findall(r'points="([^"]*)"', page)[0].split()
    assert len(points) == 3
    assert float(points[0].split(",")[1]) > float(points[-1].split(",")[1])


def test_a_contract_without_executions_has_no_curve() -> None:
    portal = signed_in(Role.ENTERPRISE)
    portal.contracts.rows = [make_contract(lines=[], usd="0", executed="0")]

    page = portal.browser.get(ONE).text

    assert "<polyline" not in page
    assert "还没有执行情况。" in page


def test_a_correction_under_review_stands_beside_what_is_in_force() -> None:
    portal = signed_in(Role.COUNTY_REVIEWER)
    line = {**make_contract()["lines"][0], "pending": {"dated_on": "2025-12-21", "executed": "45"}}
    portal.contracts.rows = [make_contract(lines=[line])]

    page = portal.browser.get(ONE).text

    assert "待审核：2025-12-21，45" in page
    assert "查看报表" in page


def test_a_voucher_is_registered_and_its_amount_told_anew() -> None:
    portal = signed_in(Role.ENTERPRISE)

    registered = portal.post("/vouchers", key="k1", **TOLD)
    changed = portal.post(f"/vouchers/{VOUCHER}", key="k2", version="2", dated_on="2025-12-20", total="80")

    assert (registered.status_code, changed.status_code) == (303, 303)
    assert portal.contracts.sent == [
        {"key": "k1", **TOLD},
        {"id": VOUCHER, "version": 2, "dated_on": "2025-12-20", "total": "80"},
    ]


def test_a_voucher_without_an_amount_says_so_and_opens_its_form() -> None:
    portal = signed_in(Role.ENTERPRISE)
    portal.contracts.kept = [make_voucher(total=None, remaining=None)]

    page = portal.browser.get("/vouchers").text
    opened = portal.browser.get(f"/vouchers?voucher={VOUCHER}").text

    assert "未登记" in page
    assert f'action="/vouchers/{VOUCHER}"' in opened


def test_a_form_brings_bank_and_number_along() -> None:
    page = signed_in(Role.ENTERPRISE).browser.get("/vouchers?bank=某银行&number=PZ-7").text

    assert 'value="某银行"' in page
    assert 'value="PZ-7"' in page


@pytest.mark.parametrize(
    ("error", "status", "anchor"),
    [
        (Invalid([Problem("/total", "below_used", "凭证金额小于已填报的各笔执行金额之和。")]), 422, "total-e"),
        (Conflict(), 409, "number-e"),
    ],
)
def test_what_is_wrong_with_a_voucher_stands_beside_the_field(error: Exception, status: int, anchor: str) -> None:
    portal = signed_in(Role.ENTERPRISE)
    portal.contracts.error = error

    answer = portal.post("/vouchers", key="k1", **TOLD)

    assert answer.status_code == status
    assert f'id="{anchor}"' in answer.text
    assert 'value="PZ-1"' in answer.text


def test_a_department_has_no_register_of_its_own() -> None:
    assert signed_in(Role.COUNTY_REVIEWER).browser.get("/vouchers").status_code == 403


@pytest.mark.parametrize(("form", "revision", "is_shown"), [("enterprise-2", 1, True), ("enterprise-2", 0, False)])
def test_a_correction_shows_before_its_submission_what_it_moves(form: str, revision: int, is_shown: bool) -> None:
    portal = signed_in(Role.OPERATOR)
    filing = make_filing(form, unit_id="u1", revision=revision)
    portal.filings.items[filing["id"]] = filing

    page = portal.browser.get(f"/filings/{filing['id']}/submission").text

    assert ("本次更正的影响" in page) is is_shown
    assert ("对已签发资料的影响" in page) is is_shown
    assert ('<td class="number">150</td>' in page) is is_shown


def test_a_contract_shows_what_was_agreed_since_and_leads_to_its_month_and_its_sheet() -> None:
    portal = signed_in(Role.ENTERPRISE)

    page = portal.browser.get(ONE).text
    portal.contracts.rows = [make_contract(state="2")]
    completed = portal.browser.get(ONE).text

    assert "补充协议增加测试工作" in page
    assert re.search(r"第 2 次</a></th><td>变更</td>.*有效", page)
    assert re.search(r"第 1 次</a></th><td>首次填报</td>.*已被替代", page)
    assert f'href="{ONE}/sheet"' in page
    assert "填报执行" in page
    assert "填报执行" not in completed


def test_the_sheet_of_a_contract_adds_up_its_parts_and_its_executions() -> None:
    page = signed_in(Role.COUNTY_REVIEWER).browser.get(f"{ONE}/sheet").text

    sums = re.findall(r"<tfoot>(.*?)</tfoot>", page, re.S)
    numbers = [re.findall(r'<td class="number">([^<]*)</td>', each) for each in sums]
    assert numbers == [["160", "50", "40", "110"], ["40", "36", "50", "40", "50"]]
    assert "（不含期初余额）" in page
    assert f"/filings/{make_contract()['id']}/versions/2/print" in page


def test_the_sheet_of_a_contract_without_parts_executions_and_opening_says_so() -> None:
    portal = signed_in(Role.ENTERPRISE)
    portal.contracts.rows = [make_contract(parts=[], lines=[], opening=None, amendments=[], executed="0")]

    page = portal.browser.get(f"{ONE}/sheet").text

    assert "各分项" not in page
    assert "还没有执行情况。" in page
    assert "/print" not in page
    assert "不含期初余额" not in page


def test_what_can_not_be_opened_is_counted_on_every_page() -> None:
    portal = signed_in(Role.ENTERPRISE)
    portal.contracts.unreadable = 2
    portal.contracts.rows = [make_contract(unreadable=1)]

    pages = {path: portal.browser.get(path).text for path in ("/contracts", "/vouchers", ONE, f"{ONE}/sheet")}

    assert "本页有 2 项合同的记录损坏" in pages["/contracts"]
    assert "本页有 2 张凭证的记录损坏" in pages["/vouchers"]
    assert "另有 1 个分项的记录损坏" in pages[ONE]
    assert "另有 1 个分项的记录损坏" in pages[f"{ONE}/sheet"]


def test_the_filter_by_class_looks_classes_up_and_takes_what_was_chosen() -> None:
    portal = signed_in(Role.ENTERPRISE)

    page = portal.browser.get("/contracts?business_class=i11 软件研发服务").text

    assert 'data-list="/code-lists/business_class/2022"' in page
    assert 'value="i11 软件研发服务"' in page
    assert portal.contracts.asked[-1] == {"business_class": "I11"}


def test_the_ministry_looks_classes_up_too() -> None:
    found = signed_in(Role.MINISTRY).browser.get("/code-lists/business_class/2022?q=软件")

    assert found.status_code == 200


def test_the_list_of_contracts_leads_to_the_month_and_back() -> None:
    portal = signed_in(Role.ENTERPRISE)

    assert 'href="/month-end"' in portal.browser.get("/contracts").text
    assert 'href="/contracts"' in portal.browser.get("/month-end?period=2025-12").text


@pytest.mark.parametrize(
    ("way", "back"),
    [
        (f"filing={VOUCHER}", f"/filings/{VOUCHER}?done=voucher_told"),
        ("period=2025-12", "/month-end?period=2025-12&done=voucher_told"),
        ("period=//evil.example", "/vouchers?done=saved"),
        ("filing=../sign-out", "/vouchers?done=saved"),
    ],
)
def test_whoever_comes_from_a_form_to_tell_an_amount_goes_back_to_it(way: str, back: str) -> None:
    portal = signed_in(Role.ENTERPRISE)
    portal.contracts.kept = [make_voucher(total=None, remaining=None)]
    named = f"bank={make_voucher()['bank']}&number={make_voucher()['number']}"

    page = portal.browser.get(f"/vouchers?{named}&{way}").text
    action = unescape(re.findall(rf'action="(/vouchers/{VOUCHER}[^"]*)"', page)[0])
    told = portal.post(action, key="k2", version="2", dated_on="2025-12-20", total="80")

    assert (told.status_code, told.headers["Location"]) == (303, back)


def test_the_finding_that_an_amount_is_missing_leads_to_the_register_and_back() -> None:
    portal = signed_in(Role.OPERATOR)
    words = dict.fromkeys(("title", "text", "expected", "explanation"), "请先登记凭证金额。")
    finding = {"key": "k", "rule": AMOUNT_MISSING, "severity": "error", "pointers": ["/307"], "indicators": [], **words}
    answers = {"306": "中国银行", "307": "PZ-1"}
    filing = make_filing("enterprise-3", unit_id="u1", answers=answers, findings=[finding])
    portal.filings.items[filing["id"]] = filing

    page = portal.browser.get(f"/filings/{filing['id']}").text

    (link,) = [unescape(each) for each in re.findall(r'href="(/vouchers\?[^"]*)"', page)]
    assert unquote(link) == f"/vouchers?bank=中国银行&number=PZ-1&filing={filing['id']}#told"

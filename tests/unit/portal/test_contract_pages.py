"""The contract ledger and the register of vouchers as pages."""

from __future__ import annotations

import re

import pytest

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
    assert ("尚未接入发布库" in page) is is_shown
    assert ('<td class="number">150</td>' in page) is is_shown

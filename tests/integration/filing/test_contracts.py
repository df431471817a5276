"""The contract ledger over HTTP on the real database: parts, executions, corrections, vouchers, whoever comes at once."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shared.identity.actor import Actor
from shared.ids import new_id
from tests.support.filing_site import COUNTY_REVIEWER, DECISION, MINISTRY, FilingSite, Json
from tests.support.filing_typed import BASICS, CONTRACT, EXECUTION

PERIOD = "2025-12"


@pytest.fixture
def firm(filing_site: FilingSite) -> Actor:
    """A firm that has filed its basic information."""
    filing_site.create(MINISTRY, "/collection-decisions", DECISION)
    firm = filing_site.enterprise()
    _filed(filing_site, firm, "enterprise-1", "2025", BASICS)
    return firm


def test_310_goes_on_over_executions_and_corrections_with_the_opening_balance(
    filing_site: FilingSite, firm: Actor
) -> None:
    contract = _contract(filing_site, firm, opening={"executed": "10", "settled": "4", "as_of": "2025-12-15"})
    late = _execution(filing_site, firm, "40", day="2025-12-31")
    early = _execution(filing_site, firm, "20", day="2025-12-20")

    before = _read(filing_site, firm, contract)
    _approved(filing_site, early)
    corrected = filing_site.json(
        firm, "POST", f"/filings/{early['id']}/correction", _version(filing_site, firm, early), json={}
    )
    answers = {**_typed("25", "2025-12-20"), "307": "BOC-25"}
    corrected = filing_site.save(firm, corrected, answers=answers, explanations=_explained(corrected))
    waiting = filing_site.submit(firm, corrected).json or {}
    meanwhile = _read(filing_site, firm, contract)
    _approved(filing_site, waiting)

    after = _read(filing_site, firm, contract)
    assert [(line["filing_id"], line["cumulative"]) for line in before["lines"]] == [
        (early["id"], "30"),
        (late["id"], "70"),
    ]
    assert (before["executed"], before["remaining"]) == ("70", "30")
    assert meanwhile["lines"][0]["pending"]["executed"] == "25"
    assert meanwhile["executed"] == "70"
    assert [line["cumulative"] for line in after["lines"]] == ["35", "75"]
    assert after["executed"] == "75"


def test_parts_of_a_number_are_contracts_of_their_own_that_know_each_other(
    filing_site: FilingSite, firm: Actor
) -> None:
    first = _contract(filing_site, firm, part="1")
    second = _contract(filing_site, firm, part="2")
    again = _drafted(filing_site, firm, "enterprise-2", PERIOD, _terms(part="１"))

    refused = filing_site.submit(firm, again)

    assert refused.status_code == 422
    assert [each["code"] for each in (refused.json or {})["errors"]] == ["e2-number-taken"]
    assert [each["id"] for each in _read(filing_site, firm, first)["parts"]] == [second["id"]]
    listed = filing_site.json(firm, "GET", "/contracts?number=HZ-2025-001")["items"]
    assert {each["id"] for each in listed} == {first["id"], second["id"]}
    assert filing_site.json(firm, "GET", "/contracts/totals")["amount"] == "200"


def test_a_voucher_settles_two_executions_once_its_amount_is_told_and_never_more(
    filing_site: FilingSite, firm: Actor
) -> None:
    _contract(filing_site, firm)
    _execution(filing_site, firm, "40", voucher="PZ-1")
    second = _drafted(filing_site, firm, "enterprise-3", PERIOD, {**_typed("30"), "307": "pz-1"})

    without_amount = filing_site.submit(firm, second)
    (voucher,) = filing_site.json(firm, "GET", "/vouchers")["items"]
    too_little = filing_site.call(
        firm, "PUT", f"/vouchers/{voucher['id']}", voucher["version"], json=_amount("39.999999")
    )
    short = filing_site.json(firm, "PUT", f"/vouchers/{voucher['id']}", voucher["version"], json=_amount("60"))
    overdrawn = filing_site.submit(firm, second)
    filing_site.json(firm, "PUT", f"/vouchers/{voucher['id']}", short["version"], json=_amount("70"))
    settled = filing_site.submit(firm, second)

    full = filing_site.json(firm, "GET", f"/vouchers/{voucher['id']}")
    assert _codes(without_amount) == {"e3-voucher-amount-missing"}
    assert (too_little.status_code, _codes(too_little)) == (422, {"below_used"})
    assert _codes(overdrawn) == {"e3-voucher-overdrawn"}
    assert settled.status_code == 200
    assert (full["used"], full["remaining"], len(full["shares"])) == ("70", "0", 2)


def test_of_executions_that_overdraw_a_voucher_at_once_only_what_it_covers_goes_through(
    filing_site: FilingSite, firm: Actor
) -> None:
    _contract(filing_site, firm)
    filing_site.create(firm, "/vouchers", {"bank": "中国银行杭州分行", "number": "PZ-9", **_amount("50")})
    drafts = [_drafted(filing_site, firm, "enterprise-3", PERIOD, {**_typed("20"), "307": "PZ-9"}) for _ in range(4)]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda each: filing_site.submit(firm, each).status_code, drafts))

    (voucher,) = filing_site.json(firm, "GET", "/vouchers")["items"]
    (contract,) = filing_site.json(firm, "GET", "/contracts")["items"]
    assert sorted(answers)[:2] == [200, 200]
    assert set(answers[2:]) <= {200, 409, 422}
    assert answers.count(200) == 2
    assert voucher["used"] == contract["executed"] == "40"


def test_of_contracts_with_one_number_that_come_at_once_one_is_taken(filing_site: FilingSite, firm: Actor) -> None:
    drafts = [_drafted(filing_site, firm, "enterprise-2", PERIOD, _terms()) for _ in range(4)]

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(lambda each: filing_site.submit(firm, each).status_code, drafts))

    assert answers[0] == 200
    assert set(answers[1:]) <= {409, 422}
    assert len(filing_site.json(firm, "GET", "/contracts")["items"]) == 1


def test_what_is_taken_back_or_returned_leaves_the_account(filing_site: FilingSite, firm: Actor) -> None:
    contract = _contract(filing_site, firm)
    execution = _execution(filing_site, firm, "40", voucher="PZ-1")

    returned = filing_site.json(
        COUNTY_REVIEWER,
        "POST",
        f"/filings/{execution['id']}/return",
        execution["version"],
        json={"reason_code": "implausible", "reason": "请核实", "signatory": "张审核", "pointers": []},
    )

    shown = _read(filing_site, firm, contract)
    (voucher,) = filing_site.json(firm, "GET", "/vouchers")["items"]
    assert returned["state"] == "returned"
    assert (shown["executed"], shown["lines"], voucher["shares"]) == ("0", [], [])
    filing_site.json(COUNTY_REVIEWER, "POST", f"/filings/{execution['id']}/undo", returned["version"], json={})
    assert _read(filing_site, firm, contract)["executed"] == "40"


def test_a_correction_shows_first_what_it_moves(filing_site: FilingSite, firm: Actor) -> None:
    contract = _contract(filing_site, firm)
    _execution(filing_site, firm, "40")
    approved = _approved(filing_site, filing_site.json(firm, "GET", f"/filings/{contract['id']}"))
    amended = filing_site.json(firm, "POST", f"/filings/{contract['id']}/correction", approved["version"], json={})
    change = {"kind": "2", "effective_on": "2025-12-20", "reason": "补充协议"}
    answers = {**_terms(), "206": {"amount": "150", "currency": "USD", "usd": "150"}, "change": change}
    filing_site.save(firm, amended, answers=answers)

    (impact,) = filing_site.json(firm, "GET", f"/filings/{contract['id']}/impact")["items"]

    moved = {(each["measure"], each["month"]): (each["before"], each["after"]) for each in impact["moves"]}
    assert moved == {
        ("amount", None): ("100", "150"),
        ("remaining", None): ("60", "110"),
        ("month_amount", "2026-01"): ("100", "150"),
    }
    assert "change" not in amended["answers"]


def test_a_contract_shows_what_was_agreed_at_first_and_since(filing_site: FilingSite, firm: Actor) -> None:
    contract = _contract(filing_site, firm)
    approved = _approved(filing_site, filing_site.json(firm, "GET", f"/filings/{contract['id']}"))
    amended = filing_site.json(firm, "POST", f"/filings/{contract['id']}/correction", approved["version"], json={})
    change = {"kind": "2", "effective_on": "2025-12-20", "reason": "补充协议"}
    answers = {**_terms(), "206": {"amount": "150", "currency": "USD", "usd": "150"}, "change": change}
    amended = filing_site.save(firm, amended, answers=answers)
    amended = filing_site.save(firm, amended, answers=answers, explanations=_explained(amended))
    waiting = filing_site.submit(firm, amended).json or {}

    before = _read(filing_site, firm, contract)["amendments"]
    _approved(filing_site, waiting)
    after = _read(filing_site, firm, contract)["amendments"]

    kept = ("no", "standing", "kind_label", "effective_on", "reason", "usd")
    first, second = (1, "in_force", "", None, "", "100"), (2, "pending", "变更", "2025-12-20", "补充协议", "150")
    assert [tuple(each[name] for name in kept) for each in before] == [second, first]
    assert [each["standing"] for each in after] == ["in_force", "replaced"]


def test_the_number_of_a_contract_may_be_corrected_and_its_executions_stay_with_it(
    filing_site: FilingSite, firm: Actor
) -> None:
    contract = _contract(filing_site, firm)
    execution = _execution(filing_site, firm, "40")
    approved = _approved(filing_site, filing_site.json(firm, "GET", f"/filings/{contract['id']}"))
    renamed = filing_site.json(firm, "POST", f"/filings/{contract['id']}/correction", approved["version"], json={})
    answers = {**_terms(), "202": {"number": "HZ-2025-002"}, "change": {"kind": "1", "reason": "合同号填错"}}
    renamed = filing_site.save(firm, renamed, answers=answers)
    renamed = filing_site.save(firm, renamed, answers=answers, explanations=_explained(renamed))
    _approved(filing_site, filing_site.submit(firm, renamed).json or {})

    _approved(filing_site, execution)

    shown = _read(filing_site, firm, contract)
    assert (shown["number"], shown["executed"]) == ("HZ-2025-002", "40")
    assert [line["standing"] for line in shown["lines"]] == ["in_force"]


def test_an_execution_that_names_another_client_than_its_contract_is_asked_why(
    filing_site: FilingSite, firm: Actor
) -> None:
    _contract(filing_site, firm)
    draft = filing_site.begin(firm, "enterprise-3", PERIOD)

    names = ({"foreign_name": "Delta Ltd", "chinese_name": "德尔塔"}, {"foreign_name": "Gamma Ltd"})
    same, other = (
        (draft := filing_site.save(firm, draft, answers={**_typed("40"), "302": each}))["findings"] for each in names
    )

    found = [[each["rule"] for each in findings if "client" in each["rule"]] for findings in (same, other)]
    assert found == [[], ["e3-client-foreign-differs"]]


def test_nobody_else_sees_a_contract_or_a_voucher(filing_site: FilingSite, firm: Actor) -> None:
    contract = _contract(filing_site, firm)
    _execution(filing_site, firm, "40", voucher="PZ-1")
    (voucher,) = filing_site.json(firm, "GET", "/vouchers")["items"]
    rival = filing_site.enterprise("宁波数据服务有限公司")

    for path in (f"/contracts/{contract['id']}", f"/vouchers/{voucher['id']}"):
        assert filing_site.call(rival, "GET", path).status_code == 404
        assert filing_site.call(COUNTY_REVIEWER, "GET", path).status_code == 200
    assert filing_site.json(rival, "GET", "/contracts")["items"] == []
    assert (
        filing_site.json(COUNTY_REVIEWER, "GET", f"/contracts?unit={firm.unit_id}")["items"][0]["id"] == contract["id"]
    )
    assert filing_site.call(COUNTY_REVIEWER, "GET", "/contracts/totals").status_code == 404


def _terms(part: str = "", opening: Mapping[str, Any] | None = None) -> dict[str, Any]:
    number = {"number": CONTRACT["202"]["number"], **({"part": part} if part else {})}
    return {**CONTRACT, "202": number, **({"opening": opening} if opening else {})}


def _typed(amount: str, day: str = "2025-12-20") -> dict[str, Any]:
    return {
        **EXECUTION,
        "305": {"date": day, "carry_over_reason": "银行年末结算顺延"},
        "307": new_id(),
        "308": amount,
        "309": "0",
    }


def _amount(total: str) -> dict[str, str]:
    return {"dated_on": "2025-12-20", "total": total}


def _contract(site: FilingSite, firm: Actor, part: str = "", opening: Mapping[str, Any] | None = None) -> Json:
    return _filed(site, firm, "enterprise-2", PERIOD, _terms(part, opening))


def _execution(site: FilingSite, firm: Actor, amount: str, day: str = "2025-12-20", voucher: str = "") -> Json:
    answers = _typed(amount, day)
    return _filed(site, firm, "enterprise-3", PERIOD, {**answers, "307": voucher or answers["307"]})


def _drafted(site: FilingSite, firm: Actor, form: str, period: str, answers: Mapping[str, Any]) -> Json:
    filing = site.begin(firm, form, period)
    filing = site.save(firm, filing, answers=answers)
    return site.save(firm, filing, answers=answers, explanations=_explained(filing))


def _explained(filing: Json) -> dict[str, str]:
    return {each["rule"]: "已核实" for each in filing["findings"] if each["severity"] == "query"} | {
        "e3-voucher-again": "拆分结算"
    }


def _filed(site: FilingSite, firm: Actor, form: str, period: str, answers: Mapping[str, Any]) -> Json:
    answer = site.submit(firm, _drafted(site, firm, form, period, answers))
    assert answer.status_code == 200, answer.text
    return dict(answer.json or {})


def _approved(site: FilingSite, filing: Json) -> Json:
    return site.approve_through(filing)


def _version(site: FilingSite, firm: Actor, filing: Json) -> int:
    return int(site.json(firm, "GET", f"/filings/{filing['id']}")["version"])


def _read(site: FilingSite, firm: Actor, contract: Json) -> Json:
    return site.json(firm, "GET", f"/contracts/{contract['id']}")


def _codes(answer: Any) -> set[str]:
    return {each["code"] for each in (answer.json or {})["errors"]}

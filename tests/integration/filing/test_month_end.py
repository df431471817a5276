"""A whole month end over HTTP on the real servers: the grid, a workbook with an error on the way, nil, submitting all."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

import openpyxl
import pytest

from shared.identity.actor import Actor
from shared.ids import new_id
from tests.support.filing_site import COUNTY_REVIEWER, SIGN_OFF, FilingSite, Json
from tests.support.filing_typed import BASICS, CONTRACT

MONTH = "2026-01"
OPEN, TYPED = 20, 15


@pytest.fixture
def firm(filing_site: FilingSite) -> Actor:
    """A firm that has filed its basic information."""
    firm = filing_site.enterprise()
    _filed(filing_site, firm, "enterprise-1", "2025", BASICS)
    return firm


def test_a_month_end_from_twenty_open_contracts_to_the_receipts(filing_site: FilingSite, firm: Actor) -> None:
    site = filing_site
    _contracts(site, firm, OPEN)
    proposed = _month(site, firm)["contracts"]
    saved = site.create(firm, "/executions", _lines(proposed[:TYPED]))

    workbook = _typed_in(site.call(firm, "GET", f"/filing-lists/enterprise-3/template?period={MONTH}").data)
    tried = _sent(site, firm, workbook("多"), "import", "&dry_run=true").json or {}
    refused = _sent(site, firm, workbook("多"), "import")
    marked = _sent(site, firm, workbook("多"), "marked").data
    taken = _sent(site, firm, workbook("3"), "import").json or {}
    nil_firm = site.enterprise("宁波数据服务有限公司")
    _filed(site, nil_firm, "enterprise-1", "2025", {**BASICS, "102": "宁波数据服务有限公司"})
    nil = site.create(nil_firm, "/nil-reports", {"period": MONTH, "reason": "当月没有执行"})
    drafts = [each for contract in _month(site, firm)["contracts"] for each in contract["executions"]]
    spoilt = site.create(firm, "/executions", _lines(proposed[:1], drafts[:1], typed={"308": None}))
    done = site.create(firm, "/submissions", _selection([*_current(drafts, spoilt)]))
    of_nil = site.create(nil_firm, "/submissions", _selection([nil]))

    assert len(proposed) == OPEN
    assert (saved["saved"], saved["refused"]) == (TYPED, 0)
    assert [(each["code"], each["pointer"]) for each in tried["faults"]] == [("not_amount", "/308")]
    assert (refused.status_code, [each["pointer"] for each in (refused.json or {})["errors"]]) == (
        422,
        [f"/lines/{OPEN - 1}/308"],
    )
    assert any(cell.comment for row in openpyxl.load_workbook(io.BytesIO(marked))["填报"].iter_rows() for cell in row)
    assert (taken["begun"], taken["blank"]) == (3, OPEN - 3)
    assert len(drafts) == TYPED + 3
    assert (done["submitted"], done["refused"]) == (TYPED + 2, 1)
    assert [each["pointer"] for each in done["items"][0]["problems"]] == ["/items/0/answers/308"]
    assert all(each["receipt"]["digest"] for each in done["items"][1:])
    assert (of_nil["submitted"], of_nil["items"][0]["state"]) == (1, "submitted")
    contracts = _month(site, firm)["contracts"]
    assert [each["executed"] for each in contracts] == ["0", *["10"] * (TYPED - 1), *["0"] * 2, *["3"] * 3]
    sums = [[one["cumulative"] for one in each["executions"]] for each in contracts]
    assert sums == [[None], *[["10"]] * (TYPED - 1), [], [], *[["3"]] * 3]
    reviewed = site.json(COUNTY_REVIEWER, "GET", f"/filings?form=enterprise-3&period={MONTH}&limit=100")["items"]
    assert [(each["is_late"], each["due"]) for each in reviewed] == [(False, "2026-01-31")] * (TYPED + 3)


def test_what_comes_after_its_month_is_late_for_whoever_looks(filing_site: FilingSite, firm: Actor) -> None:
    (contract,) = _contracts(filing_site, firm, 1)
    late = {"305": {"date": "2025-12-20", "carry_over_reason": "银行年末结算顺延"}}
    body = {**_lines([{"id": contract}], typed=late), "period": "2025-12"}
    (line,) = filing_site.create(firm, "/executions", body)["lines"]

    done = filing_site.create(firm, "/submissions", _selection([line]))

    assert done["items"][0]["is_late"]
    assert _month(filing_site, firm, "2025-12")["is_overdue"]
    for actor in (firm, COUNTY_REVIEWER):
        shown = filing_site.json(actor, "GET", f"/filings/{line['id']}")
        assert (shown["is_late"], shown["due"]) == (True, "2025-12-31")


def test_requests_that_are_repeated_have_one_effect(filing_site: FilingSite, firm: Actor) -> None:
    _contracts(filing_site, firm, 3)
    body, key = _lines(_month(filing_site, firm)["contracts"]), {"Idempotency-Key": new_id()}

    first, again = (filing_site.json(firm, "POST", "/executions", json=body, headers=key) for _ in range(2))
    chosen, key = _selection(first["lines"]), {"Idempotency-Key": new_id()}
    done, redone = (filing_site.json(firm, "POST", "/submissions", json=chosen, headers=key) for _ in range(2))

    assert first == again
    assert done == redone
    assert done["submitted"] == 3
    assert {each["executed"] for each in _month(filing_site, firm)["contracts"]} == {"10"}


def test_a_month_is_read_with_the_same_few_queries_however_many_contracts_there_are(
    filing_site: FilingSite, firm: Actor
) -> None:
    _contracts(filing_site, firm, 2)
    few = _queries(filing_site, lambda: _month(filing_site, firm))
    _contracts(filing_site, firm, 8, first=2)
    filing_site.create(firm, "/executions", _lines(_month(filing_site, firm)["contracts"]))

    many = _queries(filing_site, lambda: _month(filing_site, firm))

    assert len(many) == len(few) <= 4
    assert not any("COLLSCAN" in str(each.get("planSummary")) for each in many)


def test_each_line_of_the_grid_costs_the_same_few_queries(filing_site: FilingSite, firm: Actor) -> None:
    _contracts(filing_site, firm, 12)
    contracts = _month(filing_site, firm)["contracts"]
    few = _queries(filing_site, lambda: filing_site.create(firm, "/executions", _lines(contracts[:2])))

    many = _queries(filing_site, lambda: filing_site.create(firm, "/executions", _lines(contracts[2:])))

    per_line = (len(many) - len(few)) / 8
    assert per_line <= 7
    assert not any("COLLSCAN" in str(each.get("planSummary")) and each.get("docsExamined") for each in many)


def _month(site: FilingSite, firm: Actor, period: str = MONTH) -> Json:
    return site.json(firm, "GET", f"/month-end?period={period}")


def _contracts(site: FilingSite, firm: Actor, count: int, first: int = 0) -> list[str]:
    numbers = [f"HT-{number:03}" for number in range(first, first + count)]
    answers = ({**CONTRACT, "202": {"number": number}} for number in numbers)
    return [_filed(site, firm, "enterprise-2", MONTH, each)["id"] for each in answers]


def _filed(site: FilingSite, firm: Actor, form: str, period: str, answers: Mapping[str, Any]) -> Json:
    filing = site.save(firm, site.begin(firm, form, period), answers=dict(answers))
    explained = {each["rule"]: "已核实" for each in filing["findings"] if each["severity"] == "query"}
    filing = site.save(firm, filing, answers=dict(answers), explanations=explained)
    answer = site.submit(firm, filing)
    assert answer.status_code == 200, answer.text
    return dict(answer.json or {})


def _lines(
    contracts: list[Json], drafts: list[Json] | None = None, typed: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return a body with an execution for each contract, in the place of drafts where they are given."""
    lines = []
    for number, contract in enumerate(contracts):
        draft = {} if drafts is None else {"filing": drafts[number]["id"], "version": drafts[number]["version"]}
        said = {
            "305": {"date": "2026-01-05"},
            "306": "中国银行杭州分行",
            "307": new_id(),
            "308": "10",
            "309": "10",
            **(typed or {}),
        }
        lines.append({"key": f"row-{number}", "contract": contract["id"], **draft, **said})
    return {"period": MONTH, "lines": lines}


def _selection(filings: list[Json]) -> dict[str, Any]:
    items = [{"id": each["id"], "version": each["version"]} for each in filings]
    return {"items": items, "sign_off": SIGN_OFF, "duties_read": True}


def _current(drafts: list[Json], saved: Json) -> list[Json]:
    """Return the drafts, the first at the version that was saved since."""
    return [{**drafts[0], "version": saved["lines"][0]["version"]}, *drafts[1:]]


def _typed_in(template: bytes) -> Callable[[str], bytes]:
    """Return what fills the last three of the proposed lines, the amount of the last as given."""

    def fill(last: str) -> bytes:
        book = openpyxl.load_workbook(io.BytesIO(template))
        sheet = book["填报"]
        names = {str(cell.value): cell.column for row in sheet.iter_rows() for cell in row if cell.value}
        first = max(cell.row for row in sheet.iter_rows() for cell in row if cell.value == "万美元") + 1
        for line in range(first + OPEN - 3, first + OPEN):
            sheet.cell(line, names["合同执行日期"], "2026-01-06")
            sheet.cell(line, names["银行名称"], "中国银行杭州分行")
            sheet.cell(line, names["银行汇兑凭证号"], f"PZ-{line}")
            sheet.cell(line, names["当期执行金额"], "3" if line < first + OPEN - 1 else last)
            sheet.cell(line, names["当期结汇金额"], "3")
        saved = io.BytesIO()
        book.save(saved)
        return saved.getvalue()

    return fill


def _sent(site: FilingSite, firm: Actor, workbook: bytes, verb: str, query: str = "") -> Any:
    headers = {"Content-Type": "application/octet-stream", "X-File-Name": "list.xlsx"}
    path = f"/filing-lists/enterprise-3/{verb}?period={MONTH}{query}"
    return site.call(firm, "POST", path, data=workbook, headers=headers)


def _queries(site: FilingSite, ask: Callable[[], object]) -> list[dict[str, Any]]:
    """Return what the database was asked meanwhile."""
    database = site.wired.database
    database.command("profile", 0)
    database.drop_collection("system.profile")
    database.command("profile", 2)
    ask()
    database.command("profile", 0)
    own = [f"{database.name}.{name}" for name in ("filings", "units", "accounts", "vouchers", "collection_decisions")]
    return list(database["system.profile"].find({"ns": {"$in": own}, "op": {"$in": ["query", "command"]}}))

"""Many filings in one workbook: proposed, filled in, tried, marked, taken in, and taken in again."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import openpyxl
import pytest

from services.filing.operations.drafts import begin_filing
from services.filing.operations.filing_lists import (
    Imported,
    import_filings,
    list_as_filed,
    list_to_fill,
    mark_filings,
)
from services.filing.operations.month_end import month_end
from services.filing.operations.selection import Selected, submit_selected
from shared.calls import Call
from shared.errors import Invalid, NotFound
from tests.support.filing_deps import Office
from tests.support.month_end import FIRM, MONTH, SIGN_OFF, contract, line, make_firm_office, save
from tests.support.workbooks import saved_elsewhere

EXECUTIONS, CONTRACTS = "enterprise-3", "enterprise-2"
TYPED = {
    "合同执行日期": "2026-01-15",
    "银行名称": "中国银行杭州分行",
    "银行汇兑凭证号": "PZ-1",
    "当期执行金额": "10",
    "当期结汇金额": "10",
}


@pytest.fixture
def office() -> Office:
    office = make_firm_office()
    for number in ("HT-1", "HT-2", "HT-3"):
        contract(office, number)
    return office


def template(office: Office, form: str = EXECUTIONS) -> bytes:
    return b"".join(list_to_fill(office.deps, Call(FIRM), form, MONTH))


def filled(workbook: bytes, *lines: Mapping[str, Any]) -> bytes:
    """Return the workbook with cells typed on its lines, by the names of their columns."""

    def fill(sheet: Any) -> None:
        names = {str(cell.value): cell.column for row in sheet.iter_rows() for cell in row if cell.value}
        first = max(cell.row for row in sheet.iter_rows() for cell in row if cell.value == "万美元") + 1
        for number, cells in enumerate(lines, first):
            for name, value in cells.items():
                sheet.cell(number, names[name], value)

    return saved_elsewhere(workbook, fill)


def taken(office: Office, workbook: bytes, form: str = EXECUTIONS, *, is_trial: bool = False) -> Imported:
    stream = io.BytesIO(workbook)
    return import_filings(office.deps, Call(FIRM), form, MONTH, "list.xlsx", stream, is_trial=is_trial)


def executions(office: Office) -> list[tuple[str, object]]:
    month = month_end(office.deps, Call(FIRM), MONTH)
    return [
        (each.account.terms.number, filing.working.answers["308"])
        for each in month.contracts
        for filing in each.executions
    ]


def test_the_open_contracts_are_proposed_one_on_each_line_and_what_is_left_alone_makes_nothing(office: Office) -> None:
    found = taken(office, filled(template(office), TYPED, {}, {**TYPED, "银行汇兑凭证号": "PZ-3"}))

    assert (found.is_saved, found.begun, found.changed, found.blank) == (True, 2, 0, 1)
    assert found.faults == ()
    assert executions(office) == [("HT-1", "10"), ("HT-3", "10")]


def test_the_same_file_again_changes_nothing_and_a_corrected_one_changes_its_drafts(office: Office) -> None:
    workbook = filled(template(office), TYPED, {**TYPED, "银行汇兑凭证号": "PZ-2"})
    taken(office, workbook)

    again = taken(office, workbook)
    corrected = taken(office, filled(workbook, {"当期执行金额": "12"}))

    assert (again.begun, again.changed, again.unchanged) == (0, 0, 2)
    assert (corrected.begun, corrected.changed, corrected.unchanged) == (0, 1, 1)
    assert executions(office) == [("HT-1", "12"), ("HT-2", "10")]


def test_a_trial_says_what_is_wrong_at_the_cells_and_stores_nothing(office: Office) -> None:
    before = dict(office.filings.kept)
    wrong = {**TYPED, "合同执行日期": "2026-01-32", "当期执行金额": "多"}
    missing = {**TYPED, "当期执行金额": ""}

    found = taken(office, filled(template(office), TYPED, wrong, missing), is_trial=True)

    assert [(each.row, each.pointer, each.code) for each in found.faults] == [
        (1, "/305/date", "date_malformed"),
        (1, "/308", "not_amount"),
        (2, "/308", "required"),
    ]
    assert found.faults[1].cell[-2:] == str(found.faults[1].line)
    assert office.filings.kept == before


def test_a_workbook_with_a_cell_that_cannot_be_read_changes_nothing(office: Office) -> None:
    before = dict(office.filings.kept)

    with pytest.raises(Invalid) as refused:
        taken(office, filled(template(office), TYPED, {**TYPED, "当期执行金额": "多"}))

    assert [each.pointer for each in refused.value.problems] == ["/lines/1/308"]
    assert office.filings.kept == before


def test_the_marked_copy_carries_each_fault_at_its_cell_and_can_be_mended_and_sent_again(office: Office) -> None:
    workbook = filled(template(office), TYPED, {**TYPED, "当期执行金额": "多", "银行汇兑凭证号": "PZ-2"})
    stream = io.BytesIO(workbook)

    copy = b"".join(mark_filings(office.deps, Call(FIRM), EXECUTIONS, MONTH, "list.xlsx", stream))

    sheet = openpyxl.load_workbook(io.BytesIO(copy))["填报"]
    noted = {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}
    assert any("错误" in text for text in noted.values())
    (bad,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == "多"]
    assert bad.coordinate in noted
    assert taken(office, filled(copy, {}, {"当期执行金额": "8"})).begun == 2


def test_what_was_filed_goes_out_and_comes_back_unchanged_and_is_not_changed_by_a_file(office: Office) -> None:
    first = month_end(office.deps, Call(FIRM), MONTH).contracts[0].account
    (saved,) = save(office, line(office.filings.get(first.id)))
    assert saved.filing is not None
    selected = [Selected(saved.filing.id, saved.filing.version)]
    submit_selected(office.deps, Call(FIRM), selected, SIGN_OFF, duties_read=True)
    out = b"".join(list_as_filed(office.deps, Call(FIRM), EXECUTIONS, MONTH))

    back = taken(office, out)
    with pytest.raises(Invalid) as refused:
        taken(office, filled(out, {"当期执行金额": "11"}))

    assert (back.begun, back.changed, back.unchanged) == (0, 0, 1)
    assert [each.code for each in refused.value.problems] == ["filed_already"]


def test_many_contracts_come_in_one_file_each_number_once(office: Office) -> None:
    out = b"".join(list_as_filed(office.deps, Call(FIRM), CONTRACTS, MONTH))
    renamed = filled(out, {"合同号": "HT-11"}, {"合同号": "HT-12"})

    back = taken(office, out, CONTRACTS)
    new = taken(office, renamed, CONTRACTS)
    with pytest.raises(Invalid) as refused:
        taken(office, filled(out, {"合同号": "HT-20"}, {"合同号": "ht-20"}), CONTRACTS)

    assert (back.begun, back.changed, back.unchanged) == (0, 0, 3)
    assert (new.begun, new.changed, new.unchanged) == (2, 0, 1)
    assert [(each.pointer, each.code) for each in refused.value.problems] == [("/lines/1/202/number", "contract_twice")]


@pytest.mark.parametrize("form", ["enterprise-1", "enterprise-4", "platform-1", "nothing-9"])
def test_a_form_that_is_filed_once_is_no_list(office: Office, form: str) -> None:
    with pytest.raises(NotFound):
        template(office, form)


def test_the_draft_that_was_begun_by_hand_is_found_by_what_it_says(office: Office) -> None:
    taken(office, filled(template(office), TYPED))
    begin_filing(office.deps, Call(FIRM), EXECUTIONS, MONTH)

    found = taken(office, filled(template(office), {**TYPED, "当期执行金额": "7"}))

    assert (found.begun, found.changed) == (0, 1)

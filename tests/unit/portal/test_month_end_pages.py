"""The page of a month's end: rows that stand for themselves, what is typed and kept, nil, submitting, Excel files."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import cast

import pytest
from werkzeug.test import TestResponse

from services.portal.model.month_end import ListRead
from shared.errors import Conflict, Invalid, KeyReused, Problem
from tests.support.portal import Portal, make_portal
from tests.support.portal_filing import FILING_ID, make_filing
from tests.support.portal_month_end import (
    CONTRACT_ID,
    EXECUTION_ID,
    make_contract,
    make_execution,
    make_month,
    make_outcome,
    make_saved,
)

NEW, OLD = f"n-{CONTRACT_ID}-0", f"f-{EXECUTION_ID}"
TYPED = {"305": "2026-01-05", "306": "中国银行", "307": "PZ-1", "308": "10", "309": "10"}
SIGNED = {"unit_head": "王小明", "statistics_head": "李晓红", "filler": "周海", "phone": "0571-88888888"}
PROBLEM = {
    "pointer": "/lines/0/308",
    "code": "not_amount",
    "message": "应为数值。",
    "expected": "数字",
    "indicator": "308",
}
FINDING = {
    "key": "e3-above-contract@/308",
    "rule": "e3-above-contract",
    "severity": "query",
    "title": "超过合同金额？",
    "text": "累计执行金额超过合同金额，请说明。",
    "expected": "",
    "pointers": ["/308"],
    "indicators": ["308"],
    "explanation": "",
}


@pytest.fixture
def portal() -> Portal:
    portal = make_portal()
    portal.sign_in("enterprise")
    return portal


def row(key: str = NEW, filing: str = "", version: str = "0", **texts: str) -> dict[str, str]:
    """Return the fields of a row as the page sends them."""
    typed = TYPED | texts
    return {f"{key}/contract": CONTRACT_ID, f"{key}/filing": filing, f"{key}/version": version} | {
        f"{key}/{code}": text for code, text in typed.items()
    }


def send(portal: Portal, path: str, fields: Mapping[str, object], **headers: str) -> TestResponse:
    sent = {"csrf_token": portal.csrf(), "period": "2026-01", "key": "k" * 32, **fields}
    return portal.browser.post(f"/month-end{path}", data=sent, headers=headers)


def asked(portal: Portal, verb: str) -> list[object]:
    return [what for name, what in portal.month_ends.asked if name == verb]


def test_each_open_contract_has_a_row_with_a_field_in_each_cell(portal: Portal) -> None:
    onshore = make_contract(id="d" * 32, number="HT-2", nature="1", nature_label="在岸合同")
    portal.month_ends.month = make_month(make_contract(), onshore)

    page = portal.browser.get("/month-end?period=2026-01").text

    assert page.count("data-row=") == 2
    assert f'name="{NEW}/309"' in page
    assert f'name="n-{"d" * 32}-0/309"' not in page
    assert "HT-2，执行日期" in page


def test_a_month_that_has_ended_says_so_and_a_late_execution_carries_its_mark(portal: Portal) -> None:
    late = make_execution(is_late=True, state="submitted", state_label="待审核", is_editable=False)
    portal.month_ends.month = make_month(make_contract(executions=[late]), is_overdue=True)

    page = portal.browser.get("/month-end?period=2026-01").text

    assert "已过报送时限，仍可填报" in page
    assert "逾期</span>" in page
    assert f'name="{OLD}/308"' not in page


def test_a_row_that_was_typed_is_sent_and_a_blank_one_is_not(portal: Portal) -> None:
    portal.month_ends.saved = [make_saved()]
    blank = row("n-other-0", **dict.fromkeys(TYPED, ""))

    answer = send(portal, "", {**row(), **blank})

    assert answer.location == "/month-end?period=2026-01&done=saved"
    assert asked(portal, "save") == [
        [
            {
                "key": NEW,
                "contract": CONTRACT_ID,
                "305": {"date": "2026-01-05"},
                "306": "中国银行",
                "307": "PZ-1",
                "308": "10",
                "309": "10",
            }
        ]
    ]


def test_a_draft_as_it_stands_is_not_saved_again_and_a_changed_one_on_its_version(portal: Portal) -> None:
    portal.month_ends.month = make_month(make_contract(executions=[make_execution()]))

    send(portal, "", row(OLD, EXECUTION_ID, "2"))
    send(portal, "", row(OLD, EXECUTION_ID, "2", **{"306": "不适用：现金结算"}))

    (lines,) = asked(portal, "save")
    assert isinstance(lines, list)
    assert [(each["filing"], each["version"], each["306"]) for each in lines] == [
        (EXECUTION_ID, 2, {"not_applicable": "现金结算"})
    ]


def test_a_refused_row_stays_as_it_was_typed_with_the_reason_at_its_cell(portal: Portal) -> None:
    portal.month_ends.saved = [make_saved(is_saved=False, id=None, problems=[PROBLEM])]

    answer = send(portal, "", row(**{"308": "十"}))

    assert answer.status_code == 422
    assert 'value="十"' in answer.text
    assert "当期执行：应为数值。应为：数字。（未保存）" in answer.text
    assert answer.text.count('aria-invalid="true"') == 1


def test_a_query_gets_a_box_and_what_is_said_goes_with_the_row(portal: Portal) -> None:
    portal.month_ends.month = make_month(make_contract(executions=[make_execution()]))
    portal.month_ends.saved = [make_saved(key=OLD, findings=[FINDING])]

    page = send(portal, "", row(OLD, EXECUTION_ID, "2", **{"308": "300"}))
    send(portal, "", {**row(OLD, EXECUTION_ID, "2"), f"{OLD}/explain:{FINDING['key']}": "补充协议"})

    assert page.status_code == 200
    assert f'name="{OLD}/explain:{FINDING["key"]}"' in page.text
    last = asked(portal, "save")[-1]
    assert isinstance(last, list)
    assert last[0]["explanations"] == {FINDING["key"]: "补充协议"}


def test_a_script_that_saves_a_new_row_finds_it_again_under_its_key(portal: Portal) -> None:
    portal.month_ends.month = make_month(make_contract(executions=[make_execution()]))
    portal.month_ends.saved = [make_saved()]

    page = send(portal, "", row(), **{"X-Requested-With": "fetch"})

    assert page.status_code == 200
    assert f'id="row-{NEW}"' in page.text
    assert f'name="{NEW}/filing" value="{EXECUTION_ID}"' in page.text
    assert page.text.count("data-row=") == 1


def test_a_page_that_was_saved_before_is_not_saved_with_other_words(portal: Portal) -> None:
    portal.month_ends.error = KeyReused()

    answer = send(portal, "", row())

    assert answer.status_code == 422
    assert "本页已经保存过一次" in answer.text


def test_what_is_ticked_is_submitted_with_one_foot(portal: Portal) -> None:
    portal.month_ends.outcomes = [make_outcome()]
    fields = {"pick": [f"{EXECUTION_ID}:2", "junk"], "duties_read": "true", "reported_on": "2026-01-08", **SIGNED}

    answer = send(portal, "/submission", fields)

    assert answer.location == "/month-end?period=2026-01&done=selected_submitted"
    assert asked(portal, "submit") == [
        {
            "items": [{"id": EXECUTION_ID, "version": 2}],
            "sign_off": {**SIGNED, "reported_on": "2026-01-08"},
            "duties_read": True,
        }
    ]


def test_what_could_not_be_submitted_is_named_with_its_reason_and_stays_ticked(portal: Portal) -> None:
    portal.month_ends.month = make_month(make_contract(executions=[make_execution()]))
    told = {**PROBLEM, "pointer": "/items/0/answers/308", "message": "请说明：超过合同金额？", "expected": ""}
    portal.month_ends.outcomes = [make_outcome(is_submitted=False, problems=[told], findings=[FINDING])]

    answer = send(portal, "/submission", {"pick": f"{EXECUTION_ID}:2", **SIGNED})

    assert answer.status_code == 422
    assert "0 张已上报，1 张未能上报" in answer.text
    assert "请说明：超过合同金额？" in answer.text
    assert f'value="{EXECUTION_ID}:2" checked' in answer.text
    assert 'value="王小明"' in answer.text


def test_nothing_is_submitted_where_nothing_is_ticked_or_the_foot_is_faulty(portal: Portal) -> None:
    none = send(portal, "/submission", SIGNED)
    portal.month_ends.error = Invalid([Problem("/duties_read", "not_confirmed", "请确认已知悉义务。")])
    faulty = send(portal, "/submission", {"pick": f"{EXECUTION_ID}:2", **SIGNED})

    assert (none.status_code, faulty.status_code) == (422, 422)
    assert "请先选择要上报的报表" in none.text
    assert 'id="duties-e">请确认已知悉义务。' in faulty.text


def test_a_nil_report_is_offered_only_where_nothing_was_executed(portal: Portal) -> None:
    offered = portal.browser.get("/month-end?period=2026-01").text
    answer = send(portal, "/nil", {"reason": "当月没有执行。"})
    portal.month_ends.month = make_month(make_contract(executions=[make_execution()]))
    later = portal.browser.get("/month-end?period=2026-01").text

    assert 'action="/month-end/nil"' in offered
    assert answer.location == "/month-end?period=2026-01&pick=all&done=nil_begun#submit"
    assert asked(portal, "nil") == [("2026-01", "当月没有执行。")]
    assert 'action="/month-end/nil"' not in later


def test_a_workbook_is_tried_taken_in_or_given_back(portal: Portal) -> None:
    fault = {**PROBLEM, "pointer": "/308", "sheet": "填报", "cell": "L14", "severity": "error", "row": 0}
    portal.month_ends.read_list = read_list(fault)

    tried = upload(portal, "try")
    portal.month_ends.read_list = read_list()
    taken = upload(portal, "save")
    marked = upload(portal, "mark")

    assert "只检查，没有保存：新建 1 张，更改 0 张，未变 0 张，未填的 2 行略过。" in tried.text
    assert "填报 L14" in tried.text
    assert taken.location == "/month-end?period=2026-01&done=list_read"
    assert marked.data == b"marked"
    assert asked(portal, "take") == [
        ("enterprise-3", "2026-01", "执行.xlsx", b"PK workbook", True),
        ("enterprise-3", "2026-01", "执行.xlsx", b"PK workbook", False),
    ]


def test_templates_go_out_for_both_forms_and_no_other(portal: Portal) -> None:
    paths = [
        f"/month-end/{form}/template.xlsx?period=2026-01" for form in ("enterprise-3", "enterprise-2", "platform-1")
    ]

    answers = [portal.browser.get(path) for path in paths]

    assert [each.status_code for each in answers] == [200, 200, 404]
    assert answers[1].data == b"template enterprise-2 2026-01"


def test_whoever_files_no_executions_is_told_why(portal: Portal) -> None:
    portal.month_ends.refusal = Conflict("本单位不填报此表。")

    answer = portal.browser.get("/month-end")

    assert answer.status_code == 409
    assert "本单位不填报此表。" in answer.text


@pytest.mark.parametrize("period", ["2026", "2026-13", "x", "2026-01-01"])
def test_what_is_no_month_is_refused(portal: Portal, period: str) -> None:
    assert portal.browser.get(f"/month-end?period={period}").status_code == 400


def test_departments_have_no_month_end() -> None:
    portal = make_portal()
    portal.sign_in("county_reviewer")

    assert portal.browser.get("/month-end").status_code == 403


def read_list(*faults: Mapping[str, object]) -> ListRead:
    """Return what became of a workbook: it was tried where something is wrong, else saved."""
    counts = {"begun": 1, "changed": 0, "unchanged": 0, "blank": 2}
    return cast(ListRead, {"is_saved": not faults, **counts, "faults": [*faults]})


def upload(portal: Portal, purpose: str) -> TestResponse:
    fields = {"csrf_token": portal.csrf(), "period": "2026-01", "form": "enterprise-3", "purpose": purpose}
    sent = {**fields, "file": (io.BytesIO(b"PK workbook"), "执行.xlsx")}
    return portal.browser.post("/month-end/workbook", data=sent, content_type="multipart/form-data")


def test_a_late_filing_carries_its_mark_in_lists_and_before_the_reviewer() -> None:
    late = make_filing("enterprise-3", state="submitted", state_label="待审核", revision=1, is_late=True)
    portal = make_portal()
    portal.filings.items[FILING_ID] = late
    portal.sign_in("county_reviewer")

    queue = portal.browser.get("/filings/review").text

    assert "逾期：应于2025年6月30日前报送" in queue

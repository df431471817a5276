"""Long lists filled in row by row, assembled by a city; and every form as an Excel file."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pytest
from werkzeug.test import TestResponse

from shared.errors import Conflict, Invalid, Problem
from tests.support.portal import Portal, make_portal
from tests.support.portal_answers import make_person
from tests.support.portal_filing import FILING_ID, make_filing
from tests.support.portal_workbooks import make_cell_fault

PAGE = f"/filings/{FILING_ID}"
ROW = {
    "firm": "杭州软件研发有限公司",
    "institution": "浙江培训学院",
    "content": "Java 开发",
    "category": "1",
    "venue": "杭州",
    "hours": "120",
    "fee": "3.5",
}
TYPED = {f"/{key}": value for key, value in ROW.items()}


def opened(rows: int = 0, form: str = "city-1", **changes: object) -> Portal:
    """Return the portal with an operator signed in, whose list has so many rows."""
    portal = make_portal()
    portal.sign_in("operator")
    portal.filings.items[FILING_ID] = make_filing(form, **{"unit_id": "u1", "rows": rows, **changes})
    portal.filings.lists[FILING_ID] = [{**ROW, "hours": str(number)} for number in range(rows)]
    return portal


def send(portal: Portal, url: str, values: Mapping[str, object]) -> TestResponse:
    return portal.browser.post(f"{PAGE}{url}", data={"csrf_token": portal.csrf(), "version": "1", **values})


def upload(portal: Portal, **fields: str) -> TestResponse:
    sent = {"csrf_token": portal.csrf(), **fields, "file": (io.BytesIO(b"PK workbook"), "填报.xlsx")}
    return portal.browser.post(f"{PAGE}/workbook", data=sent, content_type="multipart/form-data")


def finding(rule: str, severity: str, *pointers: str) -> dict[str, object]:
    words = {"title": f"{rule}？", "text": f"{rule}？", "expected": "", "explanation": ""}
    key = f"{rule}@{pointers[0]}" if pointers else rule
    return {"key": key, "rule": rule, "severity": severity, "pointers": list(pointers), "indicators": [], **words}


def test_a_long_list_stands_in_pages_of_fifty_with_a_blank_row_on_each() -> None:
    portal = opened(rows=120)

    first = portal.browser.get(PAGE, follow_redirects=True).text
    last = portal.browser.get(f"{PAGE}/rows?first=100").text

    assert first.count("data-row-form") == 51
    assert last.count("data-row-form") == 21
    assert "第 101—120 行，共 120 行" in last
    assert 'id="row-new"' in last


def test_every_section_of_the_print_is_offered_with_its_rows() -> None:
    long, short = opened(rows=501), opened(rows=250)

    page = long.browser.get(f"{PAGE}/rows").text
    whole = short.browser.get(f"{PAGE}/rows").text

    assert "打印（PDF，草稿），共 3 分册" in page
    for number, rows in ((1, "1－250"), (2, "251－500"), (3, "501－501")):
        assert f'href="{PAGE}/versions/0/print?section={number}">第 {number} 分册（第 {rows} 行）</a>' in page
    assert f'href="{PAGE}/versions/0/print">打印（PDF，草稿）</a>' in whole
    assert "分册" not in whole


def test_a_new_row_is_added_and_leads_to_where_it_stands() -> None:
    portal = opened(rows=50)

    answer = send(portal, "/rows", TYPED)

    assert answer.location == f"{PAGE}/rows?first=50#row-new"
    assert portal.filings.lists[FILING_ID][-1] == ROW


def test_a_refused_row_stays_in_its_fields_with_the_reason() -> None:
    portal = opened()
    portal.filings.error = Invalid([Problem("/rows/0/fee", "not_amount", "应为数字。", "数字，如 1234.56")])

    answer = send(portal, "/rows", {**TYPED, "/fee": "三万"})

    assert answer.status_code == 422
    assert 'value="三万"' in answer.text
    assert "培训费用（万元）：应为数字。应为：数字，如 1234.56。" in answer.text


def test_a_row_is_changed_and_another_taken_out() -> None:
    portal = opened(rows=3)

    changed = send(portal, "/rows/1", {**TYPED, "go": "save"})
    dropped = send(portal, "/rows/0", {"version": "2", "go": "drop"})

    assert changed.location.endswith("done=saved#at-rows-1")
    assert dropped.location.endswith("done=removed_row#at-rows-0")
    assert [row["hours"] for row in portal.filings.lists[FILING_ID]] == ["120", "2"]


def test_a_row_on_a_stale_version_is_not_kept_and_says_so() -> None:
    portal = opened(rows=1, version=4)

    answer = send(portal, "/rows/0", {**TYPED, "/venue": "上海"})

    assert answer.status_code == 412
    assert 'value="上海"' in answer.text
    assert "内容已在别处更新" in answer.text


def test_what_is_found_stands_at_its_row_and_is_counted_and_explained_by_rule() -> None:
    findings = [finding("c1-fee-unit", "query", f"/rows/{row}/fee") for row in (0, 2)]
    portal = opened(rows=3, findings=findings, counted={"c1-fee-unit": 7})

    page = portal.browser.get(f"{PAGE}/rows").text
    said = send(portal, "/rows/explanations", {"explain:c1-fee-unit": "含设备费"})

    assert "（7 处：第 " in page
    assert page.count("found-query") == 3
    assert said.location.endswith("#rules")
    assert portal.filings.items[FILING_ID]["explanations"] == {"c1-fee-unit": "含设备费"}


def test_only_a_city_is_offered_to_assemble() -> None:
    enterprise, city = opened(), make_portal()
    person = make_person("city_reviewer", division="330100", unit_id=None)
    city.identity.people["city@example.cn"] = person
    city.come_back("city@example.cn")
    city.filings.items[FILING_ID] = make_filing("city-1", unit_id="city-330100")

    pages = [portal.browser.get(f"{PAGE}/rows").text for portal in (enterprise, city)]
    assembled = send(city, "/rows/assembly", {})

    assert ["汇总本市已审定的填报" in page for page in pages] == [False, True]
    assert assembled.location.endswith("done=assembled")
    assert city.filings.acts == [(FILING_ID, "assemble", {})]


def test_an_act_that_is_not_open_says_so_on_the_page() -> None:
    portal = opened(rows=1)
    portal.filings.error = Conflict("现在不能汇总。")

    answer = send(portal, "/rows/assembly", {})

    assert answer.status_code == 409
    assert "现在不能汇总。" in answer.text


def test_templates_and_filled_workbooks_are_given_out() -> None:
    portal = opened(form="platform-1", rows=0)

    page = portal.browser.get(f"{PAGE}/workbook").text
    files = [portal.browser.get(f"{PAGE}/workbook/{name}.xlsx") for name in ("template", "filled")]

    assert "取回标注了错误的副本" in page
    assert [each.data for each in files] == [b"template", b"filled"]
    assert all("attachment" in each.headers["Content-Disposition"] for each in files)


def test_a_workbook_is_tried_first_and_its_faults_stand_by_their_cells() -> None:
    portal = opened(form="platform-1")
    portal.workbooks.faults = [make_cell_fault()]

    answer = upload(portal, purpose="try", version="1")

    assert answer.status_code == 200
    assert portal.workbooks.sent == [("填报.xlsx", b"PK workbook", True)]
    for words in ("填报 E27", "622 交易项目金额", "应为以数字填写的数值。"):
        assert words in answer.text


@pytest.mark.parametrize(("faults", "status"), [([], 303), ([make_cell_fault()], 422)])
def test_a_workbook_is_read_into_the_form_only_without_a_fault(faults: list[object], status: int) -> None:
    portal = opened(form="platform-1")
    portal.workbooks.faults = faults  # type: ignore[assignment]  # made just above

    answer = upload(portal, purpose="save", version="1")

    assert answer.status_code == status
    assert portal.workbooks.sent[0][2] is False


def test_a_marked_copy_comes_back_as_a_file() -> None:
    portal = opened(form="platform-1")

    answer = upload(portal, purpose="mark", version="1")

    assert answer.data == b"marked"


def test_a_foreign_workbook_is_refused_with_the_reason() -> None:
    portal = opened(form="platform-1")
    portal.workbooks.error = Invalid([Problem("/file", "workbook_foreign", "不是本系统的模板。")])

    answer = upload(portal, purpose="try", version="1")

    assert answer.status_code == 422
    assert "不是本系统的模板。" in answer.text


def test_a_long_list_is_read_in_the_background_with_progress() -> None:
    portal = opened()

    begun = upload(portal, purpose="save", version="1")
    under_way = portal.browser.get(begun.location)
    portal.workbooks.state = "done"
    done = portal.browser.get(begun.location)

    assert begun.location == f"{PAGE}/imports/i1"
    assert under_way.headers["Refresh"] == "2"
    assert "4000 / 12000 行" in under_way.text
    assert "Refresh" not in done.headers
    assert "查看各行" in done.text

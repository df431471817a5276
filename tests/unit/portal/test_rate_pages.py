"""The page of the exchange rates: listed and narrowed, a table looked at first and stored as it was looked at."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from services.portal.routes.rates import LARGEST, pack, unpack
from shared.errors import Invalid, Malformed, Problem, StaleVersion
from shared.identity.actor import Role
from tests.support.portal import Portal, make_portal
from tests.support.portal_rates import make_rate, make_read

URL = "/rates"
TABLE = "币种,日期,标价方式,单位,汇率,来源\n".encode()
FAULT: Any = {"line": 3, "column": "单位", "code": "units_unknown", "message": "应为 1、10、100、1000 或 10000。"}


def ministry() -> Portal:
    portal = make_portal()
    portal.sign_in(Role.MINISTRY)
    return portal


def send_file(portal: Portal, content: bytes = TABLE, token: str = "") -> Any:
    # Written out: the test client puts large files into temporary ones, which it does not close.
    parts = (
        b'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n',
        (token or portal.csrf()).encode(),
        b'\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="rates.csv"\r\n',
        b"Content-Type: text/csv\r\n\r\n",
        content,
        b"\r\n--b--\r\n",
    )
    return portal.browser.post(f"{URL}/preview", data=b"".join(parts), content_type="multipart/form-data; boundary=b")


def held(page: str) -> str:
    return html.unescape(re.findall(r'name="table" value="([^"]*)"', page)[0])


def test_rates_are_listed_with_their_sources_and_the_values_they_had() -> None:
    portal = ministry()
    portal.rates.rates = [make_rate(), make_rate(is_sample=True, source_label="示例汇率（非公布值）", revisions=[])]

    page = portal.browser.get(URL).text

    assert "100日元＝4.8765元人民币" in page
    assert "100日元＝4.8000元人民币（2026-01-05 09:16 收到）" in page
    assert '<span class="state state-warning">示例汇率（非公布值）</span>' in page
    assert ">汇率</a>" in page


def test_a_number_without_end_is_cut_where_nobody_compares_it_any_more() -> None:
    portal = ministry()
    portal.rates.rates = [make_rate(cny_per_unit="0.005141916906622788975730152201"), make_rate(cny_per_unit="0.0051")]

    page = portal.browser.get(URL).text

    assert '<td class="number">0.0051419169…</td>' in page
    assert '<td class="number">0.0051</td>' in page


def test_the_list_is_narrowed_and_goes_on_with_its_filter() -> None:
    portal = ministry()
    portal.rates.next_cursor = "abc"

    page = portal.browser.get(f"{URL}?currency=jpy&first_day=2026-01-01&last_day=").text

    assert portal.rates.asked == [{"currency": "JPY", "first_day": "2026-01-01", "cursor": ""}]
    assert "/rates?cursor=abc&amp;currency=jpy&amp;first_day=2026-01-01" in page


def test_a_filter_that_can_not_be_read_is_told_at_its_field() -> None:
    portal = ministry()
    portal.rates.error = Invalid([Problem("/first_day", "date_malformed", "日期格式不正确。")])

    page = portal.browser.get(f"{URL}?first_day=x").text

    assert 'id="first_day-e">起始日期：日期格式不正确。' in page
    assert "没有符合条件的汇率" in page


def test_a_table_is_looked_at_and_then_stored_exactly_as_it_was() -> None:
    portal = ministry()

    seen = send_file(portal)
    done = portal.post(URL, table=held(seen.text))

    assert seen.status_code == 200
    assert "共 1 条：更正 1 条。" in seen.text
    assert "100日元＝4.8000元人民币" in seen.text
    assert done.location.endswith("done=rates_stored")
    assert portal.rates.sent == [(TABLE, True), (TABLE, False)]


def test_faults_stand_in_a_table_by_line_and_column_and_nothing_can_be_stored() -> None:
    portal = ministry()
    portal.rates.read = make_read(FAULT, fault_count=7)

    seen = send_file(portal)

    assert seen.status_code == 422
    assert '<th scope="row">第 3 行</th><td>单位</td><td>应为 1、10、100、1000 或 10000。</td>' in seen.text
    assert "有 7 处问题" in seen.text
    assert "另有 6 处未列出" in seen.text
    assert "确认导入" not in seen.text


def test_what_is_no_table_is_told_at_its_field() -> None:
    portal = ministry()
    portal.rates.error = None
    no_file, large = send_file(portal, b""), send_file(portal, b"x" * (LARGEST + 1))
    portal.rates.sent.append((b"", True))
    portal.rates.error = Malformed("首行应为：币种。")

    seen = send_file(portal)

    assert (no_file.status_code, large.status_code, seen.status_code) == (422, 413, 422)
    assert 'id="file-e">请先选择文件。' in no_file.text
    assert 'id="file-e">文件不能超过 1 MB' in large.text
    assert 'id="file-e">首行应为：币种。' in seen.text


def test_a_file_of_another_site_is_not_looked_at() -> None:
    portal = ministry()

    forged = send_file(portal, token="of-another-site")

    assert forged.status_code == 403
    assert portal.rates.sent == []


@pytest.mark.parametrize("table", ["", "?", "YWJj", pack(b"x" * (LARGEST + 1)), pack(TABLE)[:-8]])
def test_a_preview_that_was_meddled_with_is_asked_for_again(table: str) -> None:
    portal = ministry()

    answer = portal.post(URL, table=table)

    assert answer.status_code == 400
    assert "预览已失效" in answer.text
    assert portal.rates.sent == []


def test_a_table_as_large_as_may_be_fits_through_the_page() -> None:
    largest = (TABLE * (LARGEST // len(TABLE)))[:LARGEST]

    assert unpack(pack(largest)) == largest


@pytest.mark.parametrize(
    ("error", "status", "text"),
    [(StaleVersion(), 412, "刚有他人导入了同样的汇率"), (Malformed("首行应为：币种。"), 400, "预览已失效")],
)
def test_what_can_not_be_stored_any_more_is_told(error: Exception, status: int, text: str) -> None:
    portal = ministry()
    seen = send_file(portal)
    portal.rates.error = error

    answer = portal.post(URL, table=held(seen.text))

    assert answer.status_code == status
    assert text in answer.text


def test_faults_that_arise_after_the_preview_are_shown_and_nothing_is_stored() -> None:
    portal = ministry()
    seen = send_file(portal)
    portal.rates.read = make_read(FAULT)

    answer = portal.post(URL, table=held(seen.text))

    assert answer.status_code == 422
    assert "第 3 行" in answer.text


@pytest.mark.parametrize("role", [Role.ENTERPRISE, Role.COUNTY_REVIEWER, Role.ADMINISTRATOR])
def test_the_page_is_the_ministry_s(role: Role) -> None:
    portal = make_portal()
    portal.sign_in(role)

    answer = portal.browser.get(URL)

    assert answer.status_code in (403, 404)
    assert portal.rates.asked == []

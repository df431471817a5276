"""The reviewer's first page, the queue with its filter, decisions on many filings, and what is unusual, on fakes."""

from __future__ import annotations

from io import BytesIO

import pytest

from tests.support.portal import Portal, make_portal
from tests.support.portal_filed import keep_filing, make_submitted_filing, make_version
from tests.support.portal_filing import FILING_ID
from tests.support.portal_queue import BATCH_ID, make_batch, make_compared, make_item

URL = f"/filings/{FILING_ID}/review"
WORDS = {"text": "同意上报。", "signatory": "张审核"}


@pytest.fixture
def portal() -> Portal:
    portal = make_portal()
    keep_filing(portal, make_submitted_filing(), make_version())
    portal.sign_in("county_reviewer")
    return portal


def test_the_first_page_counts_what_waits_and_leads_to_the_longest(portal: Portal) -> None:
    page = portal.browser.get("/home").text

    assert "审核首页" in page
    assert f'href="/filings/{FILING_ID}/review">从等待最久的一份开始' in page
    assert "<strong>1</strong>待审核" in page
    assert 'href="/filings/review?scope=waiting&amp;late=true&amp;order=lateness"' in page
    assert "超过 3 天" in page


def test_the_first_page_says_what_to_do_where_nothing_waits() -> None:
    portal = make_portal()
    portal.sign_in("county_reviewer")

    page = portal.browser.get("/home").text

    assert "没有待审核的报表" in page
    assert 'href="/reviews"' in page


def test_the_queue_is_narrowed_and_ordered_by_its_address_and_keeps_that_on_the_way(portal: Portal) -> None:
    asked = "form=platform-1&period=2025&late=true&queries=false&mine=true&order=change&division=330106"

    page = portal.browser.get(f"/filings/review?scope=waiting&{asked}").text

    assert portal.queue.asked == [dict(each.split("=") for each in asked.split("&"))]
    assert f"place=at-{FILING_ID}" in page
    assert "order=change" in page
    assert "清除筛选" in page


def test_what_the_address_must_not_say_narrows_nothing(portal: Portal) -> None:
    portal.browser.get(
        "/filings/review?form=x&period=20250&late=maybe&queries=1&order=name&division=33&unit=" + "u" * 41
    )

    assert portal.queue.asked == [{}]


def test_a_large_change_stands_out(portal: Portal) -> None:
    portal.queue.weights[FILING_ID] = {"change": 8, "change_label": "变动 9～99倍"}

    page = portal.browser.get("/filings/review").text

    assert '<span class="state state-warning">变动 9～99倍</span>' in page


def test_a_unit_is_found_by_its_name_which_stays_out_of_the_address(portal: Portal) -> None:
    portal.queue.found = [
        {"id": "u" * 32, "name": "杭州云采科技有限公司", "division": "330106", "division_name": "西湖区"}
    ]

    found = portal.post("/filings/review/unit", text=" 杭州云采科技有限公司 ", form="platform-1")
    missing = portal.post("/filings/review/unit", text="杭州")

    assert found.headers["Location"] == f"/filings/review?scope=waiting&form=platform-1&unit={'u' * 32}"
    assert missing.status_code == 404
    assert "辖区内没有这个名称或代码的单位。" in missing.text


def test_what_is_ticked_is_asked_about_before_it_is_decided(portal: Portal) -> None:
    page = portal.post("/filings/batches/new", action="approve", items=f"{FILING_ID}:1", scope="ticked").text
    nothing = portal.post("/filings/batches/new", action="approve", scope="ticked")
    unknown = portal.post("/filings/batches/new", action="discard", items=f"{FILING_ID}:1")

    assert "将办理选中的 1 份报表" in page
    assert f'name="items" value="{FILING_ID}:1"' in page
    assert (nothing.status_code, unknown.status_code) == (422, 404)
    assert portal.queue.begun == []


def test_a_batch_of_what_was_ticked_is_begun_once_with_its_words(portal: Portal) -> None:
    key = "key-0123456789"

    answer = portal.post(
        "/filings/batches", action="approve", items=[f"{FILING_ID}:1", "bad"], key=key, with_queries="true", **WORDS
    )

    items = [{"id": FILING_ID, "version": 1}]
    wanted = {"action": "approve", **WORDS, "with_queries": True, "reason_code": None, "items": items}
    assert portal.queue.begun == [{"key": key, **wanted}]
    assert answer.headers["Location"] == f"/filings/batches/{BATCH_ID}"


def test_a_batch_of_the_whole_list_carries_by_what_it_was_narrowed_and_when_it_was_shown(portal: Portal) -> None:
    shown = "2026-03-02T04:00:00+00:00"

    portal.post(
        "/filings/batches", action="approve", scope="all", form="platform-1", order="change", as_of=shown, **WORDS
    )

    (begun,) = portal.queue.begun
    assert begun["queue"] == {"form": "platform-1"}
    assert begun["as_of"] == shown
    assert "items" not in begun


def test_a_return_of_many_needs_its_reasons_and_keeps_what_was_typed(portal: Portal) -> None:
    answer = portal.post("/filings/batches", action="return", items=f"{FILING_ID}:1", text="请核实", signatory="")

    assert answer.status_code == 422
    for fault in ("请选择退回理由类别。", "请填写签字人。"):
        assert fault in answer.text
    assert "请核实</textarea>" in answer.text
    assert portal.queue.begun == []


def test_a_batch_under_way_shows_its_progress_and_loads_itself_again(portal: Portal) -> None:
    portal.queue.kept = [make_batch()]
    portal.queue.results_of = [make_item(1, outcome="done", outcome_label="已办理", refusal_label=""), make_item(2)]

    answer = portal.browser.get(f"/filings/batches/{BATCH_ID}")
    refused = portal.browser.get(f"/filings/batches/{BATCH_ID}?outcome=refused").text

    assert answer.headers["Refresh"] == "2"
    assert '<progress id="batch" max="3" value="2"></progress>' in answer.text
    assert "有疑问尚未逐条核对" in answer.text
    assert "<td>1</td>" in answer.text
    assert "<td>1</td>" not in refused


def test_a_batch_that_is_done_rests_and_gives_its_results_out(portal: Portal) -> None:
    portal.queue.kept = [make_batch(state="done", state_label="已办理完毕", waiting=0, done=3, refused=0)]

    answer = portal.browser.get(f"/filings/batches/{BATCH_ID}")
    listed = portal.browser.get("/filings/batches").text
    file = portal.browser.get(f"/filings/batches/{BATCH_ID}/results.xlsx")

    assert "Refresh" not in answer.headers
    assert "全部办理完毕。" in answer.text
    assert f'href="/filings/batches/{BATCH_ID}">批量审核通过 3 份' in listed
    assert BytesIO(file.data).read(2) == b"PK"


def test_what_is_unusual_is_said_in_words_and_drawn(portal: Portal) -> None:
    usual = {"verdict": "usual", "z": 0.2}
    portal.queue.cells = [
        make_compared(),
        make_compared(
            pointer="/621/2", indicator="621", label="交易项目数量", is_unusual=False, history=usual, region=usual
        ),
    ]

    page = portal.browser.get(URL).text

    assert "异常值（1 处）" in page
    assert "高于本单位以往各期" in page
    assert "明显高于其他单位（稳健得分 +4.7）" in page
    assert 'aria-label="本表 302100 万元；以往各期 21000～30210 万元，中位数 24500（4 个）' in page
    assert "其余 1 项" in page


@pytest.mark.parametrize("url", ["/filings/review", "/filings/batches", f"/filings/batches/{BATCH_ID}"])
def test_a_unit_reaches_none_of_it(url: str) -> None:
    portal = make_portal()
    portal.sign_in("operator")

    assert portal.browser.get(url).status_code == 403


@pytest.mark.parametrize(
    ("explaining", "is_sample", "words"),
    [
        (12, False, "前 12 份说明了 40 份待审核报表全部变动的 90%。"),
        (12, True, "前 12 份说明了变动档次最大的 40 份待审核报表全部变动的 90%。"),
        (0, False, "40 份待审核报表与上期审定数相比没有变动。"),
    ],
)
def test_by_influence_the_page_says_how_few_filings_make_most_of_the_movement(
    portal: Portal, explaining: int, *, is_sample: bool, words: str
) -> None:
    portal.queue.explaining, portal.queue.is_sample = explaining, is_sample

    page = portal.browser.get("/filings/review?order=influence&form=platform-1").text

    assert portal.queue.asked == [{"form": "platform-1", "order": "influence"}]
    assert words in page
    assert "变动占本地区同表合计 12.50%，至此累计 61.20%" in page
    assert f'href="/filings/{FILING_ID}/review?place=at-{FILING_ID}&amp;form=platform-1&amp;order=influence"' in page

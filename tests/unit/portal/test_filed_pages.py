"""The list of filings, their versions as on paper, what differs, and what a field held before, on fakes."""

from __future__ import annotations

import re

import pytest

from tests.support.portal import Portal, make_portal
from tests.support.portal_filed import (
    ANSWERS,
    keep_filing,
    make_submitted_filing,
    make_verdict,
    make_version,
)
from tests.support.portal_filing import FILING_ID, make_filing

URL = f"/filings/{FILING_ID}"


@pytest.fixture
def portal() -> Portal:
    portal = make_portal()
    portal.sign_in("operator")
    return portal


def test_a_list_is_narrowed_by_form_period_and_state_and_forgets_what_it_does_not_know(portal: Portal) -> None:
    portal.browser.get("/filings?form=platform-1&period=2025&state=approved&cursor=c1")
    portal.browser.get("/filings?form=nothing&period=2025-13&state=discarded")

    assert portal.filings.wanted == [{"form": "platform-1", "period": "2025", "state": "approved"}, {}]


def test_what_was_submitted_leads_to_its_versions(portal: Portal) -> None:
    keep_filing(portal, make_submitted_filing())

    page = portal.browser.get("/filings").text

    assert f'href="{URL}/versions">服务外包交易平台情况登记表' in page
    assert "第 1 次报送于 2026-01-08 10:00" in page


def test_versions_show_what_was_decided_with_reason_and_places(portal: Portal) -> None:
    first = make_version(decision=make_verdict())
    keep_filing(portal, make_submitted_filing(versions=[first, make_version(no=2)]), first, make_version(no=2))

    page = portal.browser.get(f"{URL}/versions").text

    assert page.index("第 2 次报送　") < page.index("第 1 次报送　")
    assert "数据异常，说明不足" in page
    assert "622 交易项目金额　本年" in page
    assert f'href="{URL}/versions/2/changes?against=1"' in page
    assert f'href="{URL}/versions/1/receipt.json"' in page
    assert "填报单位：<strong>报送</strong>" in page


def test_a_version_stands_as_on_paper(portal: Portal) -> None:
    keep_filing(portal, make_submitted_filing(), make_version())

    page = portal.browser.get(f"{URL}/versions/1").text

    assert "服务外包统平台1表" in page
    assert "<dt>有效期至</dt><dd>2025年03月</dd>" in page
    assert "一、服务采购商" in page
    assert "其中：个人采购商" in page
    assert page.count("其中：个人采购商") == 1
    assert '<span class="text">不适用</span> <small>（首年运营）</small>' in page
    assert '<span class="text">30210.5</span>' in page
    assert "<dt>单位负责人</dt><dd>王小明</dd>" in page
    assert "<dt>报出日期</dt><dd>2026年1月8日</dd>" in page
    assert "其余为培训撮合项目。" in page
    assert '<span class="unfilled">未填</span>' in page


def test_a_form_of_fields_shows_parts_by_their_labels_and_rows_as_a_table(portal: Portal) -> None:
    answers = {"502": [{"certificate": "ISO9001", "date": "2025-03-01"}], "503": [], "501": {"held": ["ISO9001"]}}
    version = make_version("enterprise-5", answers=answers, noted=[])
    keep_filing(portal, make_submitted_filing("enterprise-5", versions=[version]), version)

    page = portal.browser.get(f"{URL}/versions/1").text

    assert 'id="at-502-0"' in page
    assert "认证名称" in page
    assert "2025年03月01日" in page
    assert '<p class="empty">无。</p>' in page
    assert '<p class="empty">未填</p>' not in page


def test_a_form_of_events_has_no_earlier_periods_and_what_is_not_asked_is_no_gap(portal: Portal) -> None:
    version = make_version("enterprise-2", answers={"202": {"number": "HZ-1"}}, noted=[])
    keep_filing(portal, make_submitted_filing("enterprise-2", versions=[version]), version)

    page = portal.browser.get(f"{URL}/versions/1").text

    assert "HZ-1" in page
    assert "/fields?pointer=" not in page
    assert re.search(r"<dt>设计占比</dt><dd>—", page)
    assert re.search(r'<dt>合同内容</dt><dd><span class="unfilled">未填', page)


def test_a_long_list_is_read_by_pages_with_words_for_codes(portal: Portal) -> None:
    version = make_version("city-1", answers={}, rows=230, noted=[])
    row = {"firm": "杭州甲公司", "category": "2", "hours": "1200"}
    portal.filings.lists[FILING_ID] = [row] * 230
    keep_filing(portal, make_submitted_filing("city-1", versions=[version]), version)

    page = portal.browser.get(f"{URL}/versions/1?first=100").text

    assert "共 230 行，本页为第 101—200 行" in page
    assert "<td>人才资质培训</td>" in page
    assert f'href="{URL}/versions/1?first=0#rows"' in page
    assert f'href="{URL}/versions/1?first=200#rows"' in page


def test_differences_are_told_by_name_with_values_as_on_paper(portal: Portal) -> None:
    second = {**ANSWERS, "601": {"1": 300, "2": 320}, "621": {"2": 90}}
    versions = (make_version(), make_version(no=2, answers=second, evidence=[]))
    keep_filing(portal, make_submitted_filing(versions=list(versions)), *versions)
    portal.filings.differences = [
        {"pointer": "/621/2", "indicator": "621", "before": 88, "after": 90},
        {"pointer": "/601/1", "indicator": "601", "before": {"not_applicable": "首年运营"}, "after": 300},
    ]

    page = portal.browser.get(f"{URL}/versions/2/changes?against=1").text

    assert page.index("601 采购商数量　上年同期") < page.index("621 交易项目数量　本年")
    assert "<del>不适用：首年运营</del>" in page
    assert "<ins>300</ins>" in page
    assert '<th scope="row">证明材料</th>' in page
    assert "改动的项目（3 处）" in page
    assert page.count("有改动") == 2


def test_what_is_being_typed_is_compared_with_what_was_submitted(portal: Portal) -> None:
    returned = make_submitted_filing(
        state="returned",
        open_actions=[{"action": "save", "label": "保存"}],
        versions=[make_version(decision=make_verdict())],
    )
    keep_filing(portal, returned, make_version())

    listed = portal.browser.get(f"{URL}/versions").text
    page = portal.browser.get(f"{URL}/versions/0/changes?against=1").text

    assert f'href="{URL}/versions/0/changes?against=1"' in listed
    assert "正在填写的内容" in page
    assert "没有差异。" in page


def test_a_field_shows_what_it_held_before(portal: Portal) -> None:
    keep_filing(portal, make_submitted_filing())
    portal.filings.earlier = [{"period": "2024", "period_label": "2024年", "value": 300}]

    page = portal.browser.get(f"{URL}/fields?pointer=/601/2").text
    unknown = portal.browser.get(f"{URL}/fields?pointer=/999")

    assert "601 采购商数量　本年" in page
    assert '<th scope="row">2024年</th><td class="text">300</td>' in page
    assert '<th scope="row">2025年（本表）</th><td class="text">320</td>' in page
    assert unknown.status_code == 404


@pytest.mark.parametrize("paper", ["print", "receipt.json", "receipt.pdf", "filing.json"])
def test_the_papers_of_a_version_are_passed_on(portal: Portal, paper: str) -> None:
    keep_filing(portal, make_submitted_filing(), make_version())

    answer = portal.browser.get(f"{URL}/versions/1/{paper}")

    assert answer.status_code == 200
    assert answer.data in (b"%PDF-1.7", b"{}")


def test_evidence_is_passed_on(portal: Portal) -> None:
    keep_filing(portal, make_submitted_filing(), make_version())

    page = portal.browser.get(f"{URL}/versions/1").text
    answer = portal.browser.get(f"{URL}/evidence/e1")

    assert f'href="{URL}/evidence/e1">交易记录.pdf' in page
    assert answer.data == b"one"


def test_a_version_that_is_not_there_is_not_found(portal: Portal) -> None:
    keep_filing(portal, make_filing(id=FILING_ID))

    statuses = [portal.browser.get(f"{URL}/versions{rest}").status_code for rest in ("", "/1", "/1/changes")]

    assert statuses == [200, 404, 404]

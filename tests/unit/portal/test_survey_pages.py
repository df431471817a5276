"""What anybody may see of the survey: rules, blank forms, whether a receipt is genuine; and the ministry's decisions."""

from __future__ import annotations

from typing import cast

import pytest
from werkzeug.test import TestResponse

from services.portal.model.receipts import VerificationAnswer
from shared.errors import Invalid, Problem
from tests.support.portal import Portal, make_portal

GENUINE = {
    "is_genuine": True,
    "reason": "",
    "signer": "统报 报送回执",
    "receipt": {
        "filing_id": "f" * 32,
        "revision": 2,
        "form": "platform-1",
        "form_number": "服务外包统平台1表",
        "form_title": "服务外包交易平台情况登记表",
        "edition": "2022",
        "period": "2025",
        "period_label": "2025年",
        "digest": "ab" * 32,
        "submitted_at": "2026-01-08T02:00:00+00:00",
    },
    "content": "same",
}
FORGED = {"is_genuine": False, "reason": "内容或签名已被改动", "signer": "", "receipt": None, "content": ""}
DECISION = {
    "edition": "2022",
    "from_period": "2025",
    "to_period": "2026-12",
    "document": "商办服贸函〔2025〕1号",
    "ground": "新制度批准前按现行制度填报。",
}


@pytest.fixture
def portal() -> Portal:
    return make_portal()


def shown(portal: Portal, *files: tuple[str, bytes], **fields: str) -> TestResponse:
    """Show files as a receipt and its content, as a browser sends them."""
    portal.browser.get("/receipts/verify")
    values = {"csrf_token": portal.csrf(), **fields}
    heads = [(f'name="{name}"', value.encode()) for name, value in values.items()]
    heads += [(f'name="{name}"; filename="{name}.json"', content) for name, content in files]
    parts = [
        b"--line\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % (head.encode(), body) for head, body in heads
    ]
    body = b"".join(parts) + b"--line--\r\n"
    return portal.browser.post("/receipts/verify", data=body, content_type="multipart/form-data; boundary=line")


def verdict(**changes: object) -> VerificationAnswer:
    return cast(VerificationAnswer, {**GENUINE, **changes})


def test_anybody_reads_the_rules_and_gets_blank_forms(portal: Portal) -> None:
    led = portal.browser.get("/editions")
    page = portal.browser.get("/editions/2022/rules").text
    blank = portal.browser.get("/editions/2022/forms/platform-1/print")

    assert led.headers["Location"] == "/editions/2022/rules"
    assert "服务外包统平台1表　服务外包交易平台情况登记表" in page
    assert "p1-amount-others" in page
    assert 'href="/editions/2022/forms/city-3/print"' in page
    assert blank.data == b"%PDF-1.7"


def test_rules_are_narrowed_by_form_and_severity(portal: Portal) -> None:
    everything = portal.browser.get("/editions/2022/rules").text
    narrowed = portal.browser.get("/editions/2022/rules?form=platform-1&severity=query").text
    unknown = portal.browser.get("/editions/2022/rules?form=nothing&severity=nothing").text

    assert narrowed.count('id="r-') < everything.count('id="r-') == unknown.count('id="r-')
    assert 'id="r-p1-amount-others"' in narrowed
    assert 'id="g-enterprise-1"' not in narrowed
    assert narrowed.count("state-danger") == 0


def test_a_genuine_receipt_is_told_with_what_it_says(portal: Portal) -> None:
    portal.survey.verdict = verdict()

    answer = shown(portal, ("receipt", b'{"payload":""}'), ("content", b"{}"))

    assert answer.status_code == 200
    assert portal.survey.shown == [(b'{"payload":""}', b"{}")]
    assert portal.survey.askers == ["127.0.0.1"]
    for text in ("回执真实", "第 2 次报送", "2026-01-08 10:00（北京时间）", "ab" * 32, "内容一致"):
        assert text in answer.text


def test_a_forged_receipt_is_told_with_the_reason(portal: Portal) -> None:
    portal.survey.verdict = verdict(**FORGED)

    answer = shown(portal, ("receipt", b"%PDF-"))

    assert portal.survey.shown == [(b"%PDF-", None)]
    assert "回执不真实" in answer.text
    assert "内容或签名已被改动" in answer.text
    assert "报送编号" not in answer.text


def test_a_form_without_a_file_and_one_that_is_too_large_are_told_at_the_field(portal: Portal) -> None:
    without = shown(portal, ("receipt", b""))
    large = shown(portal, ("receipt", b"a" * 700_000))

    assert [without.status_code, large.status_code] == [422, 413]
    assert '<p class="fault" id="receipt-e">请选择回执文件' in without.text
    assert '<p class="fault" id="receipt-e">文件过大' in large.text
    assert portal.survey.shown == []


def test_who_asks_too_often_is_told_how_long_to_wait(portal: Portal) -> None:
    answer = shown(portal, ("receipt", b"{}"))

    assert answer.status_code == 429
    assert "核验过于频繁，请 40 秒后再试。" in answer.text


def test_a_receipt_is_taken_from_our_own_page_only(portal: Portal) -> None:
    answer = shown(portal, ("receipt", b"{}"), csrf_token="nothing")

    assert answer.status_code == 403
    assert portal.survey.shown == []


def test_the_certificates_are_given_to_anybody(portal: Portal) -> None:
    assert portal.browser.get("/receipts/certificates").data.startswith(b"-----BEGIN CERTIFICATE")


def test_the_ministry_records_a_decision(portal: Portal) -> None:
    portal.sign_in("ministry")

    answer = portal.post("/collection-decisions", key="k1", **DECISION)
    page = portal.browser.get("/collection-decisions").text

    assert answer.headers["Location"] == "/collection-decisions?done=collection_decided"
    assert [dict(each) for each in portal.filings.recorded] == [
        {"id": "d1", "decided_at": "2026-01-08T01:00:00+00:00", **DECISION}
    ]
    assert "商办服贸函〔2025〕1号" in page
    assert "2025年 至 2026年12月" in page


def test_what_is_wrong_with_a_decision_stands_beside_its_field(portal: Portal) -> None:
    portal.filings.error = Invalid([Problem("/to_period", "periods_reversed", "止期早于起期。", "", "止于")])
    portal.sign_in("ministry")

    answer = portal.post("/collection-decisions", key="k1", **DECISION)

    assert answer.status_code == 422
    assert '<p class="fault" id="to_period-e">截止报告期：止期早于起期。</p>' in answer.text
    assert "新制度批准前按现行制度填报。" in answer.text


def test_nobody_else_reaches_the_decisions(portal: Portal) -> None:
    portal.sign_in("province_reviewer")

    assert portal.browser.get("/collection-decisions").status_code == 403

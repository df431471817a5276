"""Anybody may ask whether a receipt is genuine, and whether a content is the one that was received."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import httpx
import pytest
from limits import RateLimitItemPerHour
from limits.storage import MemoryStorage

from services.filing.app import create_app
from services.portal.clients.http import ServiceHttp
from services.portal.clients.survey import HttpSurvey
from shared.errors import TooManyRequests
from shared.web import limits
from tests.support import keys
from tests.support.filing_site import FilingSite, Json
from tests.support.platform_filing import submitted


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def asked(site: FilingSite, receipt: bytes, content: bytes | None = None) -> Json:
    body = {"receipt": encoded(receipt), "content": None if content is None else encoded(content)}
    return site.json(None, "POST", "/receipts/verification", json=body)


def papers(site: FilingSite) -> tuple[Json, bytes, bytes, bytes]:
    """Return a filing that was submitted, its receipt in both forms, and its content."""
    site.clock.moment = keys.MOMENT + timedelta(days=1)  # the certificate is valid by then
    operator = site.operator()
    filing = submitted(site, operator)
    kinds = ("receipt", "receipt.pdf", "content")
    files = [site.call(operator, "GET", f"/filings/{filing['id']}/versions/1/{kind}").data for kind in kinds]
    return filing, files[0], files[1], files[2]


def test_a_receipt_in_either_form_is_known_as_genuine_with_what_it_says(filing_site: FilingSite) -> None:
    filing, receipt, pdf, content = papers(filing_site)

    by_json, by_pdf = asked(filing_site, receipt, content), asked(filing_site, pdf)

    assert by_json["is_genuine"]
    assert by_json["content"] == "same"
    assert by_json["signer"]
    assert by_pdf == {**by_json, "content": ""}
    said = by_json["receipt"]
    assert (said["filing_id"], said["revision"], said["period_label"]) == (filing["id"], 1, "2025年")
    assert said["form_number"] == "服务外包统平台1表"


def test_a_receipt_that_was_changed_is_refused_with_the_reason(filing_site: FilingSite) -> None:
    _, receipt, pdf, _ = papers(filing_site)
    members = json.loads(receipt)
    payload = base64.urlsafe_b64decode(members["payload"] + "==").replace(b'"revision":1', b'"revision":2')
    members["payload"] = base64.urlsafe_b64encode(payload).decode().rstrip("=")

    forged = asked(filing_site, json.dumps(members, sort_keys=True, separators=(",", ":")).encode())
    cut = asked(filing_site, pdf[:-200])
    foreign = [asked(filing_site, each) for each in (b"", b"{}", b"[" * 200_000, "回执".encode())]

    answers = (forged, cut, *foreign)
    assert [each["is_genuine"] for each in answers] == [False] * 6
    assert all(each["reason"] and each["receipt"] is None for each in answers)


def test_another_content_and_one_that_is_none_are_told_apart(filing_site: FilingSite) -> None:
    _, receipt, _, content = papers(filing_site)
    changed = json.loads(content)
    changed["sign_off"]["filler"] = "别人"

    other = asked(filing_site, receipt, json.dumps(changed).encode())
    none = [asked(filing_site, receipt, each)["content"] for each in (b"", b"{}", b'{"a":1.5}', b"[" * 200_000)]

    assert other["is_genuine"]
    assert other["content"] == "different"
    assert none == ["unreadable"] * 4


def test_what_is_not_base64_is_refused_at_its_place(filing_site: FilingSite) -> None:
    answer = filing_site.call(None, "POST", "/receipts/verification", json={"receipt": "这不是", "content": None})

    assert answer.status_code == 422
    assert [each["pointer"] for each in (answer.json or {})["errors"]] == ["/receipt"]


def test_lists_name_unit_and_platform_to_who_may_see_them(filing_site: FilingSite) -> None:
    operator = filing_site.operator("杭州云采科技有限公司")
    submitted(filing_site, operator)

    own = filing_site.json(operator, "GET", "/filings")["items"]
    full = filing_site.json(operator, "GET", f"/filings/{own[0]['id']}")

    assert [(each["unit_name"], each["item_name"]) for each in (own[0], full)] == [
        ("杭州云采科技有限公司", "杭州云采科技有限公司平台")
    ] * 2


def test_an_address_that_asks_too_often_waits_and_another_behind_the_same_portal_does_not(
    filing_site: FilingSite,
) -> None:
    _, receipt, _, _ = papers(filing_site)
    app = create_app(filing_site.wired.deps, filing_site.issuer.verifier, filing_site.wired.checks(), trusted_proxies=1)
    limits.register(app, MemoryStorage(), anonymous=RateLimitItemPerHour(3))
    survey = HttpSurvey(ServiceHttp("http://filing", httpx.WSGITransport(app=app)), filing_site.clock)

    first = [survey.verify_receipt(receipt, None, "203.0.113.5")["is_genuine"] for _ in range(3)]
    with pytest.raises(TooManyRequests) as refused:
        survey.verify_receipt(receipt, None, "203.0.113.5")

    assert first == [True, True, True]
    assert 0 < refused.value.retry_after <= 3600
    assert survey.verify_receipt(receipt, None, "203.0.113.6")["is_genuine"]

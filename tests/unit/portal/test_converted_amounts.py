"""What the system reckoned in another currency, on the pages of a version and of its review."""

from __future__ import annotations

from typing import Any

import pytest

from shared.identity.actor import Role
from tests.support.portal import make_portal
from tests.support.portal_filed import keep_filing, make_submitted_filing, make_version
from tests.support.portal_filing import FILING_ID

RATE = {
    "day": "2024-11-29",
    "quote_label": "1美元＝7.2元人民币",
    "source_label": "人民币汇率中间价（中国外汇交易中心受权公布）",
}


def converted(**changes: Any) -> dict[str, Any]:
    line = {
        "pointer": "/206/amount",
        "amount": "100",
        "currency": "USD",
        "target": "CNY",
        "on": "2024-12-01",
        "result": "720",
        "rates": [RATE],
    }
    return {**line, **changes}


@pytest.mark.parametrize("page", [f"/filings/{FILING_ID}/versions/1", f"/filings/{FILING_ID}/review"])
def test_each_amount_stands_with_its_rates_and_what_is_not_known_is_said(page: str) -> None:
    portal = make_portal()
    portal.sign_in(Role.COUNTY_REVIEWER)
    lines = [
        converted(),
        converted(pointer="/206/usd", result=None, rates=[]),
        converted(target="USD", result="100", rates=[]),
    ]
    version = make_version("enterprise-2", answers={"202": {"number": "HZ-1"}}, noted=[], converted=lines)
    keep_filing(portal, make_submitted_filing("enterprise-2", versions=[version]), version)

    text = portal.browser.get(page).text

    assert '206 合同金额　原币</th><td class="number">100 万 USD</td><td class="number">720 万 CNY</td>' in text
    assert "2024-11-29　1美元＝7.2元人民币（人民币汇率中间价（中国外汇交易中心受权公布））" in text
    assert '<td class="number">未知</td><td class="number">2024-12-01</td><td>该日没有可用的汇率</td>' in text
    assert "<td>不需要汇率</td>" in text


def test_a_form_without_other_currencies_has_no_such_table() -> None:
    portal = make_portal()
    portal.sign_in(Role.COUNTY_REVIEWER)
    keep_filing(portal, make_submitted_filing(), make_version())

    text = portal.browser.get(f"/filings/{FILING_ID}/versions/1").text

    assert "报送内容" in text
    assert "系统折算" not in text

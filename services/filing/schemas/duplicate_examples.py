"""Bodies of alarms for the interface's description."""

from __future__ import annotations

from collections.abc import Mapping

_ID = "01990000000070008000000000000021"
_OWN, _OTHER = "01990000000070008000000000000022", "01990000000070008000000000000023"
_KIND = {"reason": "client_amount_day", "label": "发包企业、合同金额和签字日期相同"}
_SIDE = {
    "filing_id": _OWN,
    "unit_id": "01990000000070008000000000000002",
    "unit_name": "杭州软件研发有限公司",
    "division": "330106",
    "division_name": "西湖区",
    "form": "enterprise-2",
    "form_label": "企业2表（合同）",
    "period": "2025-12",
    "period_label": "2025年12月",
    "reasons": [_KIND],
    "outcome": None,
    "outcome_label": "",
    "filed": [{"label": "合同号", "text": "HZ-2025-001"}],
}
_ALARM = {
    "id": _ID,
    "state": "open",
    "state_label": "待商务部认定",
    "opened_at": "2026-01-08T02:00:00+00:00",
    "reasons": [_KIND],
    "has_another": True,
    "sides": [_SIDE],
    "verdict": None,
    "verdict_label": "",
    "decided_at": None,
}

DUPLICATE_EXAMPLES: Mapping[str, object] = {
    "SettlementIn": {"verdict": "duplicate", "reason": "同一合同由母公司填报。", "stands": [_OTHER]},
    "DuplicateOut": _ALARM,
    "DuplicatesOut": {"items": [_ALARM], "next_cursor": ""},
}

"""Bodies of the contract ledger for the interface's description, by the name of their schema; the figures are made up."""

from __future__ import annotations

from collections.abc import Mapping

_ID = "01990000000070008000000000000011"
_FILING_ID = "01990000000070008000000000000012"
_UNIT_ID = "01990000000070008000000000000002"
_PART_ID = "01990000000070008000000000000014"
_VOUCHER_ID = "01990000000070008000000000000013"

_ROW: Mapping[str, object] = {
    "id": _ID,
    "unit_id": _UNIT_ID,
    "unit_name": "杭州软件研发有限公司",
    "division": "330106",
    "division_name": "西湖区",
    "number": "HZ-2025-001",
    "part": "1",
    "client": "Delta Ltd",
    "signed_on": "2025-12-15",
    "business_class": "I11",
    "business_class_name": "软件研发服务",
    "nature": "2",
    "nature_label": "离岸合同",
    "state": "1",
    "state_label": "履行中",
    "ended_on": None,
    "standing": "in_force",
    "standing_label": "已审核通过",
    "amount": "100",
    "currency": "USD",
    "usd": "100",
    "executed": "50",
    "settled": "40",
    "remaining": "50",
    "executions": 1,
    "updated_at": "2026-01-08T01:00:00+00:00",
}
_LINE = {
    "filing_id": _FILING_ID,
    "period": "2025-12",
    "filed_on": "2026-01-08",
    "standing": "in_force",
    "standing_label": "已审核通过",
    "dated_on": "2025-12-20",
    "bank": "中国银行杭州分行",
    "voucher": "BOC-20251220-01",
    "executed": "40",
    "settled": "36",
    "cumulative": "50",
    "month": "2025-12",
    "is_carried_over": True,
    "pending": None,
}
_FIRST: Mapping[str, object] = {
    "no": 1,
    "submitted_at": "2026-01-08T01:00:00+00:00",
    "standing": "replaced",
    "standing_label": "已被替代",
    "kind": "",
    "kind_label": "",
    "effective_on": None,
    "reason": "",
    "amount": "80",
    "currency": "USD",
    "usd": "80",
    "months": 12,
    "state_label": "履行中",
}
_TOLD = {"dated_on": "2025-12-20", "total": "70"}
_VOUCHER: Mapping[str, object] = {
    "id": _VOUCHER_ID,
    "version": 2,
    "unit_id": _UNIT_ID,
    "bank": "中国银行杭州分行",
    "number": "BOC-20251220-01",
    **_TOLD,
    "used": "40",
    "remaining": "30",
    "shares": [{"filing_id": _FILING_ID, "contract_id": _ID, "amount": "40"}],
}

_CORRECTED: Mapping[str, object] = {
    "kind": "contract",
    "counted_in": "2025-12",
    "business_class": "I11",
    "class_list": "business_class/2022",
    "nature": "2",
    "market": "USA",
    "client_industry": "I",
    "usd": "100",
    "cny": "704.50",
}

CONTRACT_EXAMPLES: Mapping[str, object] = {
    "ContractsOut": {"items": [_ROW], "next_cursor": "", "unreadable": 0},
    "TotalsOut": {
        "count": 1,
        "amount": "100",
        "executed": "50",
        "settled": "40",
        "remaining": "50",
        "is_whole": True,
        "unreadable": 0,
    },
    "ContractOut": {
        **_ROW,
        "version": 3,
        "content": "软件研发与测试",
        "months": 12,
        "deducted": "0",
        "client_place": "USA",
        "opening": {"executed": "10", "settled": "4", "as_of": "2025-12-15"},
        "lines": [_LINE],
        "parts": [
            {**_ROW, "id": _PART_ID, "part": "2", "usd": "60", "executed": "0", "settled": "0", "remaining": "60"}
        ],
        "amendments": [
            {
                **_FIRST,
                "no": 2,
                "submitted_at": "2026-01-09T01:00:00+00:00",
                "standing": "in_force",
                "standing_label": "有效",
                "kind": "2",
                "kind_label": "变更",
                "effective_on": "2025-12-20",
                "reason": "补充协议增加测试工作",
                "amount": "100",
                "usd": "100",
            },
            _FIRST,
        ],
        "unreadable": 0,
    },
    "ImpactsOut": {
        "items": [
            {
                "contract_id": _ID,
                "moves": [
                    {
                        "measure": "amount",
                        "label": "合同金额",
                        "month": None,
                        "filing_id": "",
                        "before": "100",
                        "after": "150",
                    }
                ],
            }
        ]
    },
    "CorrectionOut": {
        "filing_id": _FILING_ID,
        "path": ["330106", "330100", "330000", "000000"],
        "ownership": "173",
        "industry": "6510",
        "before": [_CORRECTED],
        "after": [{**_CORRECTED, "usd": "150", "cny": "1056.75"}],
    },
    "VoucherIn": {"bank": "中国银行杭州分行", "number": "BOC-20251220-01", **_TOLD},
    "VoucherChangeIn": _TOLD,
    "VoucherOut": _VOUCHER,
    "VouchersOut": {"items": [_VOUCHER], "next_cursor": "", "unreadable": 0},
}

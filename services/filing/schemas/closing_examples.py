"""Bodies of closings for the interface's description, by the name of their schema."""

from __future__ import annotations

from collections.abc import Mapping

_ID = "01990000000070008000000000000031"
_FILING_ID = "01990000000070008000000000000001"
_DIGEST = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
_LEFT_OUT = {
    "filing_id": _FILING_ID,
    "unit_name": "杭州软件研发有限公司",
    "form": "enterprise-3",
    "period": "2025-11",
    "division": "330106",
    "division_name": "西湖区",
    "state": "submitted",
    "state_label": "待审核",
    "level_label": "省级",
    "reviewer_name": "浙江省",
    "revision": 1,
    "is_correction": False,
}
_ROW = {
    "no": 1,
    "filing_id": _FILING_ID,
    "unit_id": "01990000000070008000000000000002",
    "form": "enterprise-3",
    "period": "2025-11",
    "revision": 1,
    "digest": "3f5a4c2b0e6d7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708",
}
_CLOSING = {
    "id": _ID,
    "period": "2025-11",
    "label": "2025年11月",
    "stage": "complete",
    "stage_label": "已最终审定",
    "is_complete": True,
    "statement": "经审核，同意2025年11月月报最终审定。",
    "signatory": "陈司长",
    "left_out_reason": "一家企业的执行情况尚在核实。",
    "closed_at": "2025-12-03T02:00:00+00:00",
    "final_on": "2025-12-03",
    "total": 2,
    "settled": 2,
    "left_out": 1,
    "rows": 2,
    "unreadable": 0,
    "counts": {"enterprise-2": 1, "enterprise-3": 1},
    "digest": _DIGEST,
    "verification": {
        "asked_at": "2025-12-04T02:00:00+00:00",
        "ended_at": "2025-12-04T02:00:01+00:00",
        "rows": 2,
        "digest": _DIGEST,
        "is_intact": True,
        "differing": 0,
        "named": [],
    },
}

CLOSING_EXAMPLES: Mapping[str, object] = {
    "ClosingIn": {
        "period": "2025-11",
        "statement": "经审核，同意2025年11月月报最终审定。",
        "signatory": "陈司长",
        "left_out_reason": "一家企业的执行情况尚在核实。",
        "seen": _DIGEST,
    },
    "PreviewOut": {
        "period": "2025-11",
        "label": "2025年11月",
        "first_day": "2025-12-01",
        "first_day_explanation": "2025年11月的月报在当月结束后方可最终审定，即2025年12月1日（星期一）起。",
        "may_close": True,
        "to_settle": 2,
        "settled": 0,
        "to_leave_out": 1,
        "groups": [
            {
                "form": "enterprise-3",
                "state": "submitted",
                "state_label": "待审核",
                "level_label": "省级",
                "reviewer": "330000",
                "reviewer_name": "浙江省",
                "province": "330000",
                "province_name": "浙江省",
                "count": 1,
            }
        ],
        "seen": _DIGEST,
        "closing_id": None,
    },
    "LeftOutsOut": {"items": [_LEFT_OUT], "after": ""},
    "SnapshotOut": {"items": [_ROW], "after": None},
    "ClosingOut": _CLOSING,
    "ClosingsOut": {"items": [_CLOSING]},
}

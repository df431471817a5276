"""Bodies of completeness for the interface's description."""

from __future__ import annotations

from collections.abc import Mapping

_LEVELS = [
    {"level": "county", "label": "区县级", "in_chain": 40, "approved": 30, "rate": "75.0"},
    {"level": "city", "label": "地市级", "in_chain": 40, "approved": 20, "rate": "50.0"},
    {"level": "province", "label": "省级", "in_chain": 40, "approved": 10, "rate": "25.0"},
    {"level": "ministry", "label": "商务部", "in_chain": 40, "approved": 10, "rate": "25.0"},
]
_COUNTS = {
    "expected": 40,
    "filed": 36,
    "in_time": 33,
    "late": 3,
    "returned": 1,
    "missing": 3,
    "overdue": 4,
    "final": 0,
    "exempt": 1,
    "unexpected": 2,
    "filed_rate": "90.0",
    "in_time_rate": "82.5",
    "final_rate": "0.0",
    "levels": _LEVELS,
}
_MISSING = {
    "unit_id": "01990000000070008000000000000002",
    "unit_name": "杭州云采科技有限公司",
    "division": "330106",
    "division_name": "西湖区",
    "form": "enterprise-4",
    "form_number": "服务外包统企业4表",
    "period": "2025",
    "period_label": "2025年",
    "item": "",
    "item_name": "",
    "standing": "missing",
    "standing_label": "未报送",
    "due": "2026-01-10",
    "days_late": 5,
    "urged_on": "2026-01-13",
    "contact": {
        "period_label": "2024年",
        "head": "李晓红",
        "filler": "周海",
        "phone": "0571-88888888",
        "fixed": "0571-88888888",
        "mobile": "13800138000",
        "email": "tongji@example.com",
    },
}

COMPLETENESS_EXAMPLES: Mapping[str, object] = {
    "CompletenessOut": {
        "form": "enterprise-4",
        "form_number": "服务外包统企业4表",
        "form_title": "服务外包人力资源情况登记表",
        "edition": "2022",
        "period": "2025",
        "period_label": "2025年",
        "division": "330100",
        "division_name": "杭州市",
        "due": "2026-01-10",
        "due_explanation": "2025年的年报应于次年1月10日前报送，含当日，即2026年1月10日（星期六）24时止。",
        "is_due": True,
        "rows": [
            {
                "division": "330106",
                "division_name": "西湖区",
                "is_own": False,
                "has_below": False,
                "counts": _COUNTS,
            }
        ],
        "total": _COUNTS,
        "rules": [
            {"title": "应报数（分母）", "text": "应报：报告期最后一日已进入统计的服务外包企业，每户一份。"},
        ],
    },
    "TrendOut": {
        "items": [
            {"period": "2024", "period_label": "2024年", "due": "2025-01-10", "counts": None},
            {"period": "2025", "period_label": "2025年", "due": "2026-01-10", "counts": _COUNTS},
        ]
    },
    "MissingPageOut": {"items": [_MISSING], "next_cursor": ""},
}

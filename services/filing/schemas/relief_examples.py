"""Bodies of extensions, exceptions and the year's dates for the interface's description."""

from __future__ import annotations

from collections.abc import Mapping

_UNIT_ID = "01990000000070008000000000000002"
_RELIEF = {
    "id": "01990000000070008000000000000031",
    "version": 2,
    "kind": "extension",
    "kind_label": "延期",
    "state": "granted",
    "state_label": "已同意",
    "unit_id": _UNIT_ID,
    "unit_name": "杭州云采科技有限公司",
    "division": "330106",
    "division_name": "西湖区",
    "decider": "330106",
    "decider_name": "西湖区商务主管部门",
    "form": "platform-1",
    "form_number": "服务外包统平台1表",
    "form_title": "服务外包交易平台情况登记表",
    "period": "2025",
    "period_label": "2025年",
    "statutory": "2026-01-10",
    "latest": "2026-03-31",
    "wanted": "2026-01-20",
    "until": "2026-01-20",
    "from_day": None,
    "to_day": None,
    "ground": "on_request",
    "ground_label": "单位申请",
    "reason": "年末系统迁移，交易记录一月中旬才能导出。",
    "answer": "同意，请按期报送。",
    "asked_at": "2026-01-08T02:00:00+00:00",
    "decided_at": "2026-01-09T02:00:00+00:00",
    "open_actions": [],
    "history": [{"at": "2026-01-08T02:00:00+00:00", "label": "申请延期"}],
}
_ENTRY = {
    "topic": "due",
    "topic_label": "报送时限",
    "on": "2026-01-20",
    "statutory": "2026-01-10",
    "is_provisional": False,
    "is_exempt": False,
    "explanation": "2025年的年报应于次年1月10日前报送，含当日，即2026年1月10日（星期六）24时止。",
    "source": "《服务外包统计调查制度》一（七）5",
    "form": "platform-1",
    "form_number": "服务外包统平台1表",
    "form_title": "服务外包交易平台情况登记表",
    "period": "2025",
    "period_label": "2025年",
}

RELIEF_EXAMPLES: Mapping[str, object] = {
    "ExtensionIn": {
        "form": "platform-1",
        "period": "2025",
        "until": "2026-01-20",
        "reason": "年末系统迁移，交易记录一月中旬才能导出。",
    },
    "ExceptionIn": {
        "unit_id": _UNIT_ID,
        "kind": "respite",
        "form": "",
        "from_day": "2026-01-01",
        "to_day": "2026-01-25",
        "ground": "disaster",
        "reason": "台风后停电，恢复供电前无法填报。",
    },
    "GrantIn": {"until": "2026-01-20", "answer": "同意，请按期报送。"},
    "AnswerIn": {"answer": "交易记录可先按月导出，不影响按期报送。"},
    "ReliefOut": _RELIEF,
    "ReliefsOut": {"items": [_RELIEF], "next_cursor": ""},
    "TimetableOut": {
        "year": 2026,
        "items": [_ENTRY],
        "review_terms": [{"label": "区（县）级商务主管部门", "working_days": 3}],
    },
}

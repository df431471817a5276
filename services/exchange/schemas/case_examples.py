"""Bodies for the interface's description: a case of the desk whose unit and the 名录库 differ in the name."""

from __future__ import annotations

from collections.abc import Mapping

_ROW: Mapping[str, object] = {
    "id": "01990000000070008000000000000021",
    "version": 1,
    "unit_id": "01990000000070008000000000000002",
    "unit_name": "杭州云采科技有限公司",
    "division": "330106",
    "division_name": "浙江省杭州市西湖区",
    "state": "open",
    "state_label": "待处理",
    "trigger": "announcement",
    "trigger_label": "名录库通报",
    "proposals": [{"proposal": "change", "label": "变更"}],
    "opened_at": "2026-03-09T02:00:00+00:00",
    "settled_at": None,
    "days": 3,
    "age": "new",
    "age_label": "5个工作日以内",
    "differing": ["单位详细名称"],
    "no": 1,
}

_FIELD: Mapping[str, object] = {
    "field": "name",
    "label": "单位详细名称",
    "theirs": "杭州云采科技股份有限公司",
    "ours": "杭州云采科技有限公司",
    "outcome": "differs",
    "outcome_label": "不一致",
    "why_label": "",
    "is_open": True,
    "choices": ["take_theirs", "keep_ours", "ask_unit", "leave"],
    "ground": {
        "source": "filing",
        "source_label": "企业1表",
        "id": "01990000000070008000000000000004",
        "revision": 2,
        "at": "2026-03-06T02:00:00+00:00",
    },
    "decisions": [
        {
            "no": 1,
            "choice": "leave",
            "choice_label": "暂缓处理",
            "reason": "等单位换发执照。",
            "by": "01990000000070008000000000000030",
            "at": "2026-03-10T02:00:00+00:00",
            "is_in_force": True,
            "answer": "none",
            "answer_label": "",
            "answer_reason": "",
            "answered_at": None,
            "days": 0,
            "message_id": "",
        }
    ],
}

EXAMPLES: Mapping[str, object] = {
    "DecisionsIn": {"decisions": [{"field": "name", "choice": "keep_ours", "reason": "以换发的营业执照为准。"}]},
    "CaseRowsOut": {"items": [_ROW], "next_cursor": ""},
    "CaseCountsOut": {
        "by_age": {"new": 3, "due": 1, "late": 0},
        "by_state": {"open": 3, "waiting": 1, "settled": 12},
    },
    "QualityOut": {
        "at": "2026-03-09T20:30:00+00:00",
        "units": {"directory": 86301, "survey": 1200},
        "checks": [
            {
                "check": "no_code",
                "title": "没有代码的单位",
                "directory": 310,
                "survey": 0,
                "count": 310,
                "share": "0.0035",
                "is_too_many": False,
            }
        ],
    },
    "FoundRowsOut": {
        "title": "代码跨市重复",
        "items": [
            {
                "side": "survey",
                "side_label": "本系统",
                "unit_id": "01990000000070008000000000000002",
                "name": "杭州云采科技有限公司",
                "code": "91330106000000019W",
                "division": "330106",
                "division_name": "浙江省杭州市西湖区",
                "group": "e3b0c44298fc1c149afbf4c8996fb924",
            }
        ],
        "next_cursor": "",
    },
    "CaseOut": {
        **_ROW,
        "directory_unit": "D00000000001",
        "evidence": "市场监管部门登记变更",
        "effective_date": "2026-03-08",
        "may_decide": True,
        "items": [_FIELD],
    },
}

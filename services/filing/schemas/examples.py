"""Bodies for the interface's description, by the name of their schema: one story of an invented platform."""

from __future__ import annotations

from collections.abc import Mapping

_ID = "01990000000070008000000000000001"
_UNIT_ID = "01990000000070008000000000000002"
_FILE_ID = "01990000000070008000000000000005"
_PLATFORM_ID = "01990000000070008000000000000007"
_DIGEST = "3f5a4c2b0e6d7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708"
_SIGN_OFF = {
    "unit_head": "王小明",
    "statistics_head": "李晓红",
    "filler": "周海",
    "phone": "0571-88888888",
    "reported_on": "2026-01-08",
}
_ANSWERS: Mapping[str, object] = {"601": {"1": 300, "2": 320}, "622": {"1": "23456.5", "2": "30210"}}
_FILE = {
    "file_id": _FILE_ID,
    "name": "交易记录.xlsx",
    "kind": "xlsx",
    "size": 48213,
    "sha256": _DIGEST,
    "pages": None,
    "uploaded_at": "2026-01-08T01:00:00+00:00",
}
_FINDING = {
    "key": "p1-amount-others@/622/2",
    "rule": "p1-amount-others",
    "severity": "query",
    "title": "交易项目金额大于三类服务项目之和，请说明其余是哪些项目。",
    "text": "交易项目金额大于三类服务项目之和，请说明其余是哪些项目。",
    "expected": "622 应等于 624+625+626 = 30000，现为 30210",
    "pointers": ["/622/2"],
    "indicators": ["622"],
    "explanation": "其余为培训撮合项目。",
}
_ROW: Mapping[str, object] = {
    "id": _ID,
    "version": 4,
    "unit_id": _UNIT_ID,
    "form": "platform-1",
    "form_number": "服务外包统平台1表",
    "form_title": "服务外包交易平台情况登记表",
    "edition": "2022",
    "period": "2025",
    "period_label": "2025年",
    "item": _PLATFORM_ID,
    "state": "submitted",
    "state_label": "待审核",
    "division": "330106",
    "division_name": "西湖区",
    "revision": 1,
    "in_force": 0,
    "filed_on": "2026-01-08",
    "submitted_at": "2026-01-08T02:00:00+00:00",
    "updated_at": "2026-01-08T02:00:00+00:00",
    "queries": 1,
}
_VERSION_ROW = {"no": 1, "submitted_at": "2026-01-08T02:00:00+00:00", "is_in_force": False, "decision": None}
_UNIT = {
    "id": _UNIT_ID,
    "types": [{"type": "platform", "label": "服务外包交易平台"}],
    "division": "330106",
    "division_name": "西湖区",
    "basics": [
        {"name": "name", "value": "杭州云采科技有限公司", "source": "registration", "label": "平台注册信息"},
    ],
    "platforms": [{"id": _PLATFORM_ID, "name": "云采服务外包交易平台", "is_registered": True}],
    "updated_at": "2026-01-02T02:00:00+00:00",
}
_DECISION_IN = {
    "edition": "2022",
    "from_period": "2025",
    "to_period": "2026-12",
    "document": "商办服贸函〔2025〕1号",
    "ground": "新制度批准前，按现行制度继续填报。",
}
_DECISION = {"id": _ID, **_DECISION_IN, "decided_at": "2025-04-01T02:00:00+00:00"}
_TASK = {
    "form": "platform-1",
    "form_number": "服务外包统平台1表",
    "form_title": "服务外包交易平台情况登记表",
    "period": "2025",
    "period_label": "2025年",
    "item": _PLATFORM_ID,
    "item_name": "云采服务外包交易平台",
    "due": "2026-01-10",
    "days_left": 3,
    "blocked": "",
    "is_done": False,
    "filing_id": _ID,
    "state": "draft",
    "state_label": "填报中",
}
_CARD = {
    "id": "p1-own-projects",
    "form": "platform-1",
    "title": "平台主体自营项目金额不能大于交易项目金额。",
    "reason": "自营项目是交易项目的一部分。",
    "source": "三（二）平台1表",
    "severity": "error",
    "codes": ["623", "622"],
    "formula": "623 ≤ 622",
    "condition": "",
}
_EDITION = {
    "id": "2022",
    "title": "服务外包统计调查制度",
    "approval": "国统制〔2022〕45号",
    "made_by": "商务部",
    "approved_by": "国家统计局",
    "valid_from": "2022-01-01",
    "valid_to": "2025-03-31",
    "is_expired": True,
    "duties": [],
    "forms": [
        {"key": "platform-1", "title": "服务外包交易平台情况登记表", "number": "服务外包统平台1表", "period": "year"}
    ],
}
_PART = {
    "key": "2",
    "label": "本年",
    "mark": "2",
    "kind": "whole",
    "unit": "家",
    "is_dash": False,
    "is_required": True,
    "is_computed": False,
    "is_printed": True,
    "may_not_apply": False,
    "has_condition": False,
    "list": "",
    "options": [],
    "note": "",
}
_INDICATOR = {
    "code": "601",
    "name": "采购商数量",
    "full_name": "采购商数量",
    "unit": "家",
    "block": "",
    "heading": "一、服务采购商",
    "indent": 0,
    "is_rows": False,
    "is_printed": True,
    "min_rows": 0,
    "max_rows": 0,
    "note": "年末平台上的采购商，包括个人。",
    "source": "三（二）平台1表; 四（六）",
    "parts": [_PART],
}
_FORM = {
    "key": "platform-1",
    "title": "服务外包交易平台情况登记表",
    "number": "服务外包统平台1表",
    "edition": "2022",
    "approval": "国统制〔2022〕45号",
    "made_by": "商务部",
    "approved_by": "国家统计局",
    "valid_to": "2025-03-31",
    "period": "year",
    "filer": "platform",
    "reporter": "unit",
    "layout": "table",
    "is_many": False,
    "takes_nil": False,
    "evidence": "交易记录等相关证明材料",
    "note": "",
    "head": [{"key": "uscc", "label": "统一社会信用代码"}],
    "foot": ["单位负责人"],
    "columns": [{"key": "2", "label": "本年"}],
    "statements": [],
    "duties": [],
    "indicators": [_INDICATOR],
}
_TRAINING_ROW = {
    "firm": "杭州软件研发有限公司",
    "institution": "杭州职业培训学校",
    "content": "软件测试",
    "category": "1",
    "venue": "杭州",
    "hours": "1200",
    "fee": "3.6",
}

EXAMPLES: Mapping[str, object] = {
    "EmptyIn": {},
    "BeginIn": {"form": "platform-1", "period": "2025", "item": _PLATFORM_ID},
    "ContentIn": {
        "answers": _ANSWERS,
        "explanations": {"p1-amount-others@/622/2": "其余为培训撮合项目。"},
        "evidence": [_FILE_ID],
        "nil_reason": None,
    },
    "SignOffIn": _SIGN_OFF,
    "SubmissionIn": {"sign_off": _SIGN_OFF, "duties_read": True},
    "ApprovalIn": {"opinion": "同意上报", "signatory": "张审核"},
    "ReturnIn": {
        "reason_code": "implausible",
        "reason": "交易项目金额请核实。",
        "signatory": "张审核",
        "pointers": ["/622/2"],
    },
    "RowsIn": {"rows": [_TRAINING_ROW]},
    "RowIn": {"row": _TRAINING_ROW},
    "TryIn": {"period": "2025", "answers": _ANSWERS},
    "UnitIn": {"name": "杭州软件研发有限公司", "division": "330106", "uscc": "91330106000000019W"},
    "DecisionIn": _DECISION_IN,
    "RowOut": _ROW,
    "RowsOut": {"items": [_ROW], "next_cursor": ""},
    "FilingOut": {
        **_ROW,
        "head": {"name": "杭州云采科技有限公司"},
        "answers": _ANSWERS,
        "shown": {"/601/2": "320"},
        "explanations": {"p1-amount-others@/622/2": "其余为培训撮合项目。"},
        "evidence": [_FILE],
        "nil_reason": None,
        "rows": None,
        "findings": [_FINDING],
        "counted": {"p1-amount-others": 1},
        "suggestions": [
            {"pointer": "/601/1", "value": 300, "source": "previous", "source_label": "上年审定数"},
        ],
        "open_actions": [{"action": "withdraw", "label": "撤回"}],
        "open_pointers": None,
        "versions": [_VERSION_ROW],
        "history": [
            {"at": "2026-01-08T02:00:00+00:00", "by": _UNIT_ID, "action": "submit", "label": "报送", "state": "submitted"}
        ],
    },
    "FindingsOut": {"findings": [_FINDING], "counted": {}, "answers": _ANSWERS},
    "FileOut": _FILE,
    "VersionOut": {
        **_VERSION_ROW,
        "digest": _DIGEST,
        "sign_off": _SIGN_OFF,
        "answers": _ANSWERS,
        "rows": None,
        "nil_reason": None,
        "evidence": [_FILE],
        "noted": [],
        "undone": [],
    },
    "ChangesOut": {"changes": [{"pointer": "/622/2", "indicator": "622", "before": "30210", "after": "30200"}]},
    "EarlierOut": {"items": [{"period": "2024", "period_label": "2024年", "value": "23456.5"}]},
    "TasksOut": {"items": [_TASK]},
    "RowPageOut": {"first": 0, "count": 1, "rows": [_TRAINING_ROW]},
    "UnitOut": _UNIT,
    "UnitsOut": {"items": [_UNIT], "next_cursor": ""},
    "DecisionOut": _DECISION,
    "DecisionsOut": {"items": [_DECISION]},
    "EditionOut": _EDITION,
    "EditionsOut": {"items": [_EDITION]},
    "FormOut": _FORM,
    "RulesOut": {"items": [_CARD]},
    "EntriesOut": {
        "items": [{"code": "I11", "name": "软件研发服务", "parent": "I1", "level": 3, "is_leaf": True}],
    },
}

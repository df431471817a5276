"""Bodies for the interface's description, by the name of their schema: one story of an invented platform."""

from __future__ import annotations

from collections.abc import Mapping

_FORM: Mapping[str, object] = {
    "operator_name": "杭州云采科技有限公司",
    "legal_representative": "王小明",
    "credit_code": "91330106000000019W",
    "division": "330106",
    "opened_on": "2015-03-01",
    "registered_capital": "1000",
    "registration_type": "domestic",
    "advanced_technology_enterprise": True,
    "postal_address": "浙江省杭州市西湖区文三路1号",
    "contact_person": "李晓红",
    "phone": "0571-88888888",
    "email": "contact@yuncai.example",
    "platform_name": "云采服务外包交易平台",
    "website": "https://www.yuncai.example",
    "icp_number": "浙ICP备12345678号-1",
    "operating_since": "2016-01-01",
    "trade_volume": "23456.5",
    "main_trades": "软件研发、工业设计",
    "top_suppliers": ["杭州软件研发有限公司", "宁波工业设计有限公司"],
    "top_buyers": ["上海制造有限公司"],
    "background": "由本地软件企业发起，为中小企业提供服务外包撮合。",
    "organisation": "设平台运营部、技术部、质量部。",
    "trade_so_far": "累计撮合交易 312 笔。",
    "operation_plan": "见材料 4。",
    "traits": {"matching": True, "services": True, "online": True},
    "conditions": {"legal_person_and_team": True, "rules_and_quality": True, "users_and_trades": True},
}

_REGISTRATION_ID = "01990000000070008000000000000001"
_FILE_ID = "01990000000070008000000000000005"
_REVIEWER_ID = "01990000000070008000000000000009"
_SIGNED: Mapping[str, object] = {"signatory": "张审核", "signed_on": "2026-03-03"}

_FILE: Mapping[str, object] = {
    "file_id": _FILE_ID,
    "name": "网站备案证明.png",
    "kind": "png",
    "size": 183204,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "pages": 1,
    "parts": [],
    "uploaded_at": "2026-03-02T01:30:00+00:00",
}

_ROW: Mapping[str, object] = {
    "id": _REGISTRATION_ID,
    "version": 9,
    "state": "under_review",
    "state_label": "审核中",
    "unit_id": "01990000000070008000000000000002",
    "division": "330106",
    "division_name": "浙江省杭州市西湖区",
    "platform_name": "云采服务外包交易平台",
    "operator_name": "杭州云采科技有限公司",
    "submitted_at": "2026-03-02T02:00:00+00:00",
    "updated_at": "2026-03-03T00:50:00+00:00",
    "revision": 1,
    "directory_state": None,
    "directory_label": "",
    "standing": "none",
    "standing_label": "未注册",
    "purpose": "first",
    "purpose_label": "注册",
    "round": 0,
    "in_force": 0,
    "valid_until": None,
    "review_due": "2026-03-23",
    "is_late": False,
    "closing_kind": "",
}

_LIFE: Mapping[str, object] = {
    "since": None,
    "division": None,
    "papers": [],
    "expires_on": None,
    "suspension": None,
    "closing": None,
    "ending": None,
    "changes": [],
    "explanation": "",
    "asked_materials": [],
    "review_terms": "自2026年3月2日次日起第15个工作日。",
    "review_due_provisional": False,
}

_REVIEW: Mapping[str, object] = {
    "reviewer_id": _REVIEWER_ID,
    "started_at": "2026-03-03T00:45:00+00:00",
    "materials": {"5": {"verdict": "not_legible", "verdict_label": "无法辨认", "note": "备案号看不清"}},
    "fields": {},
    "conditions": {"users_and_trades": {"verdict": "accept", "verdict_label": "符合要求", "note": ""}},
    "carried": [],
    "opinion": "",
    "decision": None,
    "undone": [],
}

_FACT: Mapping[str, object] = {
    "key": "licence_name",
    "material": "2",
    "label": "执照上的名称",
    "kind": "name",
    "read": "杭州云采科技有限公司",
    "stated": None,
    "proposed": "杭州云采科技有限公司",
    "is_expected": True,
    "is_recorded": True,
    "is_disputed": False,
    "is_settled": True,
    "reason": "",
    "comparisons": [
        {
            "source": "form",
            "source_label": "注册信息表",
            "label": "注册信息表",
            "value": "杭州云采科技有限公司",
            "result": "agrees",
            "result_label": "一致",
        }
    ],
}

_THREAD: Mapping[str, object] = {
    "id": "0199000000007000800000000000000b",
    "visibility": "filer",
    "pointer": "/materials/5",
    "place": "材料5",
    "anchor": "at-materials-5",
    "is_resolved": False,
    "updated_at": "2026-03-03T01:20:00+00:00",
    "unread": 1,
    "can_answer": True,
    "can_resolve": False,
    "messages": [
        {
            "no": 1,
            "at": "2026-03-03T01:20:00+00:00",
            "author_id": _REVIEWER_ID,
            "side": "department",
            "text": "备案号看不清，请更换。",
        }
    ],
    "course": [{"at": "2026-03-03T01:20:00+00:00", "actor_id": _REVIEWER_ID, "action": "open"}],
}

_CHANGE: Mapping[str, object] = {
    "pointer": "/form/phone",
    "label": "电话",
    "before": "0571-88888888",
    "after": "0571-88888889",
}

_UPLOAD = {
    "upload_id": "01990000000070008000000000000009",
    "material": "5",
    "name": "网站备案证明.pdf",
    "sha256": "",
    "length": 4_194_304,
    "offset": 1_048_576,
    "expires_at": "2026-03-03T01:30:00+00:00",
    "file": None,
}

EXAMPLES: Mapping[str, object] = {
    "FormIn": _FORM,
    "MaterialIn": {"files": [{"file_id": _FILE_ID, "parts": []}]},
    "FactsIn": {"licence_name": "杭州云采科技有限公司", "icp_number": "浙ICP备12345678号"},
    "SubmissionIn": {"undertaking": True, "explanation": ""},
    "ReasonIn": {"reason": "平台已停止运营。"},
    "StatementIn": {"statement": "平台仍在运营，附近期交易情况说明。"},
    "GroundedIn": {"ground": "not_operating", "reason": "经核查，平台网址已三个月无法访问。"},
    "SuspensionIn": {
        "ground": "conditions_not_met",
        "reason": "经核查，运营团队已撤销，请限期恢复。",
        "since": "2026-09-01",
        "until": "2026-12-01",
    },
    "ReviewIn": {
        "materials": {"5": {"verdict": "not_legible", "note": "备案号看不清"}},
        "fields": {"website": {"verdict": "accept", "note": ""}},
        "conditions": {"users_and_trades": {"verdict": "accept", "note": ""}},
        "facts": {"licence_name": "杭州云采科技有限公司", "licence_valid_until": "长期", "plan_fees": True},
        "reasons": {"licence_name": "已更名，见变更通知书"},
        "opinion": "",
        "confirms_carried": False,
    },
    "RefusalIn": {**_SIGNED, "reason_code": "materials_unclear", "reason": "材料 5 的备案号看不清，请更换。"},
    "ApprovalIn": {**_SIGNED, "opinion": "材料齐全，符合注册条件，同意。"},
    "UndoIn": {"reason": "误点退回，继续审核。"},
    "EmptyIn": {},
    "RegistrationOut": {
        **_ROW,
        "created_at": "2026-03-01T08:00:00+00:00",
        "form": _FORM,
        "materials": {"5": [_FILE]},
        "missing": [],
        "completeness": {
            "done": 31,
            "total": 31,
            "sections": [{"key": "operator", "label": "平台运营主体基本信息", "done": 12, "total": 12}],
        },
        "open_actions": ["save_review", "return", "approve", "reject"],
        "open_parts": None,
        "review": _REVIEW,
        "checks": [
            {
                "pointer": "/form/credit_code",
                "code": "both_check_digits",
                "label": "信用代码与主体标识码的校验码均正确",
                "holds": True,
                "detail": "",
            }
        ],
        "notes": [],
        "facts": [_FACT],
        "directory": None,
        "life": _LIFE,
        "history": [
            {
                "at": "2026-03-03T00:45:00+00:00",
                "actor_id": _REVIEWER_ID,
                "action": "start_review",
                "action_label": "开始审核",
                "from_state": "submitted",
                "to_state": "under_review",
                "to_state_label": "审核中",
            }
        ],
    },
    "RowsOut": {"items": [_ROW], "next_cursor": ""},
    "FileOut": _FILE,
    "UploadOut": {**_UPLOAD, "offset": 4_194_304, "file": _FILE},
    "UploadsOut": {"items": [_UPLOAD]},
    "RevisionsOut": {"items": [{"no": 1, "submitted_at": "2026-03-02T02:00:00+00:00", "decision": None}]},
    "RevisionOut": {
        "no": 1,
        "submitted_at": "2026-03-02T02:00:00+00:00",
        "form": _FORM,
        "materials": {"5": [_FILE]},
        "review": _REVIEW,
    },
    "ThreadIn": {"visibility": "filer", "pointer": "/materials/5", "text": "备案号看不清，请更换。"},
    "MessageIn": {"text": "已更换为清晰的扫描件。"},
    "SeenIn": {"no": 2},
    "ThreadOut": _THREAD,
    "ThreadsOut": {"items": [_THREAD]},
    "SheetsOut": {
        "items": [
            {
                "id": "0199000000007000800000000000000a",
                "kind": "approval",
                "title": "服务外包交易平台注册审核决定书",
                "number": "统外注〔2026〕330106-0001号",
                "decided_at": "2026-03-03T01:10:00+00:00",
                "size": 705879,
                "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "stands": True,
            }
        ]
    },
    "ChangesOut": {"changes": [_CHANGE]},
    "TextOut": {"text": "一、管理制度……"},
}

"""Examples of the bodies of threads, marks and assignments."""

from __future__ import annotations

from collections.abc import Mapping

_FILING = "01990000000070008000000000000001"
_PERSON = "01990000000070008000000000000011"
_COLLEAGUE = "01990000000070008000000000000012"
_PLACE = {"pointer": "/622/2", "place": "622 交易项目金额　本年"}
_FORM = {
    "form": "platform-1",
    "form_title": "服务外包交易平台情况登记表",
    "period": "2025",
    "period_label": "2025年",
}
_QUESTION = "交易项目金额比上年增长近三成，请说明主要原因。"
_ANSWER = "新增两个行业板块，见证明材料第 3 页。"
_THREAD = {
    "id": "01990000000070008000000000000013",
    "visibility": "filer",
    **_PLACE,
    "anchor": "at-622-2",
    "is_resolved": False,
    "updated_at": "2026-01-09T03:00:00+00:00",
    "unread": 1,
    "can_answer": True,
    "can_resolve": True,
    "messages": [
        {
            "no": 1,
            "at": "2026-01-09T02:00:00+00:00",
            "author_id": _PERSON,
            "side": "department",
            "department": "西湖区",
            "text": _QUESTION,
        },
        {
            "no": 2,
            "at": "2026-01-09T03:00:00+00:00",
            "author_id": "01990000000070008000000000000014",
            "side": "unit",
            "department": "",
            "text": _ANSWER,
        },
    ],
    "course": [{"at": "2026-01-09T02:00:00+00:00", "actor_id": _PERSON, "action": "open"}],
}
_MARK = {
    "id": "01990000000070008000000000000015",
    "filing_id": _FILING,
    "unit_name": "杭州云采科技有限公司",
    **_FORM,
    "revision": 1,
    **_PLACE,
    "value": "30210",
    "now": "29810",
    "is_there": True,
    "note": "年后核对银行流水。",
    "is_done": False,
    "made_at": "2026-01-09T02:00:00+00:00",
    "made_by": _PERSON,
}

CASEWORK_EXAMPLES: Mapping[str, object] = {
    "ThreadIn": {"visibility": "filer", "pointer": "/622/2", "text": _QUESTION},
    "MessageIn": {"text": _ANSWER},
    "SeenIn": {"no": 2},
    "ThreadOut": _THREAD,
    "ThreadsOut": {"items": [_THREAD]},
    "ListedThreadsOut": {
        "items": [
            {
                "id": _THREAD["id"],
                "filing_id": _FILING,
                "unit_name": "杭州云采科技有限公司",
                **_FORM,
                **_PLACE,
                "visibility": "filer",
                "visibility_label": "填报单位可见",
                "is_resolved": False,
                "opened_at": "2026-01-09T02:00:00+00:00",
                "opened_by": "西湖区",
                "updated_at": "2026-01-09T03:00:00+00:00",
                "is_answered": True,
                "last": _ANSWER,
            }
        ],
        "next_cursor": "",
    },
    "BesideLastOut": {
        "period": "2024",
        "period_label": "2024年",
        "version": None,
        "changes": [{"pointer": "/622/2", "indicator": "622", "before": "23456.5", "after": "30210.5"}],
    },
    "MarkIn": {"pointer": "/622/2", "note": "年后核对银行流水。"},
    "MarkOut": _MARK,
    "FilingMarksOut": {"items": [_MARK]},
    "MarksOut": {"items": [_MARK], "next_cursor": ""},
    "AssignmentIn": {"assignee_id": _COLLEAGUE},
    "AssignmentOut": {"assignee_id": _COLLEAGUE},
    "WorkloadOut": {
        "waiting": 14,
        "unassigned": 5,
        "is_more": False,
        "colleagues": [{"account_id": _COLLEAGUE, "assigned": 9, "oldest": "2026-01-06T01:00:00+00:00", "overdue": 2}],
    },
}

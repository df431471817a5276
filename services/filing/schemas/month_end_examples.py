"""Bodies of the work at a month's end for the interface's description; the figures are made up."""

from __future__ import annotations

from collections.abc import Mapping

_EXECUTION: Mapping[str, object] = {
    "id": "01990000000070008000000000000021",
    "version": 2,
    "state": "draft",
    "state_label": "填报中",
    "is_editable": True,
    "is_late": False,
    "number": "HT-2025-011",
    "part": "",
    "cumulative": None,
    "answers": {"304": {"number": "HT-2025-011"}, "305": {"date": "2025-11-14"}, "308": "12.5"},
    "explanations": {},
}
_NIL = {key: _EXECUTION[key] for key in ("id", "version", "state", "state_label", "is_late")}
_SIGN_OFF = {
    "unit_head": "王小明",
    "statistics_head": "李晓红",
    "filler": "周海",
    "phone": "0571-88888888",
    "reported_on": "2025-11-28",
}
_PROBLEM = {
    "pointer": "/lines/3/308",
    "code": "not_amount",
    "message": "应为金额。",
    "expected": "数字，小数点后不超过 6 位",
    "indicator": "308",
}
_LINE = {
    "key": "row-1",
    "contract": "01990000000070008000000000000020",
    "305": {"date": "2025-11-14"},
    "306": "中国银行杭州分行",
    "307": "BOC-20251114-01",
    "308": "12.5",
    "309": "12.5",
}

MONTH_END_EXAMPLES: Mapping[str, object] = {
    "LineIn": _LINE,
    "ExecutionsIn": {"period": "2025-11", "lines": [_LINE]},
    "NilIn": {"period": "2025-11", "reason": "当月没有执行。"},
    "SelectedIn": {"id": "01990000000070008000000000000021", "version": 2},
    "SelectionIn": {
        "items": [{"id": "01990000000070008000000000000021", "version": 2}],
        "sign_off": _SIGN_OFF,
        "duties_read": True,
    },
    "MonthEndOut": {
        "period": "2025-11",
        "due": "2025-11-30",
        "due_explanation": "2025年11月的月报应于当月月末前报送，即2025年11月30日（星期日）24时止。",
        "lock": "2026-03-31",
        "lock_explanation": "2025年下半年执行的，应在当年填报，有特殊情况的可顺延至次年3月底前。",
        "is_overdue": False,
        "is_whole": True,
        "contracts": [
            {
                "id": "01990000000070008000000000000020",
                "number": "HT-2025-011",
                "part": "",
                "client": "Delta Ltd",
                "nature": "2",
                "nature_label": "离岸合同",
                "amount": "100",
                "executed": "40",
                "remaining": "60",
                "executions": [_EXECUTION],
            }
        ],
        "others": [],
        "nil": {**_NIL, "reason": "当月没有执行。"},
    },
    "SavedLinesOut": {
        "lines": [
            {
                "key": "row-1",
                "is_saved": True,
                "id": "01990000000070008000000000000021",
                "version": 1,
                "state": "draft",
                "cumulative": "52.5",
                "findings": [],
                "problems": [],
            },
            {
                "key": "row-4",
                "is_saved": False,
                "id": None,
                "version": None,
                "state": None,
                "cumulative": None,
                "findings": [],
                "problems": [_PROBLEM],
            },
        ],
        "saved": 1,
        "refused": 1,
    },
    "ListReadOut": {
        "is_saved": False,
        "begun": 2,
        "changed": 1,
        "unchanged": 0,
        "blank": 17,
        "faults": [{**_PROBLEM, "sheet": "填报", "cell": "L14", "severity": "error", "row": 3}],
    },
    "OutcomesOut": {
        "items": [
            {
                "id": "01990000000070008000000000000021",
                "is_submitted": True,
                "version": 3,
                "state": "submitted",
                "is_late": False,
                "receipt": {
                    "revision": 1,
                    "digest": "3f5a4c2b0e6d7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708",
                },
                "code": "",
                "message": "",
                "problems": [],
                "findings": [],
            }
        ],
        "submitted": 1,
        "refused": 0,
    },
}

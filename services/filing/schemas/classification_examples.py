"""Bodies of classification for the interface's description."""

from __future__ import annotations

from collections.abc import Mapping

_ANSWERS = [
    {"question": "organisations", "values": ["yes"]},
    {"question": "own", "values": ["yes"]},
    {"question": "statutory", "values": ["no"]},
    {"question": "kind", "values": ["none"]},
    {"question": "product", "values": ["no"]},
    {"question": "amount", "values": ["paid_on_behalf"]},
]
_PAID = {
    "code": "paid_on_behalf",
    "label": "代发代缴代垫的款项",
    "text": "替发包方支付的工资、社保、公积金、差旅等，如人力资源管理服务（B11）。",
}

CLASSIFICATION_EXAMPLES: Mapping[str, object] = {
    "ClassSearchIn": {"text": "每月为客户员工核算工资、代缴社保", "edition": "2022"},
    "PathIn": {"path": "scope", "answers": _ANSWERS, "edition": "2022"},
    "PathOut": {
        "edition": "2022",
        "asked": [each["question"] for each in _ANSWERS],
        "next": None,
        "outcome": "part",
        "reason": None,
        "deductions": [_PAID],
        "result": None,
    },
    "CandidatesOut": {
        "edition": "2022",
        "candidates": [
            {
                "code": "B11",
                "name": "人力资源管理服务",
                "points": "14.52",
                "hits": [{"word": "工资", "field": "strong", "points": "5.62"}],
                "moves": [],
            }
        ],
        "suggestion": {
            "answers": _ANSWERS,
            "words": {"amount": ["代缴", "社保"]},
            "outcome": "part",
            "reason": None,
            "deductions": [_PAID],
        },
    },
}

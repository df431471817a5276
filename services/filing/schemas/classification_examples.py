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

_CLASS = {
    "code": "K21",
    "name": "工业设计服务",
    "group": {"code": "K2", "name": "设计服务"},
    "main": {"code": "K", "name": "知识流程外包"},
    "scope": "工业产品全周期的设计：策划、结构、界面、造型、包装、展示、试验认证、环境和生产线。",
    "businesses": ["外观设计", "结构设计"],
    "words": ["造型", "手板"],
    "exclusions": [{"what": "工程的规划设计", "kind": "elsewhere", "belongs_to": ["K22"], "is_inferred": False}],
    "notes": ["203 须注明工业设计占产品总价的百分比。"],
    "shares": [{"code": "K21-daily", "name": "生活用品（纺织品、工艺品、家具等）", "from": 5, "to": 10}],
}
_QUESTION = {
    "id": "organisations",
    "text": "发包方是企业、政府、社团等组织吗？",
    "help": "服务外包是组织与组织之间的合作。",
    "is_many": False,
    "usual": "yes",
    "next": "",
    "outcome": "",
    "answers": [{"value": "yes", "label": "是", "next": "own", "outcome": "", "reason": "", "deduction": ""}],
}
_SCOPE = {"title": "这份合同要不要填报，金额里哪些计入", "first": "organisations", "questions": [_QUESTION]}
_RESULT = {"code": "single", "label": "只有一类服务", "text": "按这一类归类。", "families": [], "is_filed": True}
_REASON = {"code": "lawyers", "label": "律师服务", "text": "律师及相关法律服务不在法律流程服务之内。"}

CLASSIFICATION_EXAMPLES: Mapping[str, object] = {
    "RecordIn": {
        "record": {
            "edition": "2022",
            "query": "每月核算工资，代缴社保",
            "scope": [{"question": "organisations", "values": ["yes"]}],
            "deductions": [{"kind": "paid_on_behalf", "amount": "120.5", "currency": "CNY"}],
            "chosen": "B11",
            "mixed": [],
        }
    },
    "ClassSearchIn": {"text": "每月为客户员工核算工资、代缴社保", "edition": "2022"},
    "PathIn": {"path": "scope", "answers": _ANSWERS, "edition": "2022"},
    "ClassOut": _CLASS,
    "ClassesOut": {"edition": "2022", "items": [_CLASS]},
    "PathsOut": {
        "edition": "2022",
        "scope": _SCOPE,
        "mixed": {"title": "合同含几类服务时归哪一类", "first": "priced", "questions": [], "results": [_RESULT]},
        "reasons": [_REASON],
        "deductions": [_PAID],
    },
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

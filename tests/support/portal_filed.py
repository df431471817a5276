"""Filings that were submitted, as the portal gets them: each a valid one, a test states the difference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from services.portal.model.filing import FilingAnswer, LinkAnswer, NotedAnswer, TaskAnswer, VerdictAnswer, VersionAnswer
from tests.support.portal import Portal
from tests.support.portal_filing import checked_parts, make_evidence, make_filing

ANSWERS: Mapping[str, Any] = {
    "601": {"1": {"not_applicable": "首年运营"}, "2": 320},
    "602": {"2": 20},
    "621": {"2": 88},
    "622": {"2": "30210.5"},
}
SIGN_OFF = {
    "unit_head": "王小明",
    "statistics_head": "李晓红",
    "filler": "周海",
    "phone": "0571-88888888",
    "reported_on": "2026-01-08",
}
SUBMITTED_AT = "2026-01-08T02:00:00+00:00"


def make_link(division: str, name: str, level: str, standing: str = "waiting", **changes: object) -> LinkAnswer:
    """Return a department of the chain, to which the filing has not come."""
    link = {
        "division": division,
        "division_name": name,
        "level_label": level,
        "standing": standing,
        "decided_at": None,
        "signatory": "",
    }
    return cast(LinkAnswer, {**link, **changes})


CHAIN = [
    make_link("330106", "西湖区", "区（县）级", "acting"),
    make_link("330100", "杭州市", "地（市）级"),
    make_link("330000", "浙江省", "省级"),
    make_link("000000", "商务部", "商务部"),
]


def make_task(**changes: object) -> TaskAnswer:
    """Return a 平台1表 that is to be filed within nine days."""
    task = {
        "form": "platform-1",
        "form_number": "服务外包统平台1表",
        "form_title": "服务外包交易平台情况登记表",
        "period": "2025",
        "period_label": "2025年",
        "item": "p1",
        "item_name": "云采服务外包交易平台",
        "due": "2026-01-10",
        "statutory_due": "2026-01-10",
        "due_explanation": "2025年的年报应于次年1月10日前报送，含当日。",
        "latest_due": "2026-03-31",
        "is_exempt": False,
        "is_expected": True,
        "is_asked": False,
        "days_left": 9,
        "blocked": "",
        "is_done": False,
        "filing_id": None,
        "state": None,
        "state_label": "未填",
    }
    return cast(TaskAnswer, {**task, **changes})


def make_noted(**changes: object) -> NotedAnswer:
    """Return a query with its explanation."""
    noted = {
        "key": "p1-amount-others@/622/2",
        "rule": "p1-amount-others",
        "severity": "query",
        "title": "交易项目金额大于三类服务项目之和，请说明其余是哪些项目。",
        "pointers": ["/622/2"],
        "indicators": ["622"],
        "expected": "622 应等于 624+625+626 = 30000.5，现为 30210.5",
        "explanation": "其余为培训撮合项目。",
    }
    return cast(NotedAnswer, {**noted, **changes})


def make_verdict(**changes: object) -> VerdictAnswer:
    """Return a return of one field."""
    verdict = {
        "action": "return",
        "label": "退回",
        "text": "交易项目金额请核实。",
        "signatory": "张审核",
        "decided_at": "2026-01-09T02:00:00+00:00",
        "division_name": "西湖区",
        "level_label": "区（县）级",
        "reason_code": "implausible",
        "reason_label": "数据异常，说明不足",
        "pointers": ["/622/2"],
        "seen": [],
    }
    return cast(VerdictAnswer, {**verdict, **changes})


def make_version(form: str = "platform-1", **changes: Any) -> VersionAnswer:
    """Return the first version of a filing, with one query explained and one file."""
    answers = changes.get("answers", ANSWERS)
    version = {
        "no": 1,
        "submitted_at": SUBMITTED_AT,
        "is_in_force": False,
        "decision": None,
        "decisions": [each] if (each := changes.get("decision")) else [],
        "digest": "ab" * 32,
        "sign_off": SIGN_OFF,
        "answers": answers,
        "shown": checked_parts(form, answers, {})["shown"],
        "rows": None,
        "nil_reason": None,
        "evidence": [make_evidence()],
        "noted": [make_noted()],
        "converted": [],
        "undone": [],
    }
    return cast(VersionAnswer, {**version, **changes})


def make_submitted_filing(form: str = "platform-1", **changes: Any) -> FilingAnswer:
    """Return a filing that waits for the department, which may decide on it."""
    versions = changes.pop("versions", [make_version(form)])
    waiting: dict[str, object] = {
        "state": "submitted",
        "state_label": "待审核",
        "revision": len(versions),
        "submitted_at": SUBMITTED_AT,
        "waiting_since": SUBMITTED_AT,
        "chain": CHAIN,
        "queries": 1,
        "item_name": "云采服务外包交易平台",
        "answers": versions[-1]["answers"],
        "evidence": versions[-1]["evidence"],
        "open_actions": [{"action": "approve", "label": "审核通过"}, {"action": "return", "label": "退回"}],
        "versions": [
            {name: each[name] for name in ("no", "submitted_at", "is_in_force", "decision", "decisions")}
            for each in versions
        ],
        "history": [
            {"at": SUBMITTED_AT, "by": "a1", "action": "submit", "label": "报送", "state": "submitted"},
        ],
    }
    return make_filing(form, **{**waiting, **changes})


def keep_filing(portal: Portal, filing: FilingAnswer, *versions: VersionAnswer) -> FilingAnswer:
    """Let the fake hold a filing with its versions."""
    portal.filings.items[filing["id"]] = filing
    portal.filings.versions |= {(filing["id"], each["no"]): each for each in versions}
    return filing

"""View-models of extensions and exceptions: the list, one of them, what can be done with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from services.portal.model.reliefs import ReliefAnswer
from services.portal.presenters.words import EMPTY, Badge, chinese_date, moment

STATES: Mapping[str, str] = {
    "asked": "待答复",
    "granted": "已同意",
    "refused": "未同意",
    "withdrawn": "已撤回",
    "ended": "已终止",
}
TONES = {"asked": "warning", "granted": "success", "refused": "danger"}
KINDS = {"exemption": "免报：本单位没有填报义务", "respite": "顺延：区间内到期的报表统一顺延到止日"}
GROUNDS = {
    "ceased": "已停业、注销或吊销（免报）",
    "out_of_scope": "不属于统计范围（免报）",
    "reported_elsewhere": "由总公司或子公司统一填报（免报）",
    "disaster": "自然灾害等不可抗力（顺延）",
    "system_failure": "填报系统故障（顺延）",
}


@dataclass(frozen=True)
class ReliefView:
    """An extension or exception."""

    id: str
    version: int
    kind: str
    badge: Badge
    unit: str
    place: str
    decider: str
    about: str
    statutory: str
    wanted: str
    wanted_iso: str
    latest: str
    latest_iso: str
    effect: str
    ground: str
    reason: str
    answer: str
    asked_at: str
    decided_at: str
    actions: tuple[str, ...]
    course: tuple[tuple[str, str], ...]
    is_extension: bool


def relief_views(reliefs: Iterable[ReliefAnswer]) -> tuple[ReliefView, ...]:
    """Return the lines of a list."""
    return tuple(relief_view(each) for each in reliefs)


def relief_view(relief: ReliefAnswer) -> ReliefView:
    """Return an extension or exception."""
    about = "　".join(part for part in (relief["form_number"], relief["form_title"], relief["period_label"]) if part)
    return ReliefView(
        id=relief["id"],
        version=relief["version"],
        kind=relief["kind_label"],
        badge=Badge(relief["state_label"], TONES.get(relief["state"], "secondary")),
        unit=relief["unit_name"] or relief["division_name"],
        place=relief["division_name"],
        decider=relief["decider_name"],
        about=about,
        statutory=_day(relief["statutory"]),
        wanted=_day(relief["wanted"]),
        wanted_iso=relief["wanted"] or "",
        latest=_day(relief["latest"]),
        latest_iso=relief["latest"] or "",
        effect=_effect(relief),
        ground=relief["ground_label"],
        reason=relief["reason"],
        answer=relief["answer"],
        asked_at=moment(relief["asked_at"]),
        decided_at=moment(relief["decided_at"]),
        actions=tuple(each["action"] for each in relief["open_actions"]),
        course=tuple((moment(each["at"]), each["label"]) for each in relief["history"]),
        is_extension=relief["kind"] == "extension",
    )


def _effect(relief: ReliefAnswer) -> str:
    """Return in words what it does to due days."""
    if relief["kind"] == "extension":
        return f"延至{_day(relief['until'])}" if relief["until"] else f"申请延至{_day(relief['wanted'])}"
    span = f"{_day(relief['from_day'])}至{_day(relief['to_day'])}到期的"
    return f"{span}免报" if relief["kind"] == "exemption" else f"{span}顺延到{_day(relief['to_day'])}"


def _day(text: str | None) -> str:
    return chinese_date(date.fromisoformat(text)) if text else EMPTY

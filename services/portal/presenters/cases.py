"""View-models of the three-way desk: the list by age, a case with its fields side by side, the quality checks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.portal.model.cases import (
    CaseAnswer,
    CaseCounts,
    CaseRow,
    CheckAnswer,
    DecisionAnswer,
    FieldAnswer,
    FoundAnswer,
    GroundAnswer,
    QualityAnswer,
)
from services.portal.presenters.words import EMPTY, Badge, moment

STATES: Mapping[str, str] = {"open": "待处理", "waiting": "待答复", "settled": "已办结"}
STATE_TONES: Mapping[str, str] = {"open": "warning", "waiting": "primary", "settled": "success"}
AGES: Mapping[str, str] = {"new": "5个工作日以内", "due": "6至20个工作日", "late": "超过20个工作日"}
AGE_TONES: Mapping[str, str] = {"new": "secondary", "due": "warning", "late": "danger"}
PROPOSALS: Mapping[str, str] = {
    "new": "新增",
    "change": "变更",
    "close": "注销",
    "move": "迁移",
    "merge": "合并",
    "split": "拆分",
    "wrong_place": "误划属地",
}
CHOICES: Mapping[str, str] = {
    "take_theirs": "采用名录库值",
    "keep_ours": "保留本系统值并报名录库",
    "ask_unit": "请单位核实",
    "leave": "暂缓处理",
}
OUTCOME_TONES: Mapping[str, str] = {"same": "success", "differs": "danger", "cannot_compare": "warning"}
ANSWER_TONES: Mapping[str, str] = {"pending": "primary", "accepted": "success", "refused": "danger"}


@dataclass(frozen=True)
class CaseLine:
    """A case in the list."""

    id: str
    name: str
    place: str
    proposals: str
    differing: str
    badge: Badge
    trigger: str
    since: str
    days: int
    age: Badge


@dataclass(frozen=True)
class DecisionView:
    """A decision with what came back; `answer` is None where nobody is to answer."""

    label: str
    reason: str
    at: str
    is_in_force: bool
    answer: Badge | None
    answer_words: str
    message_id: str


@dataclass(frozen=True)
class FieldView:
    """A field: the three columns, and what can be decided or was."""

    name: str
    label: str
    theirs: str
    ours: str
    ground: str
    ground_url: tuple[str, str]
    badge: Badge
    why: str
    choices: tuple[tuple[str, str], ...]
    choice: str
    reason: str
    decisions: tuple[DecisionView, ...]
    is_unequal: bool


@dataclass(frozen=True)
class CaseView:
    """A case: its head, the fields that are not equal, and those that are."""

    line: CaseLine
    version: int
    evidence: str
    effective_date: str
    may_decide: bool
    unequal: tuple[FieldView, ...]
    equal: tuple[FieldView, ...]
    no: int
    settled_at: str


def case_lines(rows: Iterable[CaseRow]) -> tuple[CaseLine, ...]:
    """Return the lines of the list."""
    return tuple(case_line(row) for row in rows)


def case_line(row: CaseRow) -> CaseLine:
    """Return a case as a line."""
    return CaseLine(
        id=row["id"],
        name=row["unit_name"] or row["unit_id"],
        place=row["division_name"],
        proposals="、".join(each["label"] for each in row["proposals"]),
        differing="、".join(row["differing"]) or EMPTY,
        badge=Badge(row["state_label"], STATE_TONES.get(row["state"], "secondary")),
        trigger=row["trigger_label"],
        since=moment(row["opened_at"]),
        days=row["days"],
        age=Badge(f"{row['days']}个工作日", AGE_TONES.get(row["age"], "secondary")),
    )


def case_view(case: CaseAnswer, typed: Mapping[str, tuple[str, str]]) -> CaseView:
    """Return a case; `typed` are choice and reason by field that could not be sent yet."""
    fields = [_field(each, *typed.get(each["field"], ("", ""))) for each in case["items"]]
    return CaseView(
        line=case_line(case),
        version=case["version"],
        evidence=case["evidence"],
        effective_date=case["effective_date"],
        may_decide=case["may_decide"] and any(each.choices for each in fields),
        unequal=tuple(each for each in fields if each.is_unequal),
        equal=tuple(each for each in fields if not each.is_unequal),
        no=case["no"],
        settled_at=moment(case["settled_at"]) if case["settled_at"] else "",
    )


def age_links(counts: CaseCounts) -> tuple[tuple[str, str, int], ...]:
    """Return the ages with how many cases there are of each."""
    return tuple((age, words, counts["by_age"].get(age, 0)) for age, words in AGES.items())


def _field(field: FieldAnswer, choice: str, reason: str) -> FieldView:
    return FieldView(
        name=field["field"],
        label=field["label"],
        theirs=field["theirs"] or EMPTY,
        ours=field["ours"] or EMPTY,
        ground=_ground(field["ground"]),
        ground_url=_where(field["ground"]),
        badge=Badge(field["outcome_label"], OUTCOME_TONES.get(field["outcome"], "secondary")),
        why=field["why_label"],
        choices=tuple((each, CHOICES[each]) for each in field["choices"] if each in CHOICES),
        choice=choice,
        reason=reason,
        decisions=tuple(_decision(each) for each in field["decisions"]),
        is_unequal=field["outcome"] != "same",
    )


def _ground(ground: GroundAnswer | None) -> str:
    if ground is None:
        return EMPTY
    revision = f"第{ground['revision']}版" if ground["source"] != "directory" else ""
    return " ".join(part for part in (ground["source_label"], revision, moment(ground["at"])) if part)


def _where(ground: GroundAnswer | None) -> tuple[str, str]:
    """Return what kind of thing the ground is and its id, both empty where it has no page."""
    return (ground["source"], ground["id"]) if ground and ground["source"] != "directory" else ("", "")


def _decision(decision: DecisionAnswer) -> DecisionView:
    answer = decision["answer"]
    waits = answer == "pending"
    words = f"已等{decision['days']}个工作日" if waits else decision["answer_reason"]
    return DecisionView(
        label=decision["choice_label"],
        reason=decision["reason"],
        at=moment(decision["at"]),
        is_in_force=decision["is_in_force"],
        answer=Badge(decision["answer_label"], ANSWER_TONES[answer]) if answer in ANSWER_TONES else None,
        answer_words=words,
        message_id=decision["message_id"],
    )


@dataclass(frozen=True)
class CheckLine:
    """A quality check with what it found."""

    name: str
    title: str
    directory: int
    survey: int
    count: int
    share: str
    badge: Badge


@dataclass(frozen=True)
class FoundLine:
    """A unit that a check found; `begins` says that the one before has another value."""

    side: str
    name: str
    code: str
    place: str
    begins: bool


def check_lines(quality: QualityAnswer) -> tuple[CheckLine, ...]:
    """Return the checks of the last run."""
    return tuple(_check(each) for each in quality["checks"])


def _check(check: CheckAnswer) -> CheckLine:
    if check["share"] is None:
        badge = Badge("未发现", "success") if not check["count"] else Badge("待核实", "warning")
    else:
        badge = Badge("不低于1%", "danger") if check["is_too_many"] else Badge("低于1%", "success")
    share = f"{Decimal(check['share']) * 100:.2f}%" if check["share"] is not None else EMPTY
    return CheckLine(check["check"], check["title"], check["directory"], check["survey"], check["count"], share, badge)


def found_lines(found: Sequence[FoundAnswer]) -> tuple[FoundLine, ...]:
    """Return what a check found; those that share a value stand together."""
    before = [None, *(each["group"] for each in found)]
    return tuple(
        FoundLine(
            side=each["side_label"],
            name=each["name"] or EMPTY,
            code=each["code"] or EMPTY,
            place=f"{each['division_name']}（{each['division']}）",
            begins=bool(each["group"]) and each["group"] != last,
        )
        for each, last in zip(found, before, strict=False)
    )

"""View-models of the exchange's journal and of the daily statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from services.portal.model.proof import (
    AnchorAnswer,
    ChainAnswer,
    CheckAnswer,
    DifferenceAnswer,
    EntryAnswer,
    GroupAnswer,
    LineAnswer,
    StatementAnswer,
    StatementRow,
)
from services.portal.presenters.words import EMPTY, Badge, moment
from shared.codes import divisions

PARTNERS: Mapping[str, str] = {"directory": "基本单位名录库", "nbs": "国家统计局", "sharing": "统计信息共享数据库"}

STATE_TONES = {"frozen": "secondary", "asked": "primary", "agreed": "success", "differing": "danger"}
STANDING_TONES = {"accepted": "success", "refused": "warning", "differing": "danger", "unanswered": "primary"}
STANDINGS: Mapping[str, str] = {
    "accepted": "已接收",
    "refused": "已拒收",
    "differing": "回执摘要不符",
    "unanswered": "未答复",
}
KINDS: Mapping[str, str] = {
    "tongbao.border.unit_new.v1": "新增单位",
    "tongbao.border.unit_change.v1": "单位变更",
    "tongbao.border.unit_close.v1": "单位注销",
    "tongbao.border.unit_announced.v1": "名录库变动通报",
    "tongbao.border.inquiry.v1": "单位信息查询",
    "tongbao.border.records.v1": "单位信息查询结果",
    "tongbao.border.receipt.v1": "回执",
    "tongbao.border.statistics.v1": "统计资料",
    "tongbao.border.objection.v1": "校核意见",
    "tongbao.border.statement.v1": "对账单",
    "tongbao.border.statement_answered.v1": "对账单回复",
    "tongbao.exchange.ping.v1": "连通测试",
    "unread": "未能读取的来件",
}
USUAL_DAYS = timedelta(days=30)
MUCH = 12
"""Digits of a digest that a table shows; the whole stands beside it for readers who ask."""


@dataclass(frozen=True)
class ChainView:
    """A chain in the overview."""

    answer: ChainAnswer
    at: str
    head: str
    checked: Badge
    checked_at: str


@dataclass(frozen=True)
class EntryView:
    """An entry in the list."""

    answer: EntryAnswer
    at: str
    kind: str
    hash: str


@dataclass(frozen=True)
class AnchorView:
    """An anchor in the list."""

    answer: AnchorAnswer
    made_at: str
    digest: str
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class StatementView:
    """A statement in the list."""

    row: StatementRow
    badge: Badge
    signed: Badge


@dataclass(frozen=True)
class LineView:
    """A line of a statement."""

    answer: LineAnswer
    kind: str
    sent_at: str
    answered_at: str
    badge: Badge
    age: str
    region: str


@dataclass(frozen=True)
class GroupView:
    """A group, and what it is called."""

    answer: GroupAnswer
    words: str


@dataclass(frozen=True)
class GroupsView:
    """Groups of one kind."""

    label: str
    groups: tuple[GroupView, ...]
    has_totals: bool


@dataclass(frozen=True)
class SheetView:
    """The sheet of a day."""

    answer: StatementAnswer
    badge: Badge
    since: str
    until: str
    frozen_at: str
    groups: tuple[GroupsView, ...]
    their_signed_at: str
    our_signed_at: str
    next_step: str
    may_sign: bool
    needs_remark: bool


def chain_view(chain: ChainAnswer) -> ChainView:
    """Return a chain of the overview."""
    checked = chain["checked"]
    return ChainView(
        chain,
        at=moment(chain["at"]),
        head=chain["head"][:MUCH],
        checked=check_badge(checked),
        checked_at=moment(checked["at"]) if checked else EMPTY,
    )


def check_badge(checked: CheckAnswer | None) -> Badge:
    """Return how a check ended, in words."""
    if checked is None:
        return Badge("尚未核验", "secondary")
    if checked["holds"]:
        return Badge(f"核验通过，至第 {checked['number']} 条", "success")
    return Badge(f"第 {checked['broken_at']} 条不符：{checked['fault_label']}", "danger")


def entry_views(entries: Iterable[EntryAnswer]) -> tuple[EntryView, ...]:
    """Return the entries of a list."""
    return tuple(
        EntryView(each, moment(each["at"]), KINDS.get(each["type"], each["type"]), each["hash"][:MUCH])
        for each in entries
    )


def anchor_views(anchors: Iterable[AnchorAnswer]) -> tuple[AnchorView, ...]:
    """Return the anchors of a list, the newest first."""
    return tuple(
        AnchorView(
            each,
            moment(each["made_at"]),
            each["digest"][:MUCH],
            tuple((PARTNERS.get(chain["chain"], chain["chain"]), chain["count"]) for chain in each["chains"]),
        )
        for each in reversed(list(anchors))
    )


def usual_days(today: date) -> tuple[str, str]:
    """Return the days that are shown where nobody said which."""
    return (today - USUAL_DAYS).isoformat(), today.isoformat()


def statement_views(rows: Iterable[StatementRow]) -> tuple[StatementView, ...]:
    """Return the statements of a list."""
    return tuple(
        StatementView(
            row,
            _state_badge(row),
            Badge("我方已签核", "success") if row["is_signed"] else Badge("待我方签核", "warning"),
        )
        for row in rows
    )


def line_views(lines: Iterable[LineAnswer]) -> tuple[LineView, ...]:
    """Return the lines of a statement."""
    return tuple(
        LineView(
            each,
            kind=KINDS.get(each["type"], each["type"]),
            sent_at=moment(each["sent_at"]),
            answered_at=moment(each["answered_at"]),
            badge=Badge(each["standing_label"], STANDING_TONES.get(each["standing"], "secondary")),
            age=_age(each["age_hours"]),
            region=_region(each["region"]),
        )
        for each in lines
    )


def sheet_view(found: StatementAnswer) -> SheetView:
    """Return the sheet of a day."""
    answer, signature = found["answer"], found["signature"]
    return SheetView(
        answer=found,
        badge=_state_badge(found),
        since=moment(found["since"]),
        until=moment(found["until"]),
        frozen_at=moment(found["frozen_at"]),
        groups=_groups(found["groups"]),
        their_signed_at=moment(answer["signed_at"]) if answer else EMPTY,
        our_signed_at=moment(signature["at"]) if signature else EMPTY,
        next_step=_next_step(found),
        may_sign="sign" in found["open_actions"],
        needs_remark=found["state"] in ("asked", "differing"),
    )


def is_message(difference: DifferenceAnswer) -> bool:
    """Whether a difference is of a message that we know, so that it can be looked at."""
    return difference["fault"] not in ("other_total", "unknown_here")


def _state_badge(row: StatementRow) -> Badge:
    label = f"{row['state_label']}（{row['differences']} 项）" if row["differences"] else row["state_label"]
    return Badge(label, STATE_TONES.get(row["state"], "secondary"))


def _groups(groups: Sequence[GroupAnswer]) -> tuple[GroupsView, ...]:
    parted = groupby(groups, key=lambda group: group["by_label"])
    views = ((label, tuple(GroupView(each, _group_words(each)) for each in members)) for label, members in parted)
    return tuple(GroupsView(label, members, any(each.answer["total"] for each in members)) for label, members in views)


def _group_words(group: GroupAnswer) -> str:
    match group["by"]:
        case "kind":
            return KINDS.get(group["label"], group["label"])
        case "region":
            return _region(group["label"])
        case _:
            return group["label"]


def _region(code: str) -> str:
    """Return the name of a province with its code."""
    found = divisions.find_current(code)
    return f"{found.name}（{code}）" if found else code or EMPTY


def _age(hours: int | None) -> str:
    if hours is None:
        return EMPTY
    return f"{hours // 24} 天 {hours % 24} 小时" if hours >= 24 else f"{hours} 小时"


def _next_step(found: StatementAnswer) -> str:
    if found["signature"]:
        return "本日账目已签核，无需再办理。"
    if found["state"] == "differing":
        return "请逐项查看下面的差异，与对方核实；需要重发的报文到交换台账重新发送，然后填写处理说明并签核。"
    if found["state"] == "asked":
        return "对账单已送对方，等待其签名回复。长时间没有回复的，请与对方联系后填写说明并签核。"
    return "请核对账目后签核。"

"""View-models of the desk of releases: closed periods, releases, the outcome of a check and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.portal.model.publications import KINDS
from services.portal.model.releases import (
    RELEASE_TONES,
    CheckedAnswer,
    CodeAnswer,
    ReleaseAnswer,
    SnapshotAnswer,
)
from services.portal.model.session import Account
from services.portal.presenters.closings import form_label
from services.portal.presenters.publications import span_label
from services.portal.presenters.words import EMPTY, Badge, moment, period_label
from shared.identity.actor import Role
from shared.tabulation.tables import GENUINE

THE_SERVICE = "statistics"
"""Who acts in a history where nobody did."""

NEXT = {
    "draft": "系统正在核查，可以离开本页。核查通过后，须由制表人以外的服贸司统计负责人签发。",
    "passed": "请服贸司统计负责人核对后签发；不宜签发的，撤回后重新制表。",
    "failed": "不能签发。请按下列原因处理后重新制表。",
    "approved": "已签发。请设定向社会发布的日期。",
    "withdrawn": "已撤回，可以重新制表。",
    "scheduled": "到发布日期零时（北京时间）自动发布；此前可以改期。",
    "published": "已发布，不再变动。数据更正后，可以制作更正版。",
}
"""What is to be done next, by state."""

TO_DO = {
    "nothing": "本期冻结的数据中没有可以列入各表的记录。请核对该报告期的最终审定是否完整。",
    "rate_missing": "请在“汇率”中补齐有关月份的汇率；受影响的报表更正并审定后，重新制表。",
    "contradiction": "请对照本年已签发的资料，查明是哪一期的数据有误；更正并审定后，重新制表。",
    "leak": "请按下列核查所见，请保密规则管理人员处理后重新制表。这类问题不能以例外签发。",
    "too_large": "本批资料不能交由交换提供。请看“资料大小”，由系统管理员减少最大的表的分组层级，或将它改列另一种资料，再重新制表。",
    "mostly_hidden": "请看“各表隐去情况”，判断隐去较多的表是否仍宜公布。",
    "control_difference": "请看“控制合计”，查明差额来自哪张报表，再决定签发或撤回。",
    "control_missing": "请另行核对本期合计数，再决定签发或撤回。",
    "growth_implausible": "请预览有关的表，核实变动的原因，再决定签发或撤回。",
    "class_unknown": "请预览按业务类别分的表，判断“未知”一行是否影响使用。",
    "holding_unknown": "请催报有关单位的基本信息表；未收到的，同一控股单位的企业可能未合并计算。",
    "before_incomplete": "请补齐上年同期的汇率后重新制表，或在签发时说明增速偏高。",
}
"""What is to be done about a finding of the check, by its code; another code stands with its words alone."""

LATE = "等待时间过长，请系统管理员让填报服务重新告知这些报表。"


@dataclass(frozen=True)
class SnapshotRow:
    """A closed period: what it waits for, or how many filings are frozen."""

    label: str
    badge: Badge
    final_on: str
    frozen_at: str
    words: str
    fault: str
    """What somebody has to see to, empty for nothing."""


@dataclass(frozen=True)
class ReleaseRow:
    """A release in the list."""

    answer: ReleaseAnswer
    title: str
    badge: Badge
    verdict: str
    created_at: str
    is_outdated: bool
    mark: str
    """What is said of numbers that are made up, empty for others."""


@dataclass(frozen=True)
class DeskView:
    """The closed periods and releases of a year, which other years there are, and the periods that can be released."""

    years: tuple[str, ...]
    year: str
    snapshots: tuple[SnapshotRow, ...]
    rows: tuple[ReleaseRow, ...]
    periods: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Reason:
    """What a check found, and what to do about it."""

    label: str
    to_do: str


@dataclass(frozen=True)
class Happened:
    """A line of the history."""

    at: str
    what: str
    who: str


@dataclass(frozen=True)
class ReleaseView:
    """A release for its page; `not_signing` says why this person cannot sign it off, empty where they can."""

    answer: ReleaseAnswer
    title: str
    badge: Badge
    next_step: str
    verdict: Badge | None
    reasons: tuple[Reason, ...]
    needs_reason: bool
    not_signing: str
    outdated: str
    """Since when something of it is corrected, empty where nothing is."""
    happened: tuple[Happened, ...]


def kind_label(kind: str) -> str:
    """Return what a kind of release is called."""
    return KINDS.get(kind, kind)


def desk_view(snapshots: Sequence[SnapshotAnswer], releases: Sequence[ReleaseAnswer], year: str) -> DeskView:
    """Return the desk for a year, the latest one where none or an unknown one is asked for."""
    years = tuple(sorted({each["period"][:4] for each in (*snapshots, *releases)}, reverse=True))
    shown = year if year in years else years[0] if years else ""
    return DeskView(
        years=years,
        year=shown,
        snapshots=tuple(snapshot_row(each) for each in snapshots if each["period"][:4] == shown),
        rows=tuple(release_row(each) for each in releases if each["period"][:4] == shown),
        periods=frozen_periods(snapshots),
    )


def snapshot_row(answer: SnapshotAnswer) -> SnapshotRow:
    """Return a closed period for the list."""
    is_frozen = answer["state"] == "frozen"
    counted = _counted(answer["counts"] if is_frozen else answer["missing"])
    unreadable = _counted(answer["unreadable"])
    faults = [f"有报表无法读取，未计入：{unreadable}。"] * bool(unreadable) + [LATE] * answer["is_overdue"]
    again = f"（更正后第 {answer['number']} 次冻结）" if answer["number"] > 1 else ""
    return SnapshotRow(
        label=period_label(answer["period"]),
        badge=Badge(answer["state_label"], "success" if is_frozen else "warning"),
        final_on=answer["final_on"],
        frozen_at=moment(answer["frozen_at"]),
        words=f"{counted}{again}" if is_frozen else f"尚缺：{counted}" if counted else "等待统计数据更新",
        fault="".join(faults),
    )


def frozen_periods(snapshots: Iterable[SnapshotAnswer]) -> tuple[tuple[str, str], ...]:
    """Return the periods of which releases can be made."""
    return tuple((each["period"], period_label(each["period"])) for each in snapshots if each["state"] == "frozen")


def release_row(answer: ReleaseAnswer) -> ReleaseRow:
    """Return a release for the list."""
    checked = answer["checked"]
    return ReleaseRow(
        answer=answer,
        title=_title(answer),
        badge=_badge(answer),
        verdict=checked["verdict_label"] if checked else EMPTY,
        created_at=moment(answer["created_at"]),
        is_outdated=answer["outdated_since"] is not None,
        mark="" if answer["nature"] == GENUINE else answer["nature"],
    )


def release_view(answer: ReleaseAnswer, account: Account) -> ReleaseView:
    """Return a release for its page."""
    checked = answer["checked"]
    return ReleaseView(
        answer=answer,
        title=_title(answer),
        badge=_badge(answer),
        next_step=NEXT.get(answer["state"], ""),
        verdict=_verdict(checked) if checked else None,
        reasons=_reasons([*checked["faults"], *checked["reviews"]]) if checked else (),
        needs_reason=bool(checked and checked["verdict"] == "review"),
        not_signing=_not_signing(answer, account),
        outdated=moment(answer["outdated_since"]) if answer["outdated_since"] else "",
        happened=tuple(
            Happened(moment(each["at"]), each["action_label"], _who(each["by"], account)) for each in answer["history"]
        ),
    )


def _counted(forms: Mapping[str, int]) -> str:
    return "，".join(f"{form_label(form)} {count} 份" for form, count in sorted(forms.items()))


def _title(answer: ReleaseAnswer) -> str:
    return f"{span_label(answer['kind'], answer['period'])}　{kind_label(answer['kind'])}"


def _badge(answer: ReleaseAnswer) -> Badge:
    return Badge(answer["state_label"], RELEASE_TONES.get(answer["state"], "secondary"))


def _verdict(checked: CheckedAnswer) -> Badge:
    tones = {"pass": "success", "review": "warning"}
    return Badge(checked["verdict_label"], tones.get(checked["verdict"], "danger"))


def _reasons(found: Sequence[CodeAnswer]) -> tuple[Reason, ...]:
    return tuple(Reason(each["label"], TO_DO.get(each["code"], "")) for each in found)


def _not_signing(answer: ReleaseAnswer, account: Account) -> str:
    if answer["state"] != "passed" or "approve" in answer["open_actions"]:
        return ""
    if account.role is not Role.STATISTICS_HEAD:
        return "由服贸司统计负责人签发。"
    return "本资料由您制表。按规定，须由另一位服贸司统计负责人签发。"


def _who(by: str, account: Account) -> str:
    return "系统" if by == THE_SERVICE else "本人" if by == account.id else "服贸司其他人员"

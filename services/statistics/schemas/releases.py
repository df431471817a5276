"""Releases as they go out over HTTP: counts, codes and digests; the tables only as they are handed over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from marshmallow import Schema, fields

from services.statistics.model.releases import (
    Checked,
    Fault,
    Release,
    ReleaseAction,
    ReleaseState,
    Review,
    Verdict,
)
from services.statistics.operations.kinds import title_of
from shared.history import HistoryEntry
from shared.tabulation.tables import nature_of

STATE_LABELS = {
    ReleaseState.DRAFT: "正在核查",
    ReleaseState.PASSED: "核查通过，待签发",
    ReleaseState.FAILED: "核查未通过",
    ReleaseState.APPROVED: "已签发",
    ReleaseState.WITHDRAWN: "已撤回",
    ReleaseState.SCHEDULED: "已定发布日期",
    ReleaseState.PUBLISHED: "已发布",
}

REASON_LABELS: Mapping[Fault | Review, str] = {
    Fault.NOTHING: "没有可以发布的数据",
    Fault.RATE_MISSING: "有金额缺少汇率，本币或美元数不完整",
    Fault.CONTRADICTION: "与本年已签发的资料不一致",
    Fault.LEAK: "有单元格可以被推算，不能发布",
    Fault.TOO_LARGE: "资料超过一次可以提供的大小",
    Review.MOSTLY_HIDDEN: "有的表隐去的数值超过三分之一",
    Review.CONTROL_DIFFERENCE: "与审定时的报表合计不一致",
    Review.CONTROL_MISSING: "审定时没有报送合计数，无法核对",
    Review.GROWTH_IMPLAUSIBLE: "有合计数比上年同期增长一倍以上或减少一半以上",
    Review.CLASS_UNKNOWN: "有较多金额没有业务类别",
    Review.HOLDING_UNKNOWN: "有单位没有基本信息，不知道属于哪家控股单位",
    Review.BEFORE_INCOMPLETE: "上年同期有金额缺少汇率，增速偏高",
}

VERDICT_LABELS = {
    Verdict.PASS: "通过",
    Verdict.REVIEW: "须人工判断，签发须说明理由",
    Verdict.FAIL: "不通过",
}


ACTION_LABELS = {
    ReleaseAction.PREPARE: "制表",
    ReleaseAction.PASS: "核查通过",
    ReleaseAction.FAIL: "核查未通过",
    ReleaseAction.APPROVE: "签发",
    ReleaseAction.WITHDRAW: "撤回",
    ReleaseAction.SCHEDULE: "设定发布日期",
    ReleaseAction.PUBLISH: "发布",
}


class ReasonOut(Schema):
    """Why a check failed, or what is to be judged."""

    code = fields.String()
    label = fields.String()


class CheckedOut(Schema):
    """What the output check found; `verdict` is pass, review or fail."""

    verdict = fields.String()
    verdict_label = fields.String()
    thresholds = fields.String()
    snapshot = fields.String()
    tables = fields.Integer()
    cells = fields.Integer()
    unsafe = fields.Integer()
    hidden = fields.Integer()
    findings = fields.Integer()
    faults = fields.List(fields.Nested(ReasonOut))
    reviews = fields.List(fields.Nested(ReasonOut))
    digest = fields.String()


class ProgressOut(Schema):
    """How far a check is: quantities done, of all."""

    done = fields.Integer()
    total = fields.Integer()


class StepOut(Schema):
    """What happened to a release, when, and by whom: an account, or the service itself."""

    at = fields.String()
    by = fields.String()
    action = fields.String()
    action_label = fields.String()


class ReleaseOut(Schema):
    """A release; `number` counts its versions, `supersedes` is the one before. `progress` is there while it is checked.

    `nature` says whether its numbers are made up; its title begins with that then.
    """

    id = fields.String()
    version = fields.Integer()
    kind = fields.String()
    title = fields.String()
    nature = fields.String()
    period = fields.String()
    number = fields.Integer()
    supersedes = fields.String()
    final_on = fields.String()
    state = fields.String()
    state_label = fields.String()
    prepared_by = fields.String()
    approved_by = fields.String()
    statement = fields.String()
    exception_reason = fields.String()
    publish_on = fields.String(allow_none=True)
    published_at = fields.String(allow_none=True)
    outdated_since = fields.String(allow_none=True)
    created_at = fields.String()
    progress = fields.Nested(ProgressOut, allow_none=True)
    checked = fields.Nested(CheckedOut, allow_none=True)
    history = fields.List(fields.Nested(StepOut))
    open_actions = fields.List(fields.String())


class ReleasesOut(Schema):
    """The releases."""

    items = fields.List(fields.Nested(ReleaseOut))


class ContentOut(Schema):
    """The tables of a release by the contract `tongbao.statistics.tables_approved.v1`."""

    content = fields.Dict(keys=fields.String())


def release_body(
    release: Release, actions: Sequence[ReleaseAction], outdated_since: datetime | None
) -> dict[str, object]:
    """Return a release with what its reader can do with it, and since when something of it is corrected."""
    return {
        "id": release.id,
        "version": release.version,
        "kind": release.kind.value,
        "title": title_of(release),
        "nature": nature_of(is_sample=release.is_sample),
        "period": release.period,
        "number": release.number,
        "supersedes": release.supersedes,
        "final_on": release.final_on.isoformat(),
        "state": release.state.value,
        "state_label": STATE_LABELS[release.state],
        "prepared_by": release.prepared_by,
        "approved_by": release.approved_by,
        "statement": release.statement,
        "exception_reason": release.exception_reason,
        "publish_on": release.publish_on.isoformat() if release.publish_on else None,
        "published_at": release.published_at.isoformat() if release.published_at else None,
        "outdated_since": outdated_since.isoformat() if outdated_since else None,
        "created_at": release.created_at.isoformat(),
        "progress": vars(release.progress) if release.progress else None,
        "checked": _checked_body(release.checked) if release.checked else None,
        "history": [_step_body(each) for each in release.history],
        "open_actions": [each.value for each in actions],
    }


def _step_body(entry: HistoryEntry) -> dict[str, str]:
    label = ACTION_LABELS[ReleaseAction(entry.action)]
    return {"at": entry.at.isoformat(), "by": entry.actor_id, "action": entry.action, "action_label": label}


def _checked_body(checked: Checked) -> dict[str, object]:
    return {
        **vars(checked),
        "verdict": checked.verdict.value,
        "verdict_label": VERDICT_LABELS[checked.verdict],
        "faults": _reasons(checked.faults),
        "reviews": _reasons(checked.reviews),
    }


def _reasons(codes: Sequence[Fault | Review]) -> list[dict[str, str]]:
    return [{"code": each.value, "label": REASON_LABELS[each]} for each in codes]

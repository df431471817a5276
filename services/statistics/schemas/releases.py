"""Releases as they go out over HTTP: counts, codes and digests; the tables only as they are handed over."""

from __future__ import annotations

from collections.abc import Sequence

from marshmallow import Schema, fields

from services.statistics.model.releases import Checked, Fault, Release, ReleaseAction, ReleaseState

STATE_LABELS = {
    ReleaseState.DRAFT: "正在核查",
    ReleaseState.PASSED: "核查通过，待签发",
    ReleaseState.FAILED: "核查未通过",
    ReleaseState.APPROVED: "已签发",
    ReleaseState.WITHDRAWN: "已撤回",
    ReleaseState.SCHEDULED: "已定发布日期",
    ReleaseState.PUBLISHED: "已发布",
}

FAULT_LABELS = {
    Fault.NOTHING: "没有可以发布的数据",
    Fault.RATE_MISSING: "有金额缺少汇率，本币或美元数不完整",
    Fault.CONTRADICTION: "与本年已签发的资料不一致",
    Fault.LEAK: "有单元格可以被推算，不能发布",
}


class FaultOut(Schema):
    """Why a check failed."""

    code = fields.String()
    label = fields.String()


class CheckedOut(Schema):
    """What the output check found."""

    thresholds = fields.String()
    snapshot = fields.String()
    tables = fields.Integer()
    cells = fields.Integer()
    unsafe = fields.Integer()
    hidden = fields.Integer()
    findings = fields.Integer()
    faults = fields.List(fields.Nested(FaultOut))
    digest = fields.String()


class ReleaseOut(Schema):
    """A release; `number` counts its versions, `supersedes` is the one before."""

    id = fields.String()
    version = fields.Integer()
    kind = fields.String()
    period = fields.String()
    number = fields.Integer()
    supersedes = fields.String()
    final_on = fields.String()
    state = fields.String()
    state_label = fields.String()
    prepared_by = fields.String()
    approved_by = fields.String()
    statement = fields.String()
    publish_on = fields.String(allow_none=True)
    published_at = fields.String(allow_none=True)
    created_at = fields.String()
    checked = fields.Nested(CheckedOut, allow_none=True)
    open_actions = fields.List(fields.String())


class ReleasesOut(Schema):
    """The releases."""

    items = fields.List(fields.Nested(ReleaseOut))


class ContentOut(Schema):
    """The tables of a release by the contract `tongbao.statistics.tables_approved.v1`."""

    content = fields.Dict(keys=fields.String())


def release_body(release: Release, actions: Sequence[ReleaseAction]) -> dict[str, object]:
    """Return a release with what its reader can do with it."""
    return {
        "id": release.id,
        "version": release.version,
        "kind": release.kind.value,
        "period": release.period,
        "number": release.number,
        "supersedes": release.supersedes,
        "final_on": release.final_on.isoformat(),
        "state": release.state.value,
        "state_label": STATE_LABELS[release.state],
        "prepared_by": release.prepared_by,
        "approved_by": release.approved_by,
        "statement": release.statement,
        "publish_on": release.publish_on.isoformat() if release.publish_on else None,
        "published_at": release.published_at.isoformat() if release.published_at else None,
        "created_at": release.created_at.isoformat(),
        "checked": _checked_body(release.checked) if release.checked else None,
        "open_actions": [each.value for each in actions],
    }


def _checked_body(checked: Checked) -> dict[str, object]:
    return {**vars(checked), "faults": [{"code": each.value, "label": FAULT_LABELS[each]} for each in checked.faults]}

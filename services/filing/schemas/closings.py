"""Closing periods over HTTP: what is asked, and how previews, closings, snapshots and what was left out go out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from marshmallow import Schema, fields, post_load, validate

from services.filing.model.closings import Closing, Difference, LeftOut, SnapshotRow, Stage, Verification, Words
from services.filing.model.states import State
from services.filing.operations.closings import Preview, Wish
from services.filing.operations.settling import is_intact
from services.filing.ports.closings import Group, Narrowed
from services.filing.schemas.chain import department_name, level_label
from services.filing.schemas.incoming import FORM_KEY, NAME, PARAGRAPH
from services.filing.schemas.words import STATE_LABELS
from shared.fields import Choice, Text
from shared.web.paging import LARGEST_PAGE
from shared.web.queries import QueryNumber

Body = dict[str, object]

DIGEST = r"[0-9a-f]{64}\Z"
LARGEST_NUMBER = 999_999_999

STAGE_LABELS: Mapping[Stage, str] = {
    Stage.SETTLING: "正在逐份审定",
    Stage.NAMING: "正在列明未含报表",
    Stage.FREEZING: "正在固化快照",
    Stage.COMPLETE: "已最终审定",
}
DIFFERENCE_LABELS: Mapping[Difference, str] = {
    Difference.MISSING: "报表或其版本已不存在",
    Difference.UNREADABLE: "报表内容无法读取",
    Difference.CHANGED: "与固化时的内容不一致",
    Difference.OUT_OF_ORDER: "快照缺行、重行或次序有误",
}
WITH_UNIT = "单位"
"""Where what is not with any department lies."""


class PreviewIn(Schema):
    """Which period is looked at."""

    period = Text(7, min=4, required=True)


class NotApprovedIn(PreviewIn):
    """Which of a period's filings that are not approved are listed, behind which one."""

    form = fields.String(load_default="", validate=validate.Regexp(rf"({FORM_KEY[:-2]})?\Z"))
    state = Choice(State, load_default=None)
    province = fields.String(load_default="", validate=validate.Regexp(r"([0-9]{6})?\Z"))
    after = fields.String(load_default="", validate=validate.Length(max=64))
    limit = QueryNumber(1, LARGEST_PAGE, load_default=50)

    @post_load
    def asked(self, data: dict[str, object], **_: object) -> dict[str, object]:
        """Return what is asked with the narrowing as one."""
        narrowed = Narrowed(**{name: data.pop(name) for name in ("form", "state", "province")})  # type: ignore[arg-type]
        return {**data, "narrowed": narrowed}


class ClosingIn(PreviewIn):
    """The decision to close a period; `seen` is that of the preview that the ministry looked at."""

    statement = Text(PARAGRAPH, multiline=True, required=True)
    signatory = Text(NAME, required=True)
    left_out_reason = Text(PARAGRAPH, min=0, multiline=True, required=True)
    seen = fields.String(required=True, validate=validate.Regexp(DIGEST))

    @post_load
    def wish(self, data: dict[str, str], **_: object) -> Wish:
        """Return the decision as the operation takes it."""
        words = Words(data["statement"], data["signatory"], data["left_out_reason"])
        return Wish(data["period"], words, data["seen"])


class RowsOfSnapshotIn(Schema):
    """Which rows of a snapshot are listed: those behind a number."""

    after = QueryNumber(0, LARGEST_NUMBER, load_default=0)
    limit = QueryNumber(1, LARGEST_PAGE, load_default=50)


class LeftOutIn(Schema):
    """Which of what was left out is listed: what is behind an id."""

    after = fields.String(load_default="", validate=validate.Length(max=64))
    limit = QueryNumber(1, LARGEST_PAGE, load_default=50)


class GroupOut(Schema):
    """How many filings of a form stand at a level; `province` is where their units are."""

    form = fields.String()
    state = fields.String()
    state_label = fields.String()
    level_label = fields.String()
    reviewer = fields.String()
    reviewer_name = fields.String()
    province = fields.String()
    province_name = fields.String()
    count = fields.Integer()


class PreviewOut(Schema):
    """What closing a period would settle and leave out."""

    period = fields.String()
    label = fields.String()
    first_day = fields.String()
    first_day_explanation = fields.String()
    may_close = fields.Boolean()
    to_settle = fields.Integer()
    settled = fields.Integer()
    to_leave_out = fields.Integer()
    groups = fields.List(fields.Nested(GroupOut))
    seen = fields.String()
    closing_id = fields.String(allow_none=True)


class LeftOutOut(Schema):
    """A filing that is, or was, not approved."""

    filing_id = fields.String()
    unit_name = fields.String()
    form = fields.String()
    period = fields.String()
    division = fields.String()
    division_name = fields.String()
    state = fields.String()
    state_label = fields.String()
    level_label = fields.String()
    reviewer_name = fields.String()
    revision = fields.Integer()
    is_correction = fields.Boolean()


class LeftOutsOut(Schema):
    """Filings by id; `after` is where the next page begins, empty on the last."""

    items = fields.List(fields.Nested(LeftOutOut))
    after = fields.String()


class MismatchOut(Schema):
    """A row of a snapshot that differs from what is there."""

    no = fields.Integer()
    filing_id = fields.String()
    difference = fields.String()
    label = fields.String()


class SnapshotCheckOut(Schema):
    """The last look at a snapshot; `differing` counts all differences, `named` are the first of them."""

    asked_at = fields.String()
    ended_at = fields.String(allow_none=True)
    rows = fields.Integer()
    digest = fields.String()
    is_intact = fields.Boolean(allow_none=True)
    differing = fields.Integer()
    named = fields.List(fields.Nested(MismatchOut))


class ClosingOut(Schema):
    """A closing with how far it is; `digest` is there once the snapshot is frozen."""

    id = fields.String()
    period = fields.String()
    label = fields.String()
    stage = fields.String()
    stage_label = fields.String()
    is_complete = fields.Boolean()
    statement = fields.String()
    signatory = fields.String()
    left_out_reason = fields.String()
    closed_at = fields.String()
    final_on = fields.String(allow_none=True)
    total = fields.Integer()
    settled = fields.Integer()
    left_out = fields.Integer()
    rows = fields.Integer()
    unreadable = fields.Integer()
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    digest = fields.String(allow_none=True)
    verification = fields.Nested(SnapshotCheckOut, allow_none=True)


class ClosingsOut(Schema):
    """All closings, the latest period first."""

    items = fields.List(fields.Nested(ClosingOut))


class SnapshotRowOut(Schema):
    """A row of a snapshot: ids, the version in force, and its digest."""

    no = fields.Integer()
    filing_id = fields.String()
    unit_id = fields.String()
    form = fields.String()
    period = fields.String()
    revision = fields.Integer()
    digest = fields.String()


class SnapshotOut(Schema):
    """Rows of a snapshot in their order; `after` is where the next page begins, null on the last."""

    items = fields.List(fields.Nested(SnapshotRowOut))
    after = fields.Integer(allow_none=True)


def preview_body(preview: Preview) -> Body:
    """Return a preview."""
    return {
        "period": str(preview.period),
        "label": preview.period.label,
        "first_day": preview.first.on.isoformat(),
        "first_day_explanation": preview.first.explanation,
        "may_close": preview.may_close,
        "to_settle": preview.to_settle,
        "settled": preview.settled,
        "to_leave_out": preview.to_leave_out,
        "groups": [_group_body(each) for each in preview.groups],
        "seen": preview.seen,
        "closing_id": preview.closing.id if preview.closing else None,
    }


def left_out_bodies(found: Sequence[LeftOut], names: Mapping[str, str]) -> list[Body]:
    """Return filings that are not approved, with the names of their units by id."""
    return [_left_out_body(each, names.get(each.unit_id, "")) for each in found]


def _left_out_body(each: LeftOut, unit_name: str) -> Body:
    return {
        "filing_id": each.filing_id,
        "unit_name": unit_name,
        "form": each.form,
        "period": each.period,
        "division": each.division,
        "division_name": department_name(each.division),
        "state": each.state.value,
        "state_label": STATE_LABELS[each.state],
        "level_label": _level(each.state, each.reviewer),
        "reviewer_name": department_name(each.reviewer) if each.state is State.SUBMITTED else "",
        "revision": each.revision,
        "is_correction": each.is_correction,
    }


def closing_body(closing: Closing) -> Body:
    """Return a closing."""
    return {
        "id": closing.id,
        "period": closing.period,
        "label": label_of(closing.period),
        "stage": closing.stage.value,
        "stage_label": STAGE_LABELS[closing.stage],
        "is_complete": closing.is_complete,
        "statement": closing.words.statement,
        "signatory": closing.words.signatory,
        "left_out_reason": closing.words.left_out_reason,
        "closed_at": closing.created_at.isoformat(),
        "final_on": closing.final_on.isoformat() if closing.final_on else None,
        "total": closing.total,
        "settled": closing.settled,
        "left_out": closing.left_out,
        "rows": closing.rows,
        "unreadable": sum(closing.unreadable.values()),
        "counts": dict(closing.counts),
        "digest": closing.chain if closing.is_complete else None,
        "verification": _verification_body(closing, closing.verification) if closing.verification else None,
    }


def row_body(row: SnapshotRow) -> Body:
    """Return a row of a snapshot."""
    return dict(vars(row))


def label_of(period: str) -> str:
    """Return a period in words."""
    year, _, month = period.partition("-")
    return f"{year}年{int(month)}月" if month else f"{year}年"


def _group_body(group: Group) -> Body:
    is_with_department = group.state is State.SUBMITTED
    return {
        "form": group.form,
        "state": group.state.value,
        "state_label": STATE_LABELS[group.state],
        "level_label": _level(group.state, group.reviewer),
        "reviewer": group.reviewer if is_with_department else "",
        "reviewer_name": department_name(group.reviewer) if is_with_department else "",
        "province": group.province,
        "province_name": department_name(group.province),
        "count": group.count,
    }


def _level(state: State, reviewer: str) -> str:
    if state is State.SUBMITTED:
        return level_label(reviewer)
    return WITH_UNIT if state in {State.DRAFT, State.RETURNED} else ""


def _verification_body(closing: Closing, looked: Verification) -> Body:
    return {
        "asked_at": looked.asked_at.isoformat(),
        "ended_at": looked.ended_at.isoformat() if looked.ended_at else None,
        "rows": looked.rows,
        "digest": looked.digest,
        "is_intact": is_intact(closing) if looked.is_over else None,
        "differing": looked.differing,
        "named": [
            {
                "no": each.no,
                "filing_id": each.filing_id,
                "difference": each.difference.value,
                "label": DIFFERENCE_LABELS[each.difference],
            }
            for each in looked.named
        ],
    }

"""Decisions on many filings at once, as they come in and go out over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.filing.forms.model import Form
from services.filing.model.batches import BatchAction, BatchItem, Refusal, Words
from services.filing.model.filings import Filing, ReasonCode
from services.filing.model.periods import period_of
from services.filing.model.units import Unit
from services.filing.operations.batches import MOST_ITEMS, BatchView, Wish
from services.filing.operations.selection import Selected
from services.filing.schemas.incoming import NAME, PARAGRAPH
from services.filing.schemas.month_end import SelectedIn
from services.filing.schemas.overview import division_name
from services.filing.schemas.queue import QueueNarrowedIn, asked_of
from services.filing.schemas.words import REASON_LABELS
from services.filing.workbooks.export import Column
from shared.batches.model import BatchState, Outcome
from shared.fields import AwareDateTime, Choice, Flag, Text, fault
from shared.web.paging import PageIn
from shared.web.queries import QueryNumber

Body = dict[str, object]

BATCH_LABELS: Mapping[BatchState, str] = {
    BatchState.WAITING: "等待办理",
    BatchState.RUNNING: "正在办理",
    BatchState.DONE: "已办理完毕",
}
OUTCOME_LABELS: Mapping[Outcome, str] = {
    Outcome.WAITING: "尚未办理",
    Outcome.DONE: "已办理",
    Outcome.REFUSED: "未办理",
}
REFUSAL_LABELS: Mapping[Refusal, str] = {
    Refusal.CHANGED: "选中之后此表已有变动，请重新查看。",
    Refusal.CAME_LATER: "列表显示之后才报送，未在所见之列。",
    Refusal.WRONG_STATE: "此表现在不处于待审核状态。",
    Refusal.NOT_YOURS: "此表现在不由本部门审核。",
    Refusal.OWN_FILING: "不得审核本人填报的报表。",
    Refusal.DECIDED_BEFORE: "本人已对这次报送作过决定，应由他人审核。",
    Refusal.QUERIES_UNSEEN: "有疑问尚未逐条核对，请打开此表核对。",
    Refusal.NOT_FOUND: "没有找到此表，或不在本部门范围内。",
    Refusal.UNREADABLE: "此表内容无法读取，请联系系统管理员。",
    Refusal.EXPIRED: "批次提交已超过 24 小时，请重新办理。",
    Refusal.OTHER: "未能办理，请打开此表单独办理。",
}
ACTION_LABELS: Mapping[BatchAction, str] = {BatchAction.APPROVE: "批量审核通过", BatchAction.RETURN: "批量退回"}

COLUMNS = (
    Column("序号", 8),
    Column("单位", 36),
    Column("表号", 22),
    Column("表名", 36),
    Column("报告期", 12),
    Column("行政区划", 16),
    Column("结果", 12),
    Column("原因", 40),
    Column("办理时间", 22),
)
"""The columns of the results as a workbook."""


class BatchIn(Schema):
    """A decision on filings: those of `items`, or all that wait as `queue` says (one of the two).

    `as_of` is when the list was shown: what came to it later is left out, and said so. `with_queries` says that the
    explanations of queries were checked; a return needs `reason_code`.
    """

    action = Choice(BatchAction, required=True)
    text = Text(PARAGRAPH, multiline=True, required=True)
    signatory = Text(NAME, required=True)
    reason_code = Choice(ReasonCode, load_default=None, allow_none=True)
    with_queries = Flag(load_default=False)
    items = fields.List(fields.Nested(SelectedIn), load_default=list, validate=validate.Length(max=MOST_ITEMS))
    queue = fields.Nested(QueueNarrowedIn, load_default=None, allow_none=True)
    as_of = AwareDateTime(load_default=None, allow_none=True)

    @validates_schema
    def _require_reason(self, data: Mapping[str, object], **_: object) -> None:
        """Refuse a return without its reason. Code: required."""
        if data.get("action") is BatchAction.RETURN and data.get("reason_code") is None:
            raise ValidationError({"reason_code": [fault("required", "请选择理由类别。")]})

    @post_load
    def wish(self, data: dict[str, object], **_: object) -> Wish:
        """Return the decision as the operation takes it."""
        words = Words(str(data["text"]), str(data["signatory"]), cast("ReasonCode | None", data["reason_code"]))
        queue = cast("Mapping[str, object] | None", data["queue"])
        return Wish(
            action=cast(BatchAction, data["action"]),
            words=words,
            with_queries=bool(data["with_queries"]),
            selected=cast("list[Selected]", data["items"]),
            asked=asked_of(queue) if queue is not None else None,
            as_of=cast("datetime | None", data["as_of"]),
        )


class BatchesIn(PageIn):
    """Query of the list of batches."""


class ItemsIn(Schema):
    """Query of the items of a batch: of which outcome, behind which number, how many."""

    outcome = Choice(Outcome, load_default=None)
    after = QueryNumber(0, MOST_ITEMS, load_default=0)
    limit = QueryNumber(1, 100, load_default=50)


class BatchOut(Schema):
    """A batch with how far it is."""

    id = fields.String()
    action = fields.String()
    action_label = fields.String()
    state = fields.String()
    state_label = fields.String()
    text = fields.String()
    signatory = fields.String()
    reason_code = fields.String(allow_none=True)
    reason_label = fields.String()
    with_queries = fields.Boolean()
    narrowed = fields.Dict()
    begun_by = fields.String()
    created_at = fields.String()
    updated_at = fields.String()
    count = fields.Integer()
    waiting = fields.Integer()
    done = fields.Integer()
    refused = fields.Integer()


class BatchesOut(Schema):
    """A page of batches."""

    items = fields.List(fields.Nested(BatchOut))
    next_cursor = fields.String()


class ItemOut(Schema):
    """What became of one filing; what names it is empty where the reader does not see it."""

    no = fields.Integer()
    filing_id = fields.String()
    outcome = fields.String()
    outcome_label = fields.String()
    refusal = fields.String(allow_none=True)
    refusal_label = fields.String()
    decided_at = fields.String(allow_none=True)
    unit_name = fields.String()
    form_number = fields.String()
    form_title = fields.String()
    period_label = fields.String()
    division_name = fields.String()


class ItemsOut(Schema):
    """Items of a batch; `next_after` is the number behind which others follow, None at the end."""

    items = fields.List(fields.Nested(ItemOut))
    next_after = fields.Integer(allow_none=True)


def batch_body(view: BatchView) -> Body:
    """Return a batch with how far it is."""
    batch, tally = view.batch, view.tally
    code = batch.words.reason_code
    return {
        "id": batch.id,
        "action": batch.action.value,
        "action_label": ACTION_LABELS[batch.action],
        "state": batch.state.value,
        "state_label": BATCH_LABELS[batch.state],
        "text": batch.words.text,
        "signatory": batch.words.signatory,
        "reason_code": code.value if code else None,
        "reason_label": REASON_LABELS[code] if code else "",
        "with_queries": batch.with_queries,
        "narrowed": dict(batch.narrowed),
        "begun_by": batch.actor.account_id,
        "created_at": batch.created_at.isoformat(),
        "updated_at": batch.updated_at.isoformat(),
        "count": batch.count,
        "waiting": tally.waiting,
        "done": tally.done,
        "refused": tally.refused,
    }


def item_body(item: BatchItem, filing: Filing | None, form: Form | None, unit: Unit | None) -> Body:
    """Return what became of an item, with what the reader may see of its filing."""
    shown = filing is not None and form is not None
    name = unit.basic("name") if unit else division_name(filing.division) if filing else ""
    return {
        "no": item.no,
        "filing_id": item.filing_id,
        "outcome": item.outcome.value,
        "outcome_label": OUTCOME_LABELS[item.outcome],
        "refusal": item.refusal.value if item.refusal else None,
        "refusal_label": REFUSAL_LABELS[item.refusal] if item.refusal else "",
        "decided_at": item.decided_at.isoformat() if item.decided_at else None,
        "unit_name": name if shown else "",
        "form_number": form.number if form else "",
        "form_title": form.title if form else "",
        "period_label": period_of(filing.period).label if filing else "",
        "division_name": division_name(filing.division) if filing else "",
    }


def item_line(body: Body) -> tuple[str | int | None, ...]:
    """Return an item as a line of the workbook of results."""
    names = ("unit_name", "form_number", "form_title", "period_label", "division_name", "outcome_label")
    at = str(body["decided_at"] or "")
    return (int(str(body["no"])), *(str(body[name]) for name in names), str(body["refusal_label"]), at)

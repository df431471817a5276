"""The wire of re-runs: which messages are sent again, and what became of each."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validates_schema

from services.exchange.model.reruns import MOST_ITEMS, Obstacle, RerunItem
from services.exchange.operations.reruns import Candidate, RerunView
from services.exchange.schemas.desk import ReasonIn
from services.exchange.schemas.incoming import FoundIn
from services.exchange.schemas.outgoing import Body, RowOut, row_body
from shared.batches.model import BatchState, Outcome
from shared.fields import Choice, Id, WholeNumber
from shared.web.paging import PageIn
from shared.web.queries import QueryNumber

OBSTACLE_LABELS = {
    Obstacle.NOT_FOUND: "报文不存在",
    Obstacle.NOT_YOURS: "不属本岗位的通道",
    Obstacle.WRONG_STATE: "不是拒收或超时未回执的报文",
    Obstacle.IN_ANOTHER: "已在另一批重发中",
    Obstacle.BODY_REMOVED: "保存期满，内容已删除",
    Obstacle.CHANGED: "选定后又有变化",
    Obstacle.UNREADABLE: "内容无法读取",
    Obstacle.EXPIRED: "超过一日未办，不再办理",
}
OUTCOME_LABELS = {Outcome.WAITING: "待重发", Outcome.DONE: "已重发", Outcome.REFUSED: "未重发"}
STATE_LABELS = {BatchState.WAITING: "待办", BatchState.RUNNING: "正在重发", BatchState.DONE: "已办完"}


class ChosenIn(Schema):
    """A message that is to be sent again, at the version that was seen."""

    id = Id(required=True)
    version = WholeNumber(1, required=True)


class RerunIn(ReasonIn):
    """Which messages are sent again, and why."""

    items = fields.List(fields.Nested(ChosenIn), required=True)

    @validates_schema
    def check(self, data: dict[str, list[object]], **_: object) -> None:
        """Take no more than a re-run holds."""
        if len(data.get("items", [])) > MOST_ITEMS:
            raise ValidationError(f"≤ {MOST_ITEMS}", "items")


class PreviewIn(Schema):
    """Which messages are looked at: those of the ids, or those that the ledger finds."""

    ids = fields.List(Id(), load_default=list)
    wanted = fields.Nested(FoundIn, load_default=None, allow_none=True)


class ItemsIn(Schema):
    """Query of a re-run's items."""

    outcome = Choice(Outcome, load_default=None)
    after = QueryNumber(0, MOST_ITEMS, load_default=0)
    limit = QueryNumber(1, 200, load_default=50)


class RerunsIn(PageIn):
    """Query of the re-runs."""


class CandidateOut(RowOut):
    """A message as a re-run would meet it: `obstacle` is empty where it would go; `would_wait` where its route holds."""

    obstacle = fields.String()
    obstacle_label = fields.String()
    would_wait = fields.Boolean()


class CandidatesOut(Schema):
    """What a re-run would do."""

    items = fields.List(fields.Nested(CandidateOut))
    going = fields.Integer()


class RerunOut(Schema):
    """A re-run with how far it is."""

    id = fields.String()
    by = fields.String()
    reason = fields.String()
    state = fields.String()
    state_label = fields.String()
    created_at = fields.String()
    count = fields.Integer()
    waiting = fields.Integer()
    done = fields.Integer()
    refused = fields.Integer()


class RerunsOut(Schema):
    """A page of re-runs."""

    items = fields.List(fields.Nested(RerunOut))
    next_cursor = fields.String()


class ItemOut(Schema):
    """One message of a re-run."""

    no = fields.Integer()
    message_id = fields.String()
    outcome = fields.String()
    outcome_label = fields.String()
    obstacle = fields.String()
    obstacle_label = fields.String()
    done_at = fields.String(allow_none=True)


class ItemsOut(Schema):
    """Items of a re-run by number."""

    items = fields.List(fields.Nested(ItemOut))


def candidate_body(candidate: Candidate) -> Body:
    """Return a message as a re-run would meet it."""
    return {**row_body(candidate.message), **_obstacle(candidate.obstacle), "would_wait": candidate.waits}


def rerun_body(view: RerunView) -> Body:
    """Return a re-run with how far it is."""
    rerun, tally = view.rerun, view.tally
    return {
        "id": rerun.id,
        "by": rerun.actor.account_id,
        "reason": rerun.reason,
        "state": rerun.state.value,
        "state_label": STATE_LABELS[rerun.state],
        "created_at": rerun.created_at.isoformat(),
        "count": rerun.count,
        "waiting": tally.waiting,
        "done": tally.done,
        "refused": tally.refused,
    }


def item_body(item: RerunItem) -> Body:
    """Return one message of a re-run."""
    return {
        "no": item.no,
        "message_id": item.message_id,
        "outcome": item.outcome.value,
        "outcome_label": OUTCOME_LABELS[item.outcome],
        **_obstacle(item.obstacle),
        "done_at": item.done_at.isoformat() if item.done_at else None,
    }


def _obstacle(obstacle: Obstacle | None) -> Body:
    label = OBSTACLE_LABELS[obstacle] if obstacle else ""
    return {"obstacle": obstacle.value if obstacle else "", "obstacle_label": label}

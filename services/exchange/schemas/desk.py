"""The wire of the operation desk: routes, partners, re-runs."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validates_schema

from services.exchange.model.controls import Control, ControlAct, Figures, Hold, Setting
from services.exchange.model.partners import PARTNER_TITLES, ROUTES, RouteName
from services.exchange.model.reruns import MOST_ITEMS, Obstacle, RerunItem
from services.exchange.operations.controls import ControlView
from services.exchange.operations.health import Health, Light, RouteHealth, Sign
from services.exchange.operations.reruns import Candidate, RerunView
from services.exchange.schemas.incoming import PARAGRAPH, FoundIn
from services.exchange.schemas.outgoing import Body, RowOut, row_body
from shared.batches.model import BatchState, Outcome
from shared.clock import Clock
from shared.fields import AwareDateTime, Choice, Id, Text, WholeNumber
from shared.web.paging import PageIn
from shared.web.queries import QueryNumber

HOLD_LABELS = {Hold.STOPPED: "已停发", Hold.MAINTENANCE: "对方维护中，暂停发送"}
ACT_LABELS = {ControlAct.STOP: "停发", ControlAct.START: "恢复发送", ControlAct.SET: "调整参数"}
LIGHT_LABELS = {Light.GREEN: "正常", Light.YELLOW: "须关注", Light.RED: "异常"}
SIGN_LABELS = {
    Sign.STOPPED: "通道已停发",
    Sign.MAINTENANCE: "对方维护中",
    Sign.WAITING: "待发送过多",
    Sign.OLD: "等待过久",
    Sign.REFUSED: "近一日拒收或未回执过多",
    Sign.UNANSWERED: "有报文超时未回执",
    Sign.TEST_FAILED: "最近一次连通测试未通过",
}
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

MOST_CAP, MOST_DAYS, MOST_MINUTES = 100_000, 36_525, 10_080


class ReasonIn(Schema):
    """Why a route is stopped or started."""

    reason = Text(PARAGRAPH, multiline=True, required=True)


class FiguresIn(ReasonIn):
    """What is set for a route: messages a minute, days that contents are kept, and when the desk is told."""

    cap = WholeNumber(1, MOST_CAP, required=True)
    retention_days = WholeNumber(1, MOST_DAYS, required=True)
    alarm_waiting = WholeNumber(0, MOST_CAP, required=True)
    alarm_minutes = WholeNumber(1, MOST_MINUTES, required=True)
    alarm_troubled = WholeNumber(0, MOST_CAP, required=True)


class MaintenanceIn(Schema):
    """A time in which a partner is not there."""

    begins = AwareDateTime(required=True)
    ends = AwareDateTime(required=True)
    text = Text(PARAGRAPH, multiline=True, required=True)


class CancellationIn(Schema):
    """A body without content."""


class PingIn(Schema):
    """A body without content."""


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


class FiguresOut(Schema):
    """What is set for a route."""

    is_stopped = fields.Boolean()
    cap = fields.Integer()
    retention_days = fields.Integer()
    alarm_waiting = fields.Integer()
    alarm_minutes = fields.Integer()
    alarm_troubled = fields.Integer()


class SettingOut(FiguresOut):
    """Who did what to a route, and what stood afterwards."""

    at = fields.String()
    by = fields.String()
    act = fields.String()
    act_label = fields.String()
    reason = fields.String()


class ControlOut(FiguresOut):
    """A route as it is set; `hold` is empty where it is open."""

    route = fields.String()
    title = fields.String()
    partner = fields.String()
    partner_title = fields.String()
    transport = fields.String()
    version = fields.Integer()
    hold = fields.String()
    hold_label = fields.String()
    may_set = fields.Boolean()
    settings = fields.List(fields.Nested(SettingOut))


class ControlsOut(Schema):
    """The routes out."""

    items = fields.List(fields.Nested(ControlOut))


class LoadOut(Schema):
    """A route of a partner with what is on it."""

    route = fields.String()
    title = fields.String()
    hold = fields.String()
    hold_label = fields.String()
    waiting = fields.Integer()
    waiting_since = fields.String(allow_none=True)
    sent = fields.Integer()
    unanswered = fields.Integer()
    refused = fields.Integer()
    last_sent_at = fields.String(allow_none=True)
    last_answer_at = fields.String(allow_none=True)


class SignOut(Schema):
    """What makes the light yellow or red, and on which route."""

    sign = fields.String()
    label = fields.String()
    route = fields.String()
    route_title = fields.String()


class MaintenanceOut(Schema):
    """A time in which the partner is not there."""

    id = fields.String()
    begins = fields.String()
    ends = fields.String()
    text = fields.String()
    by = fields.String()
    is_on = fields.Boolean()
    is_over = fields.Boolean()
    is_cancelled = fields.Boolean()


class PartnerOut(Schema):
    """How it stands with a partner; `version` is that of its maintenances, `test` the last test of the way."""

    partner = fields.String()
    title = fields.String()
    version = fields.Integer()
    light = fields.String()
    light_label = fields.String()
    signs = fields.List(fields.Nested(SignOut))
    routes = fields.List(fields.Nested(LoadOut))
    maintenances = fields.List(fields.Nested(MaintenanceOut))
    test = fields.Nested(RowOut, allow_none=True)
    may_act = fields.Boolean()


class PartnersOut(Schema):
    """All partners."""

    items = fields.List(fields.Nested(PartnerOut))


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


def figures_body(figures: Figures) -> Body:
    """Return what is set for a route."""
    return {
        "is_stopped": figures.is_stopped,
        "cap": figures.cap,
        "retention_days": figures.retention_days,
        "alarm_waiting": figures.alarm.waiting,
        "alarm_minutes": figures.alarm.minutes,
        "alarm_troubled": figures.alarm.troubled,
    }


def control_body(view: ControlView) -> Body:
    """Return a route as it is set, the last setting first."""
    control: Control = view.control
    return {
        "route": control.route.value,
        "title": control.line.title,
        "partner": control.line.partner.value,
        "partner_title": PARTNER_TITLES[control.line.partner],
        "transport": control.line.transport.value,
        "version": control.version,
        **_hold(view.hold),
        "may_set": view.is_kept,
        **figures_body(control.figures),
        "settings": [_setting_body(each) for each in reversed(control.settings)],
    }


def partner_body(health: Health, clock: Clock) -> Body:
    """Return how it stands with a partner, the last maintenance first."""
    now = clock.now()
    return {
        "partner": health.partner.value,
        "title": PARTNER_TITLES[health.partner],
        "version": health.upkeep.version,
        "light": health.light.value,
        "light_label": LIGHT_LABELS[health.light],
        "signs": [_sign_body(sign, route) for sign, route in health.signs],
        "routes": [_load_body(route) for route in health.routes],
        "maintenances": [
            {
                "id": each.id,
                "begins": each.begins.isoformat(),
                "ends": each.ends.isoformat(),
                "text": each.text,
                "by": each.by,
                "is_on": each.is_on(now),
                "is_over": each.is_over(now),
                "is_cancelled": each.cancelled_at is not None,
            }
            for each in reversed(health.upkeep.maintenances)
        ],
        "test": row_body(health.test) if health.test else None,
        "may_act": health.is_kept,
    }


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


def _hold(hold: Hold | None) -> Body:
    return {"hold": hold.value if hold else "", "hold_label": HOLD_LABELS[hold] if hold else ""}


def _setting_body(setting: Setting) -> Body:
    return {
        "at": setting.at.isoformat(),
        "by": setting.by,
        "act": setting.act.value,
        "act_label": ACT_LABELS[setting.act],
        "reason": setting.reason,
        **figures_body(setting.figures),
    }


def _sign_body(sign: Sign, route: RouteName | None) -> Body:
    title = ROUTES[route].title if route else ""
    return {
        "sign": sign.value,
        "label": SIGN_LABELS[sign],
        "route": route.value if route else "",
        "route_title": title,
    }


def _load_body(route: RouteHealth) -> Body:
    load = route.load
    moments = {"waiting_since": load.waiting_since, "last_sent_at": load.last_sent_at}
    moments["last_answer_at"] = load.last_answer_at
    return {
        "route": route.control.route.value,
        "title": route.control.line.title,
        **_hold(route.hold),
        "waiting": load.waiting,
        "sent": load.sent,
        "unanswered": load.unanswered,
        "refused": load.refused,
        **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
    }

"""The wire of the operation desk: routes, partners, re-runs."""

from __future__ import annotations

from marshmallow import Schema, fields

from services.exchange.model.controls import Control, ControlAct, Figures, Hold, Setting
from services.exchange.model.partners import PARTNER_TITLES, ROUTES, RouteName
from services.exchange.operations.controls import ControlView
from services.exchange.operations.health import Health, Light, RouteHealth, Sign
from services.exchange.schemas.incoming import PARAGRAPH
from services.exchange.schemas.outgoing import Body, RowOut, row_body
from shared.clock import Clock
from shared.fields import AwareDateTime, Text, WholeNumber

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
        "transport": view.transport.value,
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

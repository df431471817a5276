"""View-models of the operation desk: partners with their light, routes with their settings, re-runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.portal.model.exchange_desk import (
    CandidateAnswer,
    LoadAnswer,
    MaintenanceAnswer,
    PartnerAnswer,
    PreviewAnswer,
    RerunAnswer,
    RerunItemAnswer,
    RouteAnswer,
)
from services.portal.model.words import MESSAGE_TONES
from services.portal.presenters.messages import MessageView, message_view
from services.portal.presenters.words import EMPTY, Badge, moment
from shared.clock import SHANGHAI

_LIGHTS = {"green": "success", "yellow": "warning", "red": "danger"}
_TRANSPORTS = {"amqp": "消息", "file": "文件"}
_RERUN_TONES = {"waiting": "secondary", "running": "primary", "done": "success", "refused": "warning"}
_SHOWN = 10


@dataclass(frozen=True)
class LoadView:
    """A route of a partner with what is on it."""

    answer: LoadAnswer
    badge: Badge
    waiting_since: str
    last_sent: str
    last_answer: str


@dataclass(frozen=True)
class NightView:
    """A maintenance."""

    id: str
    begins: str
    ends: str
    text: str
    badge: Badge
    may_cancel: bool


@dataclass(frozen=True)
class TestView:
    """The last test of the way to a partner."""

    id: str
    badge: Badge
    asked_at: str
    answered_at: str
    took: str


@dataclass(frozen=True)
class PartnerView:
    """How it stands with a partner."""

    answer: PartnerAnswer
    light: Badge
    signs: tuple[str, ...]
    routes: tuple[LoadView, ...]
    nights: tuple[NightView, ...]
    now_on: NightView | None
    test: TestView | None


@dataclass(frozen=True)
class SettingView:
    """Who did what to a route, when and why, and what stood afterwards."""

    at: str
    by: str
    act: str
    reason: str
    figures: str


@dataclass(frozen=True)
class RouteView:
    """A route as it is set."""

    answer: RouteAnswer
    badge: Badge
    transport: str
    settings: tuple[SettingView, ...]


@dataclass(frozen=True)
class CandidateView:
    """A message as a re-run would meet it."""

    message: MessageView
    version: int
    obstacle: str
    waits: bool


@dataclass(frozen=True)
class PreviewView:
    """What a re-run would do: what would go, and what would not and why."""

    going: tuple[CandidateView, ...]
    staying: tuple[CandidateView, ...]

    @property
    def waiting(self) -> int:
        """How many of those that would go would wait for their route first."""
        return sum(each.waits for each in self.going)


@dataclass(frozen=True)
class RerunView:
    """A re-run with how far it is."""

    answer: RerunAnswer
    badge: Badge
    created_at: str
    is_done: bool


@dataclass(frozen=True)
class RerunItemView:
    """One message of a re-run."""

    no: int
    message_id: str
    badge: Badge
    why: str
    done_at: str


def partner_view(answer: PartnerAnswer) -> PartnerView:
    """Return how it stands with a partner."""
    nights = tuple(_night(each) for each in answer["maintenances"][:_SHOWN])
    on = next((each["id"] for each in answer["maintenances"] if each["is_on"]), "")
    return PartnerView(
        answer=answer,
        light=Badge(answer["light_label"], _LIGHTS[answer["light"]]),
        signs=tuple(
            f"{each['label']}（{each['route_title']}）" if each["route_title"] else each["label"]
            for each in answer["signs"]
        ),
        routes=tuple(_load(each) for each in answer["routes"]),
        nights=nights,
        now_on=next((each for each in nights if each.id == on), None),
        test=_test(answer),
    )


def route_view(answer: RouteAnswer) -> RouteView:
    """Return a route as it is set."""
    return RouteView(
        answer=answer,
        badge=_hold(answer["hold"], answer["hold_label"]),
        transport=_TRANSPORTS[answer["transport"]],
        settings=tuple(
            SettingView(
                at=moment(each["at"]),
                by=each["by"],
                act=each["act_label"],
                reason=each["reason"],
                figures=f"每分钟 {each['cap']} 件，内容保存 {each['retention_days']} 天，告警："
                f"待发送 {each['alarm_waiting']} 件、等待 {each['alarm_minutes']} 分钟、"
                f"一日拒收或未回执 {each['alarm_troubled']} 件",
            )
            for each in answer["settings"]
        ),
    )


def preview_view(answer: PreviewAnswer) -> PreviewView:
    """Return what a re-run would do."""
    views = [_candidate(each) for each in answer["items"]]
    return PreviewView(
        going=tuple(each for each in views if not each.obstacle),
        staying=tuple(each for each in views if each.obstacle),
    )


def rerun_view(answer: RerunAnswer) -> RerunView:
    """Return a re-run with how far it is."""
    badge = Badge(answer["state_label"], _RERUN_TONES[answer["state"]])
    return RerunView(answer, badge, moment(answer["created_at"]), answer["state"] == "done")


def rerun_items(answers: Sequence[RerunItemAnswer]) -> tuple[RerunItemView, ...]:
    """Return messages of a re-run."""
    return tuple(
        RerunItemView(
            no=each["no"],
            message_id=each["message_id"],
            badge=Badge(each["outcome_label"], _RERUN_TONES[each["outcome"]]),
            why=each["obstacle_label"] or EMPTY,
            done_at=moment(each["done_at"]),
        )
        for each in answers
    )


def _candidate(answer: CandidateAnswer) -> CandidateView:
    return CandidateView(message_view(answer), answer["version"], answer["obstacle_label"], answer["would_wait"])


def _hold(hold: str, label: str) -> Badge:
    return Badge(label, "danger" if hold == "stopped" else "warning") if hold else Badge("畅通", "success")


def _load(answer: LoadAnswer) -> LoadView:
    return LoadView(
        answer=answer,
        badge=_hold(answer["hold"], answer["hold_label"]),
        waiting_since=moment(answer["waiting_since"]),
        last_sent=moment(answer["last_sent_at"]),
        last_answer=moment(answer["last_answer_at"]),
    )


def _night(answer: MaintenanceAnswer) -> NightView:
    if answer["is_cancelled"]:
        badge = Badge("已取消", "secondary")
    elif answer["is_on"]:
        badge = Badge("维护中", "warning")
    else:
        badge = Badge("已结束", "secondary") if answer["is_over"] else Badge("未开始", "primary")
    return NightView(
        id=answer["id"],
        begins=moment(answer["begins"]),
        ends=moment(answer["ends"]),
        text=answer["text"],
        badge=badge,
        may_cancel=not answer["is_over"],
    )


def _test(answer: PartnerAnswer) -> TestView | None:
    test = answer["test"]
    if test is None:
        return None
    took = EMPTY
    if test["answered_at"]:
        asked, answered = (datetime.fromisoformat(text) for text in (test["created_at"], test["answered_at"]))
        took = f"{(answered - asked).total_seconds():.1f} 秒"
    return TestView(
        id=test["id"],
        badge=Badge(test["state_label"], MESSAGE_TONES.get(test["state"], "secondary")),
        asked_at=_second(test["created_at"]),
        answered_at=_second(test["answered_at"]),
        took=took,
    )


def _second(text: str | None) -> str:
    return datetime.fromisoformat(text).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S") if text else EMPTY

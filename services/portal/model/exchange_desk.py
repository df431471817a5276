"""What the exchange answers to the operation desk, as the portal reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from services.portal.model.answers import MessageRow


class ContentAnswer(TypedDict):
    """What a message says."""

    id: str
    kind: str
    digest: str
    content: Mapping[str, object]


class FiguresAnswer(TypedDict):
    """What is set for a route."""

    is_stopped: bool
    cap: int
    retention_days: int
    alarm_waiting: int
    alarm_minutes: int
    alarm_troubled: int


class SettingAnswer(FiguresAnswer):
    """Who did what to a route."""

    at: str
    by: str
    act: str
    act_label: str
    reason: str


class RouteAnswer(FiguresAnswer):
    """A route as it is set."""

    route: str
    title: str
    partner: str
    partner_title: str
    transport: str
    version: int
    hold: str
    hold_label: str
    may_set: bool
    settings: list[SettingAnswer]


class LoadAnswer(TypedDict):
    """A route of a partner with what is on it."""

    route: str
    title: str
    hold: str
    hold_label: str
    waiting: int
    waiting_since: str | None
    sent: int
    unanswered: int
    refused: int
    last_sent_at: str | None
    last_answer_at: str | None


class SignAnswer(TypedDict):
    """What makes a light yellow or red."""

    sign: str
    label: str
    route: str
    route_title: str


class MaintenanceAnswer(TypedDict):
    """A time in which a partner is not there."""

    id: str
    begins: str
    ends: str
    text: str
    by: str
    is_on: bool
    is_over: bool
    is_cancelled: bool


class PartnerAnswer(TypedDict):
    """How it stands with a partner."""

    partner: str
    title: str
    version: int
    light: str
    light_label: str
    signs: list[SignAnswer]
    routes: list[LoadAnswer]
    maintenances: list[MaintenanceAnswer]
    test: MessageRow | None
    may_act: bool


class CandidateAnswer(MessageRow):
    """A message as a re-run would meet it."""

    version: int
    obstacle: str
    obstacle_label: str
    would_wait: bool


class PreviewAnswer(TypedDict):
    """What a re-run would do."""

    items: list[CandidateAnswer]
    going: int


class RerunAnswer(TypedDict):
    """A re-run with how far it is."""

    id: str
    by: str
    reason: str
    state: str
    state_label: str
    created_at: str
    count: int
    waiting: int
    done: int
    refused: int


class RerunItemAnswer(TypedDict):
    """One message of a re-run."""

    no: int
    message_id: str
    outcome: str
    outcome_label: str
    obstacle: str
    obstacle_label: str
    done_at: str | None

"""What people set for a route and for a partner: the stop switch, the figures, the times of maintenance."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from services.exchange.model.partners import ROUTES, Alarm, Partner, Route, RouteName
from shared.history import HistoryEntry


class ControlAct(StrEnum):
    """What is done to a route or a partner."""

    LAY = "lay"
    STOP = "stop"
    START = "start"
    SET = "set"
    ALARM = "alarm"
    ANNOUNCE = "announce"
    CANCEL = "cancel"


class Hold(StrEnum):
    """Why nothing leaves on a route."""

    STOPPED = "stopped"
    MAINTENANCE = "maintenance"


@dataclass(frozen=True)
class Gate:
    """What a message meets before a route: why nothing leaves now, and how many may leave in a minute."""

    hold: Hold | None
    cap: int


class RouteTrouble(StrEnum):
    """What a route raises an alarm for."""

    WAITING = "too_many_waiting"
    OLD = "waiting_too_long"
    REFUSED = "too_often_refused"


@dataclass(frozen=True)
class Figures:
    """What is set for a route; as in `Route`, where nobody set anything."""

    is_stopped: bool
    cap: int
    retention_days: int
    alarm: Alarm


@dataclass(frozen=True)
class Setting:
    """Who did what to a route, when and why, and what stood afterwards."""

    at: datetime
    by: str
    act: ControlAct
    reason: str
    figures: Figures


@dataclass(frozen=True)
class Control:
    """A route as it is set. `troubles` are those that the desk was told of and that are not over."""

    route: RouteName
    version: int
    figures: Figures
    settings: tuple[Setting, ...] = ()
    troubles: tuple[RouteTrouble, ...] = ()
    history: tuple[HistoryEntry, ...] = field(default=())

    @property
    def line(self) -> Route:
        """The route as it is laid."""
        return ROUTES[self.route]


@dataclass(frozen=True)
class Maintenance:
    """A time in which a partner is not there; meanwhile its routes hold, but for tests."""

    id: str
    begins: datetime
    ends: datetime
    text: str = field(repr=False)
    by: str
    at: datetime
    cancelled_by: str = ""
    cancelled_at: datetime | None = None

    def is_on(self, now: datetime) -> bool:
        """Whether it is going on."""
        return self.cancelled_at is None and self.begins <= now < self.ends

    def is_over(self, now: datetime) -> bool:
        """Whether nothing comes of it any more."""
        return self.cancelled_at is not None or self.ends <= now


@dataclass(frozen=True)
class Upkeep:
    """What a partner has told of its maintenance, the newest last."""

    partner: Partner
    version: int
    maintenances: tuple[Maintenance, ...] = ()
    history: tuple[HistoryEntry, ...] = field(default=())

    def now_on(self, now: datetime) -> Maintenance | None:
        """Return the maintenance that is going on."""
        return next((each for each in self.maintenances if each.is_on(now)), None)


def laid(route: Route) -> Figures:
    """Return the figures of a route for which nobody set anything."""
    return Figures(False, route.cap, route.retention_days, route.alarm)

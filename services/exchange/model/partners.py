"""Whom the exchange talks with, and on which routes: each a named line of one partner in one direction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Partner(StrEnum):
    """A system on the other side; the value is its name among the peers' keys and as a source of events."""

    DIRECTORY = "directory"
    NBS = "nbs"
    SHARING = "sharing"


PARTNER_TITLES = {
    Partner.DIRECTORY: "基本单位名录库",
    Partner.NBS: "国家统计局",
    Partner.SHARING: "统计信息共享数据库",
}
"""The names of the partners for people."""


PARTNER_NAMES = {Partner.DIRECTORY: "名录库", Partner.NBS: "国家统计局", Partner.SHARING: "共享数据库"}
"""Their short names."""


class Direction(StrEnum):
    """Which way a route leads, seen from here; what answers a message belongs to the route of that message."""

    OUT = "out"
    IN = "in"


class Transport(StrEnum):
    """How the routes of a partner are travelled: through the border of the broker, or by files that are laid down."""

    AMQP = "amqp"
    FILE = "file"


class RouteName(StrEnum):
    """The names of the routes."""

    DIRECTORY_CHANGES = "directory.changes"
    DIRECTORY_ANNOUNCEMENTS = "directory.announcements"
    DIRECTORY_INQUIRIES = "directory.inquiries"
    DIRECTORY_RECORDS = "directory.records"
    DIRECTORY_PINGS = "directory.pings"
    DIRECTORY_STATEMENTS = "directory.statements"
    NBS_STATISTICS = "nbs.statistics"
    NBS_PINGS = "nbs.pings"
    NBS_STATEMENTS = "nbs.statements"
    SHARING_STATISTICS = "sharing.statistics"
    SHARING_PINGS = "sharing.pings"
    SHARING_STATEMENTS = "sharing.statements"


EMBARGOED = frozenset({RouteName.SHARING_STATISTICS})
"""Routes on which the rule for sharing between departments holds: ten full working days from final approval (制度一（十）)."""

STATUTORY_DAYS = 731
"""Two years: so long originals are kept at least, whatever is set for a route."""


@dataclass(frozen=True)
class Alarm:
    """When the desk is told of a route.

    More than `waiting` messages wait, the oldest for more than `minutes`, or more than `troubled` of the last day were
    refused or not answered.
    """

    waiting: int
    minutes: int
    troubled: int


USUAL_ALARM = Alarm(waiting=500, minutes=120, troubled=20)


@dataclass(frozen=True)
class Route:
    """A route as it is laid; what a person sets for it later (`Control`) begins with these figures.

    `retention_days` is how long bodies are kept, `cap` how many messages leave in a minute at most, `attempts` how often
    a message is sent by the exchange itself, 0 for as often as its patience says.
    """

    name: RouteName
    partner: Partner
    direction: Direction
    title: str
    retention_days: int
    cap: int
    alarm: Alarm = USUAL_ALARM
    attempts: int = 0


ONLY_BY_FILES = frozenset({Partner.NBS, Partner.SHARING})
"""Partners for whom the broker has no inbox."""


@dataclass(frozen=True)
class Transports:
    """How each partner is reached; set for an installation. `by_files` are those who exchange files."""

    by_files: frozenset[Partner] = ONLY_BY_FILES

    def of(self, partner: Partner) -> Transport:
        """Return how a partner is reached."""
        return Transport.FILE if partner in self.by_files else Transport.AMQP


_OUT, _IN = Direction.OUT, Direction.IN

_LAID = (
    Route(RouteName.DIRECTORY_CHANGES, Partner.DIRECTORY, _OUT, "单位变动情况反馈", 3653, 24_000),
    Route(RouteName.DIRECTORY_ANNOUNCEMENTS, Partner.DIRECTORY, _IN, "名录库变动通报", 3653, 24_000),
    Route(RouteName.DIRECTORY_INQUIRIES, Partner.DIRECTORY, _OUT, "单位信息查询", STATUTORY_DAYS, 6_000),
    Route(RouteName.DIRECTORY_RECORDS, Partner.DIRECTORY, _IN, "单位信息查询结果", STATUTORY_DAYS, 6_000),
    Route(RouteName.DIRECTORY_PINGS, Partner.DIRECTORY, _OUT, "名录库连通测试", STATUTORY_DAYS, 60, attempts=1),
    Route(RouteName.DIRECTORY_STATEMENTS, Partner.DIRECTORY, _OUT, "名录库对账", 3653, 60),
    Route(RouteName.NBS_STATISTICS, Partner.NBS, _OUT, "统计资料报送", 3653, 600),
    Route(RouteName.NBS_PINGS, Partner.NBS, _OUT, "国家统计局连通测试", STATUTORY_DAYS, 60, attempts=1),
    Route(RouteName.NBS_STATEMENTS, Partner.NBS, _OUT, "国家统计局对账", 3653, 60),
    Route(RouteName.SHARING_STATISTICS, Partner.SHARING, _OUT, "统计资料共享", 3653, 600),
    Route(RouteName.SHARING_PINGS, Partner.SHARING, _OUT, "共享数据库连通测试", STATUTORY_DAYS, 60, attempts=1),
    Route(RouteName.SHARING_STATEMENTS, Partner.SHARING, _OUT, "共享数据库对账", 3653, 60),
)

ROUTES: Mapping[RouteName, Route] = {route.name: route for route in _LAID}
"""Every route by its name, in the order in which people see them."""

PINGS: Mapping[Partner, RouteName] = {
    route.partner: route.name for route in _LAID if route.name.value.endswith(".pings")
}
"""On which route a partner is tested."""

STATEMENTS: Mapping[Partner, RouteName] = {
    route.partner: route.name for route in _LAID if route.name.value.endswith(".statements")
}
"""On which route a partner is told of the statement of a day."""

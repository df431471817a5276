"""The life of a registration beside its applications: in force or not, since when, and what may end it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Standing(StrEnum):
    """Whether a platform counts as registered (登记状态)."""

    NONE = "none"
    REGISTERED = "registered"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    DEREGISTERED = "deregistered"


IN_FORCE = frozenset({Standing.REGISTERED, Standing.SUSPENDED})
"""Standings in which a revision is in force: it can be changed, suspended and ended."""

ENDED = frozenset({Standing.EXPIRED, Standing.DEREGISTERED})
"""Standings after which a platform must be registered again."""


class Purpose(StrEnum):
    """What the present application asks for."""

    FIRST = "first"
    CHANGE = "change"
    RENEWAL = "renewal"


PURPOSES = {
    Standing.NONE: Purpose.FIRST,
    Standing.REGISTERED: Purpose.CHANGE,
    Standing.SUSPENDED: Purpose.CHANGE,
    Standing.EXPIRED: Purpose.RENEWAL,
    Standing.DEREGISTERED: Purpose.RENEWAL,
}
"""An application for a registration that ended meanwhile asks for a new round of it."""


class Ground(StrEnum):
    """Coded ground of a suspension or of an ending; the free text goes with it."""

    CONDITIONS_NOT_MET = "conditions_not_met"
    FACTS_UNTRUE = "facts_untrue"
    OUT_OF_SCOPE = "out_of_scope"
    NOT_OPERATING = "not_operating"
    DUTIES_NOT_MET = "duties_not_met"
    ON_REQUEST = "on_request"
    PAPERS_EXPIRED = "papers_expired"
    OTHER = "other"


GROUNDS_OF_DEPARTMENTS = frozenset(Ground) - {Ground.ON_REQUEST, Ground.PAPERS_EXPIRED}
"""Grounds that a department may name for what it does of its own accord."""


@dataclass(frozen=True)
class Suspension:
    """Why a registration is suspended, from which day on, and the day from which it is in force again by itself."""

    ground: Ground
    reason: str
    since: date
    until: date | None
    by: str
    at: datetime


class ClosingKind(StrEnum):
    """Who wants the registration to end."""

    REQUESTED = "requested"
    ANNOUNCED = "announced"


@dataclass(frozen=True)
class Closing:
    """A de-registration that is not decided: asked for by the operator, or announced by the department.

    Where it was announced, the operator may make a statement up to and with `statement_until`.
    """

    kind: ClosingKind
    ground: Ground
    reason: str
    by: str
    at: datetime
    statement_until: date | None = None
    statement: str = ""
    stated_at: datetime | None = None


@dataclass(frozen=True)
class Ending:
    """How the registration ended; `on` is the first day without it."""

    ground: Ground
    reason: str
    on: date
    at: datetime
    by: str


@dataclass(frozen=True)
class Life:
    """The standing with what belongs to it.

    `in_force` is the number of the revision in force (0: none ever was; after an ending, the last one that was),
    `division` its 单位注册地, `round` counts registrations from 1, `since` is the day of approval of the round. `told` are
    the notices of the watch that went out, so that none goes twice.
    """

    standing: Standing = Standing.NONE
    in_force: int = 0
    round: int = 0
    division: str | None = None
    since: date | None = None
    suspension: Suspension | None = None
    closing: Closing | None = None
    ending: Ending | None = None
    told: tuple[str, ...] = field(default=())

"""What a department grants a single unit: a later due day that was asked for (延期), or an exception that ends by itself (例外).

An extension is for one form and period. An exception covers every due day of a form, or of all forms, between two days: an
exemption says that nothing is to be filed, a respite moves these due days to the end of the span. None of them moves what
the regulation locks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from services.filing.model.units import CITY_UNIT
from shared.history import HistoryEntry


class ReliefKind(StrEnum):
    """What is granted."""

    EXTENSION = "extension"
    EXEMPTION = "exemption"
    RESPITE = "respite"


class ReliefState(StrEnum):
    """How far it is."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class ReliefAction(StrEnum):
    """What is done with it."""

    ASK = "ask"
    GIVE = "give"
    GRANT = "grant"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    END = "end"


class Ground(StrEnum):
    """Why a unit needs an exception, or asks for a later day."""

    CEASED = "ceased"
    OUT_OF_SCOPE = "out_of_scope"
    REPORTED_ELSEWHERE = "reported_elsewhere"
    DISASTER = "disaster"
    SYSTEM_FAILURE = "system_failure"
    ON_REQUEST = "on_request"


GROUNDS_OF = {
    ReliefKind.EXTENSION: frozenset({Ground.ON_REQUEST}),
    ReliefKind.EXEMPTION: frozenset({Ground.CEASED, Ground.OUT_OF_SCOPE, Ground.REPORTED_ELSEWHERE}),
    ReliefKind.RESPITE: frozenset({Ground.DISASTER, Ground.SYSTEM_FAILURE}),
}
"""A duty to report can't be waived: an exemption is given where there is none, a respite where it can't be met in time."""


@dataclass(frozen=True)
class Said:
    """Why it was asked for or given, and what was answered; confidential."""

    ground: Ground
    reason: str = field(repr=False)
    answer: str = field(default="", repr=False)


@dataclass(frozen=True)
class Relief:
    """The aggregate. `decider` is the division whose department decides on it, or gave it.

    An extension names a `period`; `wanted` is the day that was asked for, `until` the one that was granted. An exception
    covers due days from `from_day` to `to_day`, of all forms where `form` is empty.
    """

    id: str
    version: int
    kind: ReliefKind
    state: ReliefState
    unit_id: str
    division: str
    path: tuple[str, ...]
    decider: str
    form: str
    said: Said = field(repr=False)
    asked_by: str
    asked_at: datetime
    updated_at: datetime
    period: str = ""
    wanted: date | None = None
    until: date | None = None
    from_day: date | None = None
    to_day: date | None = None
    decided_by: str = ""
    decided_at: datetime | None = None
    history: tuple[HistoryEntry, ...] = ()

    @property
    def is_extension(self) -> bool:
        """Whether the unit asked for it."""
        return self.kind is ReliefKind.EXTENSION

    @property
    def is_of_city(self) -> bool:
        """Whether the unit is a demonstration city."""
        return self.unit_id.startswith(CITY_UNIT)


@dataclass(frozen=True)
class Waiver:
    """What a granted relief means for due days, without why it was granted."""

    id: str
    kind: ReliefKind
    unit_id: str
    form: str
    period: str = ""
    until: date | None = None
    from_day: date | None = None
    to_day: date | None = None

    def covers(self, unit_id: str, form: str, period: str, due: date) -> bool:
        """Tell whether it is about a form of a unit for a period that is due on a day by the regulation."""
        if self.unit_id != unit_id:
            return False
        if self.kind is ReliefKind.EXTENSION:
            return (self.form, self.period) == (form, period)
        is_within = self.from_day is not None and self.to_day is not None and self.from_day <= due <= self.to_day
        return is_within and self.form in ("", form)

    @property
    def moved_to(self) -> date | None:
        """The day to which it moves the due days that it covers, None where nothing is to be filed."""
        if self.kind is ReliefKind.EXEMPTION:
            return None
        return self.until if self.kind is ReliefKind.EXTENSION else self.to_day

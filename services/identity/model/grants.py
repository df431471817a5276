"""Grants: what a person may do, in which role, over which unit or division, and on which days.

A person (an account) has any number of grants and acts with one of them at a time. Days are those of Asia/Shanghai,
the first and the last included.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from shared.identity.actor import Actor, Role


class GrantState(StrEnum):
    """How far a grant has come. Whether it holds today is also a matter of its days: `Grant.holds`."""

    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    REFUSED = "refused"
    ENDED = "ended"


class GrantAction(StrEnum):
    """What can happen to a grant.

    `give` brings it into force at once, `propose` waits for a second person; `join` is the acceptance of an invitation,
    `hand_over` what it does to who had the principal's place.
    """

    GIVE = "give"
    PROPOSE = "propose"
    CONFIRM = "confirm"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    EXTEND = "extend"
    END = "end"
    JOIN = "join"
    HAND_OVER = "hand_over"


LIVE = frozenset({GrantState.PROPOSED, GrantState.IN_FORCE})
"""States from which something can still come."""


@dataclass(frozen=True)
class Act:
    """Who did something with a grant, and when."""

    by: str
    at: datetime


@dataclass(frozen=True)
class Grant:
    """A right of one person.

    A unit's roles have `unit_id` with the unit's division, departments have a `division`, others neither. `is_principal`
    marks the one person who answers for a unit. `reason` says why it was refused or ended; it is stored sealed.
    """

    id: str
    role: Role
    valid_from: date
    proposed: Act
    state: GrantState = GrantState.IN_FORCE
    unit_id: str | None = None
    division: str | None = None
    valid_to: date | None = None
    is_principal: bool = False
    decided: Act | None = None
    ended: Act | None = None
    reason: str = ""

    def __repr__(self) -> str:
        return f"Grant(id={self.id!r}, role={self.role!r}, state={self.state!r}, …)"

    def holds(self, today: date) -> bool:
        """Whether one may act with it on this day."""
        return self.state is GrantState.IN_FORCE and self.valid_from <= today and not self.is_past(today)

    def is_past(self, today: date) -> bool:
        """Whether its last day lies behind."""
        return self.valid_to is not None and self.valid_to < today

    def is_live(self, today: date) -> bool:
        """Whether it holds, or may come to hold."""
        return self.state in LIVE and not self.is_past(today)


class Holder(Protocol):
    """Who has grants."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def grants(self) -> tuple[Grant, ...]:
        """All that were ever proposed for it."""
        ...


def in_force(holder: Holder, today: date) -> tuple[Grant, ...]:
    """Return what the person may act with on this day, in the order in which it was given."""
    return tuple(grant for grant in holder.grants if grant.holds(today))


def live(holder: Holder, today: date) -> tuple[Grant, ...]:
    """Return what holds on this day, or may come to hold."""
    return tuple(grant for grant in holder.grants if grant.is_live(today))


def find_in_force(holder: Holder, grant_id: str | None, today: date) -> Grant | None:
    """Return the grant of this id where it holds on this day."""
    return _by_id(in_force(holder, today), grant_id)


def find_grant(holder: Holder, grant_id: str | None) -> Grant | None:
    """Return the grant of this id, whatever its state."""
    return _by_id(holder.grants, grant_id)


def acting(holder: Holder, grant: Grant) -> Actor:
    """Return who acts when this person uses this grant."""
    return Actor(account_id=holder.id, role=grant.role, unit_id=grant.unit_id, division=grant.division)


def told(grant: Grant) -> str:
    """Return the grant and its state as the history of its person keeps it."""
    return f"{grant.id}:{grant.state.value}"


def _by_id(grants: Iterable[Grant], grant_id: str | None) -> Grant | None:
    return next((grant for grant in grants if grant.id == grant_id), None)

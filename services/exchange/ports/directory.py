"""The mirror of the 名录库 and what belongs to it, as the operations see them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.exchange.model.inquiries import Follower, Inquiry, Load
from services.exchange.model.mirror import Kept, Known, PutAside, UnitState
from services.exchange.ports.messages import Outgoing
from shared.calls import Call


@dataclass(frozen=True)
class Told:
    """A unit to be stored, and the events that leave with it."""

    known: Known
    events: tuple[Outgoing, ...] = ()


class Mirror(Protocol):
    """The units of the 名录库, found by its own id of them and by their credit code."""

    def find(self, units: Collection[str]) -> Mapping[str, Known]:
        """Return those of the units that are known, by the directory's id."""
        ...

    def id_of(self, unit: str) -> str:
        """Return the id under which a unit is kept, which says nothing of it."""
        ...

    def sequences(self, units: Collection[str]) -> Mapping[str, int]:
        """Return how far the mirror has come with each of the units that it knows."""
        ...

    def find_by_code(self, credit_code: str) -> Sequence[Known]:
        """Return the units with this credit code, those in force first; several where the 名录库 has doubles."""
        ...

    def put(self, told: Sequence[Told], call: Call) -> None:
        """Store the units as they are now."""
        ...

    def count(self) -> Mapping[tuple[str, UnitState], int]:
        """Return how many units there are, by county and state."""
        ...

    def last_at(self) -> datetime | None:
        """Return when the mirror was changed last."""
        ...


class Announcements(Protocol):
    """What the 名录库 announced: applied, waiting, or known already."""

    def find_at(self, places: Collection[str]) -> Sequence[Kept]:
        """Return the announcements that hold one of these places (unit and sequence)."""
        ...

    def add(self, kept: Kept) -> None:
        """Store a new one. Raises `Conflict` where one of its places is taken."""
        ...

    def save(self, kept: Kept) -> None:
        """Store what became of one."""
        ...

    def list_waiting_of(self, units: Collection[str], limit: int) -> Sequence[Kept]:
        """Return those that wait and touch one of the units."""
        ...

    def list_to_ask(self, before: datetime, limit: int) -> Sequence[Kept]:
        """Return those that have waited since then, or since the ones before them were asked for, the oldest first."""
        ...

    def count_waiting(self) -> int:
        """Return how many wait."""
        ...

    def list_waiting(self, limit: int) -> Sequence[Kept]:
        """Return those that wait, the oldest first."""
        ...


class Troubles(Protocol):
    """What was put aside."""

    def note(self, trouble: PutAside, call: Call, events: Sequence[Outgoing]) -> None:
        """Keep it with the events that leave; one that is known stays as it is."""
        ...

    def list_newest(self, limit: int) -> Sequence[PutAside]:
        """Return the newest."""
        ...


class Inquiries(Protocol):
    """What the 名录库 was asked."""

    def find(self, inquiry_id: str) -> Inquiry | None:
        """Return the inquiry."""
        ...

    def find_recent(self, credit_code: str, by: str, since: datetime) -> Inquiry | None:
        """Return the account's inquiry for this code that was asked since then."""
        ...

    def add(self, inquiry: Inquiry) -> None:
        """Store a new one; one with this id stays as it is."""
        ...

    def save(self, inquiry: Inquiry) -> None:
        """Store what became of one."""
        ...


class Loads(Protocol):
    """The loads of all units."""

    def get(self, load_id: str) -> Load:
        """Return the load. Raises `NotFound`."""
        ...

    def last(self) -> Load | None:
        """Return the newest."""
        ...

    def add(self, load: Load) -> None:
        """Store a new one. Raises `Conflict` where one is running."""
        ...

    def save(self, load: Load) -> Load:
        """Store the next version. Raises `StaleVersion`."""
        ...


class Followers(Protocol):
    """The units of the survey that follow a credit code."""

    def find(self, unit_id: str) -> Follower | None:
        """Return what is kept of a unit; None also where its key was destroyed."""
        ...

    def of_codes(self, credit_codes: Collection[str]) -> Sequence[Follower]:
        """Return the units that follow one of the codes."""
        ...

    def put(self, follower: Follower) -> None:
        """Store a unit as it follows now."""
        ...


@dataclass(frozen=True)
class Directory:
    """All that is kept of the 名录库."""

    mirror: Mirror
    announcements: Announcements
    troubles: Troubles
    inquiries: Inquiries
    loads: Loads
    followers: Followers

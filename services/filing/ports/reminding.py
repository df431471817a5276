"""What reminders and digests need of the stores: what was told, what was filed, what waits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from services.filing.reminding.owed import FormKey, Record
from shared.history import HistoryEntry
from shared.messaging.events import Outgoing


@dataclass(frozen=True)
class Filed:
    """How far one form of a unit is; neither where it was only begun."""

    unit_id: str
    key: FormKey
    is_filed: bool
    is_returned: bool


@dataclass(frozen=True)
class Lying:
    """How many filings have lain with a division's department since a day."""

    division: str
    since: date
    count: int


class Records(Protocol):
    """What units were told. Every change of a record leaves with what it tells, in one write."""

    def find_all(self, unit_ids: Collection[str]) -> Mapping[str, Record]:
        """Return the records of these units, by id; an empty one for a unit that was never told anything."""
        ...

    def save_all(self, told: Sequence[tuple[Record, Outgoing]], at: datetime, correlation_id: str) -> int:
        """Store many records with what they tell, but none that was changed meanwhile; return how many were stored."""
        ...

    def save(
        self, record: Record, act: HistoryEntry, events: Sequence[Outgoing], at: datetime, correlation_id: str
    ) -> Record:
        """Store the next version of one. Raises `StaleVersion`."""
        ...


class ToldDepartments(Protocol):
    """Which department was told its digest of which day."""

    def tell(self, told: Mapping[str, Outgoing], on: date, at: datetime, correlation_id: str) -> int:
        """Tell departments, by division, once a day each; return how many were not told before."""
        ...


class FilingStates(Protocol):
    """What stands in clear of filings, without opening them."""

    def of_units(self, unit_ids: Collection[str], forms: Collection[str], periods: Collection[str]) -> Iterable[Filed]:
        """Yield how far these forms of these units for these periods are."""
        ...

    def lying(self) -> Iterable[Lying]:
        """Yield what lies with departments, in one pass over what waits."""
        ...


@dataclass(frozen=True)
class Reminding:
    """All of it."""

    records: Records
    departments: ToldDepartments
    states: FilingStates

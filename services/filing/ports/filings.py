"""Where filings are kept, with what reviewers tick off on them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.filing.model.filings import Filing, Version
from services.filing.model.states import State
from services.filing.model.ticks import Ticks
from shared.calls import Call
from shared.idempotency import RequestKey
from shared.identity.actor import Actor
from shared.messaging.events import Outgoing
from shared.paging import Page


@dataclass(frozen=True)
class Wanted:
    """What a list of filings is narrowed to; empty texts narrow nothing."""

    state: State | None = None
    form: str = ""
    period: str = ""
    unit_id: str = ""
    is_waiting: bool = False
    """Only what the actor's department is to review."""


class Filings(Protocol):
    """Where filings are kept. Every write is one atomic step with its history and its events."""

    def get(self, filing_id: str) -> Filing:
        """Return the filing. Raises `NotFound`."""
        ...

    def find_recent(self, filing_id: str, version: int | None) -> Filing | None:
        """Return the filing at this version where this process has it at hand; by now it may have been changed."""
        ...

    def find_created(self, request: RequestKey) -> Filing | None:
        """Return the filing that this request made. Raises `KeyReused` where it asked for something else."""
        ...

    def add(self, filing: Filing, call: Call) -> Filing:
        """Store a new filing. Raises `AlreadyFiled` where the unit has one of the form, period and item."""
        ...

    def save(self, filing: Filing, call: Call, events: Sequence[Outgoing] = ()) -> Filing:
        """Store the next version with its last history entry. Raises `StaleVersion`, `KeyReused`."""
        ...

    def early_version(self, filing: Filing, no: int) -> Version:
        """Return a version whose content is kept beside the filing. Raises `NotFound`."""
        ...

    def list_in_sight(self, actor: Actor, wanted: Wanted, cursor: str, limit: int) -> Page[Filing]:
        """Return a page of what the actor sees and wants to see, last changed first."""
        ...

    def list_of_unit(self, unit_id: str, forms: Iterable[str], periods: Iterable[str]) -> tuple[Filing, ...]:
        """Return the filings of a unit of these forms for these periods, without discarded ones."""
        ...

    def find_approved(self, unit_id: str, form: str, item: str, period: str) -> Version | None:
        """Return the version in force of a form for a period, None where there is none."""
        ...

    def list_approved_before(self, filing: Filing, limit: int) -> Sequence[tuple[str, Version]]:
        """Return the versions in force of the same form, unit and item by period, the newest first, up to this one's."""
        ...

    def find_last_submitted(self, unit_ids: Iterable[str], form: str) -> Mapping[str, Filing]:
        """Return, by unit, its filing of a form for the latest period that it submitted one for."""
        ...

    def has_submitted(self, unit_id: str, form: str) -> bool:
        """Tell whether the unit has submitted the form for any period."""
        ...

    def count_submitted(self, unit_id: str, form: str, year: int) -> int:
        """Return how many filings of the form the unit has submitted for a year or its months."""
        ...

    def list_parts(self, form: str, period: str, division: str) -> Iterator[Filing]:
        """Yield the filings that a city has approved, or that are in force, from which its own of the form is assembled."""
        ...

    def tell(self, filing: Filing, call: Call, events: Sequence[Outgoing]) -> None:
        """Put events beside the filing, which does not change. Raises `StaleVersion`."""
        ...

    def ids_of_submitted(self, periods: Collection[str] = ()) -> Iterator[str]:
        """Yield the ids of all filings that were ever submitted, or of those of some periods."""
        ...

    def is_claimed(self, file_id: str) -> bool:
        """Tell whether any filing refers to the file."""
        ...


class KeptTicks(Protocol):
    """What reviewers have ticked off, by version and person."""

    def get(self, filing: Filing, account_id: str) -> Ticks:
        """Return what a person has ticked off in the last version; nothing where they have not begun."""
        ...

    def save(self, filing: Filing, ticks: Ticks, at: datetime) -> Ticks:
        """Store what a person has ticked off now. Raises `StaleVersion` where another window of theirs was faster."""
        ...

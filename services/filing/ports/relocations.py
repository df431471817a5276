"""Where relocations of units are kept, and what of a unit goes with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from services.filing.model.relocations import Path, Relocation, RelocationState, Spot
from shared.calls import Call
from shared.messaging.events import Outgoing
from shared.paging import Page


@dataclass(frozen=True)
class Whereabouts:
    """In which divisions a unit is kept."""

    unit_id: str
    division: str
    path: Path


class Relocations(Protocol):
    """Relocations, the units that may have to follow a change, and what is kept beside their filings."""

    def units_within(self, codes: Sequence[str], after: str, limit: int) -> Sequence[Whereabouts]:
        """Return units in any of these divisions by id, those behind `after`."""
        ...

    def filings_in_flight(self, unit_id: str) -> Sequence[str]:
        """Return the ids of the unit's filings that are filled in, corrected or under review."""
        ...

    def filings_of(self, unit_id: str) -> Sequence[str]:
        """Return the ids of all filings of the unit."""
        ...

    def move_ledger(self, unit_id: str, spot: Spot) -> None:
        """Have the unit's accounts, vouchers, reliefs and marks lie in other divisions; twice does no harm."""
        ...

    def get(self, relocation_id: str) -> Relocation:
        """Return the relocation. Raises `NotFound`."""
        ...

    def find(self, relocation_id: str) -> Relocation | None:
        """Return the relocation, None where there is none."""
        ...

    def add(self, relocation: Relocation, call: Call, events: Sequence[Outgoing]) -> Relocation:
        """Store a new relocation; one that is there is returned as it is."""
        ...

    def save(self, relocation: Relocation, call: Call, events: Sequence[Outgoing]) -> Relocation:
        """Store the next version with its last history entry. Raises `StaleVersion`."""
        ...

    def list_of(self, division: str, state: RelocationState | None, cursor: str, limit: int) -> Page[Relocation]:
        """Return a page of what a department places or sees, the newest first. Raises `Malformed`."""
        ...

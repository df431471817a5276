"""Relocations in memory, with the contract of the real ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from services.filing.model.filings import Filing
from services.filing.model.relocations import Relocation, RelocationState, Spot
from services.filing.model.states import State
from services.filing.model.units import Unit
from services.filing.ports.relocations import Whereabouts
from shared.calls import Call
from shared.errors import NotFound, StaleVersion
from shared.messaging.events import Outgoing
from shared.paging import Page


@dataclass
class MemoryRelocations:
    """Relocations by id, with the notices that were written."""

    units: Mapping[str, Unit]
    filings: Mapping[str, Filing]
    kept: dict[str, Relocation] = field(default_factory=dict)
    events: list[Outgoing] = field(default_factory=list)
    moved: dict[str, Spot] = field(default_factory=dict)

    def units_within(self, codes: Sequence[str], after: str, limit: int) -> Sequence[Whereabouts]:
        """Return units in any of these divisions."""
        found = sorted(
            (each for each in self.units.values() if set(each.path) & set(codes) and each.id > after),
            key=lambda each: each.id,
        )
        return [Whereabouts(each.id, each.division, each.path) for each in found[:limit]]

    def filings_in_flight(self, unit_id: str) -> Sequence[str]:
        """Return the unit's filings in flight."""
        states = {State.DRAFT, State.RETURNED, State.SUBMITTED}
        return [each.id for each in self.filings.values() if each.unit_id == unit_id and each.state in states]

    def filings_of(self, unit_id: str) -> Sequence[str]:
        """Return the unit's filings."""
        return [each.id for each in self.filings.values() if each.unit_id == unit_id]

    def move_ledger(self, unit_id: str, spot: Spot) -> None:
        """Note where the rest went."""
        self.moved[unit_id] = spot

    def get(self, relocation_id: str) -> Relocation:
        """Return the relocation. Raises `NotFound`."""
        if relocation_id not in self.kept:
            raise NotFound
        return self.kept[relocation_id]

    def find(self, relocation_id: str) -> Relocation | None:
        """Return the relocation, None where there is none."""
        return self.kept.get(relocation_id)

    def add(self, relocation: Relocation, call: Call, events: Sequence[Outgoing]) -> Relocation:
        """Store a new one; one that is there is returned as it is."""
        if relocation.id not in self.kept:
            self.kept[relocation.id] = relocation
            self.events += events
        return self.kept[relocation.id]

    def save(self, relocation: Relocation, call: Call, events: Sequence[Outgoing]) -> Relocation:
        """Store the next version. Raises `StaleVersion`."""
        if self.kept[relocation.id].version != relocation.version:
            raise StaleVersion
        self.kept[relocation.id] = replace(relocation, version=relocation.version + 1)
        self.events += events
        return self.kept[relocation.id]

    def list_of(self, division: str, state: RelocationState | None, cursor: str, limit: int) -> Page[Relocation]:
        """Return what a department sees."""
        found = (
            each
            for each in self.kept.values()
            if division in {each.placer, *each.path_before, *each.path_after} and state in {None, each.state}
        )
        return Page(tuple(found)[:limit], "")

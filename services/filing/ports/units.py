"""Where units are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from services.filing.forms.context import FirmFacts
from services.filing.model.units import Unit, UnitType
from shared.calls import Call
from shared.identity.actor import Actor
from shared.messaging.events import Outgoing
from shared.paging import Page


class Units(Protocol):
    """Where units are kept."""

    def get(self, unit_id: str) -> Unit:
        """Return the unit. Raises `NotFound`."""
        ...

    def find(self, unit_id: str) -> Unit | None:
        """Return the unit, None where it is not known."""
        ...

    def find_recent(self, unit_id: str) -> Unit | None:
        """Return the unit as it is, or as it was at most a minute ago; None where it is not known."""
        ...

    def find_all(self, unit_ids: Iterable[str]) -> Mapping[str, Unit]:
        """Return the known ones of these units, by id."""
        ...

    def add(self, unit: Unit, call: Call, events: Sequence[Outgoing] = ()) -> Unit:
        """Store a new unit with the events that leave; one that is there already is returned as it is."""
        ...

    def save(self, unit: Unit, call: Call) -> Unit:
        """Store the next version with its last history entry. Raises `StaleVersion`."""
        ...

    def list_in_sight(self, actor: Actor, kind: UnitType | None, cursor: str, limit: int) -> Page[Unit]:
        """Return a page of the units that the actor sees."""
        ...

    def firms(self, names: Iterable[str], year: int) -> Mapping[str, FirmFacts]:
        """Return what is known of the firms with these names, by name: their city, and their 502 of the year."""
        ...

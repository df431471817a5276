"""What is set for routes and partners, and the gate before each route, as the operations see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from services.exchange.model.controls import Control, Gate, Upkeep
from services.exchange.model.partners import Partner, RouteName
from services.exchange.ports.messages import Outgoing
from shared.calls import Call


class Controls(Protocol):
    """What is set. Every write is one atomic step with its history and its events."""

    def get(self, route: RouteName) -> Control:
        """Return how a route is set; as it is laid where nobody set anything."""
        ...

    def save(self, control: Control, call: Call, events: Sequence[Outgoing] = ()) -> Control:
        """Store the next version with its last history entry, but for an alarm. Raises `StaleVersion`."""
        ...

    def upkeep(self, partner: Partner) -> Upkeep:
        """Return what a partner has told of its maintenance."""
        ...

    def save_upkeep(self, upkeep: Upkeep, call: Call) -> Upkeep:
        """Store the next version with its last history entry. Raises `StaleVersion`."""
        ...

    def gates(self, now: datetime) -> Mapping[RouteName, Gate]:
        """Return what stands before each route at a moment."""
        ...

    def admits(self, route: RouteName, cap: int, now: datetime) -> bool:
        """Whether one message more may leave on a route in this minute; counts it where it may.

        The count stands whatever becomes of the message, so that the cap is never passed.
        """
        ...

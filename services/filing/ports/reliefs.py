"""Where extensions and exceptions of units are kept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from services.filing.model.reliefs import Relief, ReliefKind, ReliefState, Waiver
from shared.calls import Call
from shared.idempotency import RequestKey
from shared.identity.actor import Actor
from shared.messaging.events import Outgoing
from shared.paging import Page


@dataclass(frozen=True)
class WantedReliefs:
    """What a list is narrowed to; what is not given narrows nothing."""

    state: ReliefState | None = None
    kind: ReliefKind | None = None
    unit_id: str = ""
    is_waiting: bool = False
    """Only what the actor's department is to decide."""


class Reliefs(Protocol):
    """Where extensions and exceptions are kept. Every write is one atomic step with its history and its events."""

    def get(self, relief_id: str) -> Relief:
        """Return the relief. Raises `NotFound`."""
        ...

    def find_created(self, request: RequestKey) -> Relief | None:
        """Return the relief that this request made. Raises `KeyReused` where it asked for something else."""
        ...

    def add(self, relief: Relief, call: Call, events: Sequence[Outgoing]) -> Relief:
        """Store a new one. Raises `ExtensionAsked` where the unit waits for an answer on the form and period."""
        ...

    def save(self, relief: Relief, call: Call, events: Sequence[Outgoing]) -> Relief:
        """Store the next version with its last history entry. Raises `StaleVersion`, `KeyReused`."""
        ...

    def list_in_sight(self, actor: Actor, wanted: WantedReliefs, cursor: str, limit: int) -> Page[Relief]:
        """Return a page of what the actor sees and wants to see, last asked for first."""
        ...

    def waivers(
        self, unit_ids: Collection[str] | None, asked: Collection[tuple[str, str]], first: date, last: date
    ) -> tuple[Waiver, ...]:
        """Return what holds for units, or for all, on these forms and periods, which are due between two days."""
        ...

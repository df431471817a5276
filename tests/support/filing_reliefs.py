"""Extensions and exceptions in memory, with the contract of the real ones."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from services.filing.errors import ExtensionAsked
from services.filing.model.reliefs import Relief, ReliefState, Waiver
from services.filing.policy import relief_is_in_sight
from services.filing.ports.reliefs import WantedReliefs
from shared.calls import Call
from shared.errors import NotFound, StaleVersion
from shared.history import was_done
from shared.idempotency import RequestKey
from shared.identity.actor import COUNTRY, UNIT_ROLES, Actor, Role
from shared.messaging.events import Outgoing
from shared.paging import Page

_HOLDING = frozenset({ReliefState.GRANTED, ReliefState.ENDED})


class MemoryReliefs:
    """Reliefs by id; `events` are those of all writes, `reads` counts the questions for due days."""

    def __init__(self) -> None:
        self.kept: dict[str, Relief] = {}
        self.events: list[Outgoing] = []
        self.reads = 0

    @property
    def occasions(self) -> list[str]:
        """The occasions of the notices that were written."""
        return [str(each.data["occasion"]) for each in self.events]

    def get(self, relief_id: str) -> Relief:
        """Return the relief. Raises `NotFound`."""
        if relief_id not in self.kept:
            raise NotFound
        return self.kept[relief_id]

    def find_created(self, request: RequestKey) -> Relief | None:
        """Return the relief that this request made."""
        return next((each for each in self.kept.values() if was_done(each.history[:1], request)), None)

    def add(self, relief: Relief, call: Call, events: Sequence[Outgoing]) -> Relief:
        """Store a new one. Raises `ExtensionAsked`."""
        open_slots = [_slot(each) for each in self.kept.values() if each.state is ReliefState.ASKED]
        if relief.state is ReliefState.ASKED and _slot(relief) in open_slots:
            raise ExtensionAsked
        self.kept[relief.id] = relief
        self.events += events
        return relief

    def save(self, relief: Relief, call: Call, events: Sequence[Outgoing]) -> Relief:
        """Store the next version. Raises `StaleVersion`."""
        if self.kept[relief.id].version != relief.version:
            raise StaleVersion
        self.kept[relief.id] = replace(relief, version=relief.version + 1)
        self.events += events
        return self.kept[relief.id]

    def list_in_sight(self, actor: Actor, wanted: WantedReliefs, cursor: str, limit: int) -> Page[Relief]:
        """Return what the actor sees and wants to see, last asked for first."""
        found = [each for each in reversed(self.kept.values()) if relief_is_in_sight(actor, each)]
        division = COUNTRY if actor.role is Role.MINISTRY else actor.division
        is_waiting = wanted.is_waiting and actor.role not in UNIT_ROLES
        chosen = [
            each
            for each in found
            if (wanted.state in (None, each.state) or is_waiting)
            and wanted.kind in (None, each.kind)
            and wanted.unit_id in ("", each.unit_id)
            and (not is_waiting or (each.state is ReliefState.ASKED and each.decider == division))
        ]
        return Page(tuple(chosen[:limit]), "")

    def waivers(
        self, unit_ids: Collection[str] | None, asked: Collection[tuple[str, str]], first: date, last: date
    ) -> tuple[Waiver, ...]:
        """Return what holds for units on these forms and periods, which are due between two days."""
        self.reads += 1
        holding = [each for each in self.kept.values() if each.state in _HOLDING]
        return tuple(_waiver(each) for each in holding if unit_ids is None or each.unit_id in unit_ids)


def _slot(relief: Relief) -> tuple[str, str, str]:
    return relief.unit_id, relief.form, relief.period


def _waiver(relief: Relief) -> Waiver:
    return Waiver(
        relief.id,
        relief.kind,
        relief.unit_id,
        relief.form,
        relief.period,
        relief.until,
        relief.from_day,
        relief.to_day,
    )

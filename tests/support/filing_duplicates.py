"""Likenesses and alarms in memory, with the contract of the real ports."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from services.filing.ledger.alarms import AlarmState, DuplicateAlarm, Likeness, Shown
from services.filing.ledger.likeness import Mark
from shared.errors import NotFound, StaleVersion
from shared.history import HistoryEntry
from shared.identity.actor import Actor
from shared.messaging.events import Outgoing
from shared.paging import Page


class MemoryLikenesses:
    """Likenesses by filing."""

    def __init__(self) -> None:
        self.kept: dict[str, Likeness] = {}

    def shown(self, marks: Iterable[Mark]) -> frozenset[Shown]:
        """Return marks as hashes."""
        return frozenset(Shown(each.reason, _hash(each.text), _hash(each.owner)) for each in marks)

    def find(self, filing_id: str) -> Likeness | None:
        """Return what a filing showed, None where nothing."""
        return self.kept.get(filing_id)

    def put(self, likeness: Likeness, before: Likeness | None) -> None:
        """Store what a filing shows now."""
        self.kept[likeness.filing_id] = likeness

    def list_alike(self, likeness: Likeness, limit: int) -> tuple[Likeness, ...]:
        """Return what shares a mark with a likeness."""
        wanted = {each.mark for each in likeness.marks}
        found = (each for each in self.kept.values() if wanted & {shown.mark for shown in each.marks})
        return tuple(found)[:limit]

    def hold(self, filing_ids: Iterable[str]) -> tuple[Likeness, ...]:
        """Return likenesses; nobody else is there."""
        return tuple(self.kept[each] for each in sorted(filing_ids) if each in self.kept)

    def ask_again(self, unit_id: str) -> int:
        """Mark what a unit's filings showed as due."""
        due = {key: replace(each, is_due=True) for key, each in self.kept.items() if each.unit_id == unit_id}
        self.kept |= due
        return len(due)

    def next_due(self) -> str | None:
        """Return a filing that is due."""
        return next((key for key, each in self.kept.items() if each.is_due), None)


class MemoryDuplicates:
    """Alarms by id, with every notice that they gave."""

    def __init__(self) -> None:
        self.kept: dict[str, DuplicateAlarm] = {}
        self.events: list[Outgoing] = []
        self.writes = 0

    def list_about(self, filing_ids: Iterable[str]) -> tuple[DuplicateAlarm, ...]:
        """Return the alarms about any of these filings."""
        wanted = set(filing_ids)
        return tuple(each for each in self.kept.values() if wanted & each.filing_ids)

    def get(self, alarm_id: str) -> DuplicateAlarm:
        """Return the alarm. Raises `NotFound`."""
        if alarm_id not in self.kept:
            raise NotFound
        return self.kept[alarm_id]

    def save(
        self, alarm: DuplicateAlarm, act: HistoryEntry, events: Sequence[Outgoing], correlation_id: str
    ) -> DuplicateAlarm:
        """Store an alarm at its next version. Raises `StaleVersion`."""
        before = self.kept.get(alarm.id)
        if (before.version if before else 0) != alarm.version:
            raise StaleVersion
        stored = replace(alarm, version=alarm.version + 1, history=(*alarm.history, act))
        self.kept[alarm.id] = stored
        self.events += events
        self.writes += 1
        return stored

    def list_in_sight(self, actor: Actor, state: AlarmState | None, cursor: str, limit: int) -> Page[DuplicateAlarm]:
        """Return what the actor sees; pages are proven on the real store."""
        seen = [each for each in self.kept.values() if any(actor.division in side.path for side in each.sides)]
        return Page(tuple(each for each in seen if state in {None, each.state})[:limit], "")


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:16]

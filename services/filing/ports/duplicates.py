"""Where the marks of filings and the alarms of likely duplicates are kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from services.filing.ledger.alarms import AlarmState, DuplicateAlarm, Likeness, Shown
from services.filing.ledger.likeness import Mark
from shared.history import HistoryEntry
from shared.identity.actor import Actor
from shared.messaging.events import Outgoing
from shared.paging import Page


class Likenesses(Protocol):
    """What filings show of themselves; written in the transaction of the message that tells of a filing."""

    def shown(self, marks: Iterable[Mark]) -> frozenset[Shown]:
        """Return marks as keyed hashes."""
        ...

    def find(self, filing_id: str) -> Likeness | None:
        """Return what a filing showed when it was read last, None where nothing."""
        ...

    def put(self, likeness: Likeness, before: Likeness | None) -> None:
        """Store what a filing shows now, and let nobody else store one with a mark of either at the same time."""
        ...

    def list_alike(self, likeness: Likeness, limit: int) -> tuple[Likeness, ...]:
        """Return what shares a mark with a likeness, itself among them where it is stored."""
        ...

    def hold(self, filing_ids: Iterable[str]) -> tuple[Likeness, ...]:
        """Return likenesses, and let nobody else read them for an alarm at the same time."""
        ...

    def ask_again(self, unit_id: str) -> int:
        """Mark what a unit's filings showed as due to be read again, and return how many that are."""
        ...

    def next_due(self) -> str | None:
        """Return a filing that is to be read again, None where none is."""
        ...


class Duplicates(Protocol):
    """Alarms of likely duplicates; they follow the likenesses in one transaction with them."""

    def list_about(self, filing_ids: Iterable[str]) -> tuple[DuplicateAlarm, ...]:
        """Return the alarms that are about any of these filings."""
        ...

    def get(self, alarm_id: str) -> DuplicateAlarm:
        """Return the alarm. Raises `NotFound`."""
        ...

    def save(
        self, alarm: DuplicateAlarm, act: HistoryEntry, events: Sequence[Outgoing], correlation_id: str
    ) -> DuplicateAlarm:
        """Store an alarm at its next version with an act and what it tells. Raises `StaleVersion`."""
        ...

    def list_in_sight(self, actor: Actor, state: AlarmState | None, cursor: str, limit: int) -> Page[DuplicateAlarm]:
        """Return a page of the alarms with a side that the actor sees, the last opened first. Raises `Malformed`."""
        ...

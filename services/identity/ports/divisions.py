"""The tree of divisions, and where sets of changes to it are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from services.identity.model.change_sets import ChangeSet
from services.identity.model.mails import Due
from shared.codes.division_changes import Meanings
from shared.codes.divisions import Level
from shared.history import HistoryEntry
from shared.idempotency import RequestKey
from shared.paging import Page


class ChangeSets(Protocol):
    """Where sets of changes to the divisions are kept. Every write is one atomic step with its history and event."""

    def get(self, change_set_id: str) -> ChangeSet:
        """Return the set. Raises `NotFound`."""
        ...

    def find_created(self, request: RequestKey) -> ChangeSet | None:
        """Return the set that this request made. Raises `KeyReused` where it asked for something else."""
        ...

    def list_all(self, cursor: str, limit: int) -> Page[ChangeSet]:
        """Return a page of sets, newest first."""
        ...

    def add(self, change_set: ChangeSet, entry: HistoryEntry, news: Sequence[Due]) -> ChangeSet:
        """Store a new set, with who is told of it."""
        ...

    def save(self, change_set: ChangeSet, entry: HistoryEntry) -> ChangeSet:
        """Store the next version; where it was confirmed, with the event. Raises `StaleVersion`."""
        ...


class Divisions(Protocol):
    """The list of administrative divisions."""

    def name_of(self, division: str) -> str | None:
        """Return the full name of a division of today; None for an unknown one."""
        ...

    def last_name_of(self, division: str) -> str:
        """Return the full name of a division of today, or of its last day before; the code where there is none."""
        ...

    def level_of(self, division: str, on: date | None = None) -> Level | None:
        """Return the level of a division on a day, or today; None for an unknown one."""
        ...

    def above(self, division: str) -> str:
        """Return the division directly above one of today; empty where there is none."""
        ...

    def successors(self, division: str) -> Sequence[str]:
        """Return the divisions that have taken over from one by today; empty where it lives on."""
        ...

    def meanings(self) -> Meanings:
        """Return every meaning of every code."""
        ...

    def renew(self) -> None:
        """Look for confirmed changes now."""
        ...

    def refresh(self) -> None:
        """Look for confirmed changes where the last look is some time ago."""
        ...

    def below(self, division: str) -> Sequence[str]:
        """Return the divisions directly below one, those of today and those that ended not long ago."""
        ...

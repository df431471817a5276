"""The mirror of the 名录库: what is known of its units, and which announcements made it so or still wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from services.exchange.model.directory import Announcement, DirectoryRecord


class UnitState(StrEnum):
    """Whether a unit of the 名录库 still exists; of one that has ceased the last record stays."""

    IN_FORCE = "in_force"
    CEASED = "ceased"


@dataclass(frozen=True)
class Known:
    """A unit of the 名录库 as the mirror has it: after the change with the number `sequence`, told at `at`."""

    unit: str = field(repr=False)
    sequence: int
    state: UnitState
    record: DirectoryRecord = field(repr=False)
    at: datetime

    @property
    def division(self) -> str:
        """Return the county in which it is registered, or is found where that is not known."""
        return (self.record.registered_division or self.record.division)[:6]


class Standing(StrEnum):
    """What became of an announcement: it changed the mirror, waits for one before it, or told what was known."""

    APPLIED = "applied"
    WAITING = "waiting"
    KNOWN = "known"


@dataclass(frozen=True)
class Kept:
    """An announcement as it is kept, by which its repetition and its counterfeit are known.

    `digest` is that of its content; `source` the message that brought it. `differing` counts the fields of `before` that were not so in the mirror. `asked_at` is when the ones before it were
    asked for last, `asked` how often.
    """

    id: str
    announcement: Announcement = field(repr=False)
    digest: str
    standing: Standing
    received_at: datetime
    source: str = ""
    settled_at: datetime | None = None
    differing: int = 0
    asked_at: datetime | None = None
    asked: int = 0


@dataclass(frozen=True)
class Gap:
    """Announcements of a unit that never came, though a later one did: the numbers `first` to `last`."""

    unit: str = field(repr=False)
    first: int
    last: int


@dataclass(frozen=True)
class PutAside:
    """Something of the 名录库 that was put aside; `code` says why. `id` is that of the message in the parking queue."""

    id: str
    code: str
    at: datetime


def standing_of(announcement: Announcement, sequences: Mapping[str, int]) -> Standing:
    """Return what becomes of an announcement where the mirror has come so far with each unit (0: unknown to it)."""
    ahead = [each.sequence - sequences.get(each.unit, 0) for each in announcement.parties]
    if max(ahead) > 1:
        return Standing.WAITING
    return Standing.APPLIED if max(ahead) == 1 else Standing.KNOWN


def gaps_of(announcement: Announcement, sequences: Mapping[str, int]) -> tuple[Gap, ...]:
    """Return what must come before the announcement, unit by unit."""
    return tuple(
        Gap(each.unit, sequences.get(each.unit, 0) + 1, each.sequence - 1)
        for each in announcement.parties
        if each.sequence > sequences.get(each.unit, 0) + 1
    )


def changed_by(announcement: Announcement, known: Mapping[str, Known], at: datetime) -> tuple[tuple[Known, ...], int]:
    """Return the units as they are after the announcement, and how many fields were not as it says they were before.

    A unit that is as far already stays as it is. One that ceases keeps its last record.
    """
    changed, differing = [], 0
    for party in announcement.parties:
        before = known.get(party.unit)
        if before is not None and before.sequence >= party.sequence:
            continue
        if before is not None and party.before is not None:
            differing += len(before.record.differing(party.before))
        differing += (before is None) != (party.before is None)
        record = party.after or party.before
        if record is None:  # the contract has one of the two
            continue
        state = UnitState.IN_FORCE if party.after is not None else UnitState.CEASED
        changed.append(Known(party.unit, party.sequence, state, record, at))
    return tuple(changed), differing

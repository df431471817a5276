"""How the mirror of the 名录库 stands: in numbers, with what waits and what was put aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.exchange.model.inquiries import Load
from services.exchange.model.mirror import Kept, PutAside, UnitState, gaps_of
from services.exchange.ports.deps import Deps

SHOWN = 50
"""Waiting announcements and things put aside that are listed."""


@dataclass(frozen=True)
class Waiting:
    """An announcement that waits, and how many must come before it."""

    kept: Kept
    missing: int


@dataclass(frozen=True)
class MirrorState:
    """The mirror in numbers; nothing of a unit."""

    counts: Mapping[tuple[str, UnitState], int]
    changed_at: datetime | None
    waiting: int
    waits: Sequence[Waiting]
    troubles: Sequence[PutAside]
    load: Load | None


def read_state(deps: Deps) -> MirrorState:
    """Return how the mirror stands."""
    kept = deps.directory
    return MirrorState(
        counts=kept.mirror.count(),
        changed_at=kept.mirror.last_at(),
        waiting=kept.announcements.count_waiting(),
        waits=[Waiting(each, _missing(deps, each)) for each in kept.announcements.list_waiting(SHOWN)],
        troubles=kept.troubles.list_newest(SHOWN),
        load=kept.loads.last(),
    )


def _missing(deps: Deps, kept: Kept) -> int:
    units = [party.unit for party in kept.announcement.parties]
    gaps = gaps_of(kept.announcement, deps.directory.mirror.sequences(units))
    return sum(gap.last - gap.first + 1 for gap in gaps)

"""Where units are when divisions merge, split, move and end: found from the tree of a day, with nothing kept of one's own.

What has one successor follows it. What has several, or none, is *to be placed*: the lowest department above that still
exists says where it belongs. Approvals follow the divisions that gave them, and none is made up: who stands in the new
chain below the first department that has not approved counts, nobody above it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shared.codes import divisions
from shared.history import HistoryEntry
from shared.identity.actor import COUNTRY

Path = tuple[str, ...]


class RelocationState(StrEnum):
    """Whether it is known where a unit belongs."""

    OPEN = "open"
    DONE = "done"


class RelocationAction(StrEnum):
    """What happens to a relocation, for its history."""

    FOLLOW = "follow"
    ASK = "ask"
    PLACE = "place"


@dataclass(frozen=True)
class Spot:
    """Where a unit is: its division with those above it. `placer` is the department that is to say where it belongs.

    While it does, `division` is the one that has ended, and stands in the path below the placer.
    """

    division: str
    path: Path
    candidates: tuple[str, ...] = ()
    placer: str = ""

    @property
    def is_known(self) -> bool:
        """Whether it is known where the unit belongs."""
        return not self.placer


@dataclass(frozen=True)
class Relocation:
    """A unit whose division or path has changed: from where, to where, and who is to say so where that is open."""

    id: str
    version: int
    unit_id: str
    before: str
    path_before: Path
    state: RelocationState
    candidates: tuple[str, ...]
    placer: str
    created_at: datetime
    updated_at: datetime
    after: str = ""
    path_after: Path = ()
    history: tuple[HistoryEntry, ...] = ()


def located(division: str, path: Sequence[str], on: date) -> Spot:
    """Return where a unit that was in these divisions is on a day."""
    heir = heir_of(division, on)
    if heir is not None:
        return Spot(heir, divisions.path(heir, on))
    placer = nearest_above(division, path, on)
    candidates = tuple(each for each in divisions.successors(division, on) if divisions.find(each, on))
    return Spot(division, (division, *divisions.path(placer, on)), candidates, placer)


def heir_of(division: str, on: date) -> str | None:
    """Return the division itself where it exists on the day, else its only successor, None where that is not one."""
    if divisions.find(division, on) is not None:
        return division
    found = divisions.successors(division, on)
    return found[0] if len(found) == 1 and divisions.find(found[0], on) is not None else None


def nearest_above(division: str, path: Sequence[str], on: date) -> str:
    """Return the lowest division above one that exists on the day, or has one successor; the whole country at last."""
    above = path[path.index(division) + 1 :] if division in path else path
    heirs = (heir_of(each, on) for each in above)
    return next((each for each in heirs if each is not None), COUNTRY)


def passed_after(passed: Sequence[str], chain: Sequence[str], on: date, placed: Mapping[str, str]) -> Path:
    """Return who of a new chain has approved: its longest beginning of divisions that approved, or took over from one.

    `placed` says for divisions without one successor which of them a department named.
    """
    heirs = {placed.get(each) or heir_of(each, on) or each for each in passed}
    found: list[str] = []
    for division in chain[:-1]:
        if division not in heirs:
            break
        found.append(division)
    return tuple(found)

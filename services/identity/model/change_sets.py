"""Sets of changes to the divisions: what one document says, proposed by one person and confirmed by another."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from services.identity.model.grants import Act
from shared.codes.division_changes import Change
from shared.history import HistoryEntry

MOST_CHANGES = 500
"""So many changes one document may bring."""


class ChangeSetState(StrEnum):
    """How far a set of changes has come."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ChangeSetAction(StrEnum):
    """What can happen to a set of changes."""

    PROPOSE = "propose"
    CONFIRM = "confirm"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class ChangeSet:
    """Changes of one document, all confirmed together or none. Divisions are public: nothing of it is sealed."""

    id: str
    version: int
    state: ChangeSetState
    document: str
    changes: tuple[Change, ...]
    proposed: Act
    decided: Act | None = None
    history: tuple[HistoryEntry, ...] = ()


@dataclass(frozen=True)
class Impact:
    """What a change touches as far as identity knows: live grants over the division, and units in it."""

    code: str
    grants: int
    units: int

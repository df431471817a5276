"""Sending many messages again: a stored re-run, and what became of each message of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from shared.identity.actor import Actor

MOST_ITEMS = 1000
"""Messages of one re-run at most."""


class RerunState(StrEnum):
    """How far a re-run is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"


class Outcome(StrEnum):
    """What became of an item; each has one in the end."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"


class Obstacle(StrEnum):
    """Why a message can't be sent again."""

    NOT_FOUND = "not_found"
    NOT_YOURS = "not_yours"
    WRONG_STATE = "wrong_state"
    IN_ANOTHER = "in_another_rerun"
    BODY_REMOVED = "body_removed"
    CHANGED = "changed_meanwhile"
    UNREADABLE = "unreadable"
    EXPIRED = "expired"


@dataclass(frozen=True)
class RerunItem:
    """One message of a re-run at the version that was seen when it was chosen; `no` counts from 1."""

    rerun_id: str
    no: int
    message_id: str
    version: int
    outcome: Outcome = Outcome.WAITING
    obstacle: Obstacle | None = None
    done_at: datetime | None = None


@dataclass(frozen=True)
class Rerun:
    """A re-run. `actor` is who asked for it, on whose right each message is sent when its turn comes.

    `version` rises with each worker that takes it up.
    """

    id: str
    version: int
    actor: Actor
    reason: str = field(repr=False)
    count: int
    state: RerunState
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Tally:
    """How many items of a re-run are where."""

    waiting: int = 0
    done: int = 0
    refused: int = 0

"""Sending many messages again: a stored re-run, and what became of each message of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from shared.batches.model import Item, Job, Outcome
from shared.identity.actor import Actor

MOST_ITEMS = 1000
"""Messages of one re-run at most."""


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
class RerunItem(Item):
    """One message of a re-run at the version that was seen when it was chosen."""

    message_id: str
    version: int
    outcome: Outcome = Outcome.WAITING
    obstacle: Obstacle | None = None
    done_at: datetime | None = None


@dataclass(frozen=True)
class Rerun(Job):
    """A re-run. `actor` is who asked for it, on whose right each message is sent when its turn comes."""

    actor: Actor
    reason: str = field(repr=False)

"""States of a filing, and what can be done with one."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a filing stands; a correction of an approved filing goes through the same states again.

    One that is submitted is with one department of its chain after the other; approved is what the last of them, the
    ministry, has approved; final what the ministry then settled for good (最终审定).
    """

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    FINAL = "final"
    DISCARDED = "discarded"


class Action(StrEnum):
    """What is done with a filing."""

    CREATE = "create"
    SAVE = "save"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    RETURN = "return"
    UNDO = "undo"
    FINALISE = "finalise"
    CORRECT = "correct"
    DROP_CORRECTION = "drop_correction"
    DISCARD = "discard"
    REROUTE = "reroute"


WITH_DEPARTMENT = frozenset({State.SUBMITTED})
"""States in which the department acts next."""

EDITABLE = frozenset({State.DRAFT, State.RETURNED})
"""States in which the unit writes."""

IN_FORCE = frozenset({State.APPROVED, State.FINAL})
"""States in which the version in force is the last one."""

"""States of a filing, and what can be done with one."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a filing stands; a correction of an approved filing goes through the same states again."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
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
    CORRECT = "correct"
    DROP_CORRECTION = "drop_correction"
    DISCARD = "discard"


WITH_DEPARTMENT = frozenset({State.SUBMITTED})
"""States in which the department acts next."""

EDITABLE = frozenset({State.DRAFT, State.RETURNED})
"""States in which the unit writes."""

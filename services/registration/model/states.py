"""Where a registration stands, and what can be done with it."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a registration stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    UNDER_REVIEW = "under_review"
    RETURNED = "returned"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What can be done with a registration."""

    CREATE = "create"
    SAVE = "save"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    RESUME = "resume"
    START_REVIEW = "start_review"
    SAVE_REVIEW = "save_review"
    RETURN = "return"
    APPROVE = "approve"
    REJECT = "reject"
    UNDO = "undo"
    NOTE_DIRECTORY = "note_directory"


CLAIMING = frozenset({State.SUBMITTED, State.UNDER_REVIEW, State.RETURNED, State.APPROVED})
"""States in which a registration holds its web site and its ICP number against others."""

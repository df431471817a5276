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
    DISCARDED = "discarded"


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
    DISCARD = "discard"
    OPEN_CHANGE = "open_change"
    RENEW = "renew"
    SUSPEND = "suspend"
    LIFT_SUSPENSION = "lift_suspension"
    END_SUSPENSION = "end_suspension"
    REQUEST_DEREGISTRATION = "request_deregistration"
    TAKE_BACK_REQUEST = "take_back_request"
    REFUSE_DEREGISTRATION = "refuse_deregistration"
    ANNOUNCE_DEREGISTRATION = "announce_deregistration"
    MAKE_STATEMENT = "make_statement"
    CALL_OFF_DEREGISTRATION = "call_off_deregistration"
    DEREGISTER = "deregister"
    EXPIRE = "expire"
    WATCH = "watch"


WITH_DEPARTMENT = frozenset({State.SUBMITTED, State.UNDER_REVIEW})
"""States in which the department has an application to work on."""

OPEN = frozenset({State.DRAFT, State.RETURNED}) | WITH_DEPARTMENT
"""States in which an application is not at its end."""

PUBLIC = frozenset(State) - {State.DRAFT, State.DISCARDED}
"""States in which others than the unit see an application that was submitted."""

CLAIMING = WITH_DEPARTMENT | {State.RETURNED, State.APPROVED}
"""States in which an application holds its web site and its ICP number against others."""

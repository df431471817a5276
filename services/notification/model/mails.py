"""Mails on their way: each is handed to the mail server at most once, and what became of it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class MailState(StrEnum):
    """How far a mail has come."""

    DUE = "due"
    HANDING_OVER = "handing_over"
    """A worker may be talking to the server: noted before the first word."""
    SENT = "sent"
    REFUSED = "refused"
    """The server will never take it."""
    UNCERTAIN = "uncertain"
    """The worker or the connection ended before the answer: never sent again, listed for the operators."""
    GIVEN_UP = "given_up"
    """Not taken in all that time, no longer valid, or not readable any more."""
    SETTLED = "settled"
    """What it tells was done with before it left."""


WAITS = tuple(timedelta(seconds=each) for each in (10, 60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600))
"""How long a mail waits after each time that the server did not take it; after the last it is given up."""


@dataclass(frozen=True)
class Letter:
    """The confidential part of a mail."""

    to: str
    subject: str
    text: str

    def __repr__(self) -> str:
        return "Letter(…)"


@dataclass(frozen=True)
class Mail:
    """A mail. `account_id` is empty for an address without an account; `code` says why it ended where it did."""

    id: str
    at: datetime
    account_id: str
    occasion: str
    template_version: int
    due_at: datetime
    state: MailState = MailState.DUE
    attempts: int = 0
    changed_at: datetime | None = None
    code: str = ""
    valid_until: datetime | None = None
    correlation_id: str = ""


def next_due(attempts: int, now: datetime) -> datetime | None:
    """Return when a mail is tried again after so many attempts; None when it is given up."""
    return now + WAITS[attempts - 1] if attempts <= len(WAITS) else None

"""What a message to the 名录库 is: its states, its log, its receipt, and the aggregate itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from shared.history import HistoryEntry


class Kind(StrEnum):
    """What a message tells the 名录库: 新增, 变更, 注销."""

    UNIT_NEW = "UNIT_NEW"
    UNIT_CHANGE = "UNIT_CHANGE"
    UNIT_CLOSE = "UNIT_CLOSE"


class State(StrEnum):
    """Where a message stands."""

    PENDING = "pending"
    SENT = "sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNANSWERED = "unanswered"
    FAILED = "failed"


ANSWERED = frozenset({State.ACCEPTED, State.REFUSED})
"""States in which the directory has spoken; the next message of the same unit may go."""


class Action(StrEnum):
    """What can happen to a message."""

    CREATE = "create"
    QUEUE = "queue"
    CONFIRM = "confirm"
    RESEND = "resend"
    RESEND_BY_HAND = "resend_by_hand"
    GIVE_UP = "give_up"
    TAKE_ACCEPTANCE = "take_acceptance"
    TAKE_REFUSAL = "take_refusal"
    NOTE_REJECTED_RECEIPT = "note_rejected_receipt"


class Entry(StrEnum):
    """What the log of a message says."""

    CREATED = "created"
    QUEUED = "queued"
    RESENT = "resent"
    SENT = "sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNANSWERED = "unanswered"
    FAILED = "failed"
    RECEIPT_REJECTED = "receipt_rejected"


class Outcome(StrEnum):
    """The directory's verdict."""

    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True)
class LogEntry:
    """A step on the way; `code` is a stable code, `source` the id of the bus message that caused it."""

    at: datetime
    event: Entry
    attempt: int
    code: str = ""
    source: str = ""


@dataclass(frozen=True)
class Receipt:
    """What is kept in clear of a verified receipt; `digest` is that of the message, as the directory quotes it."""

    outcome: Outcome
    reason_code: str
    received_at: datetime
    digest: str


@dataclass(frozen=True)
class Resending:
    """Why a person sent a message again."""

    at: datetime
    by: str
    reason: str


@dataclass(frozen=True)
class Secret:
    """The confidential part: the signed content as it leaves, the directory's own id of the unit, people's reasons."""

    content: bytes
    directory_id: str = ""
    resendings: tuple[Resending, ...] = ()


@dataclass(frozen=True)
class Message:
    """The aggregate, without its confidential part.

    `digest` is the SHA-256 of the content in hex; `sequence` counts the messages of the unit from 1 (None for one that
    could not be read); it tells a change by the registration or the filing whose id is there; `sent_at` is when the broker was seen to have it, `answered_at` when the receipt was taken.
    """

    id: str
    version: int
    unit_id: str
    registration_id: str
    division: str
    revision: int
    state: State
    created_at: datetime
    updated_at: datetime
    kind: Kind = Kind.UNIT_NEW
    sequence: int | None = None
    digest: str = ""
    attempts: int = 0
    sent_at: datetime | None = None
    answered_at: datetime | None = None
    reason_code: str = ""
    receipt: Receipt | None = None
    log: tuple[LogEntry, ...] = ()
    history: tuple[HistoryEntry, ...] = field(default=())
    filing_id: str = ""

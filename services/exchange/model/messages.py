"""What a message to a partner is: its states, its log, its receipt, and the aggregate itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from services.exchange.model.partners import PINGS, ROUTES, STATEMENTS, Partner, Route, RouteName
from shared.history import HistoryEntry


class Kind(StrEnum):
    """What a message says: a unit's 新增, 变更, 注销; a package of statistics; a question for a unit; a test."""

    UNIT_NEW = "UNIT_NEW"
    UNIT_CHANGE = "UNIT_CHANGE"
    UNIT_CLOSE = "UNIT_CLOSE"
    STATISTICS = "STATISTICS"
    UNIT_INQUIRY = "UNIT_INQUIRY"
    PING = "PING"
    STATEMENT = "STATEMENT"


KINDS_OF: Mapping[RouteName, frozenset[Kind]] = {
    RouteName.DIRECTORY_CHANGES: frozenset({Kind.UNIT_NEW, Kind.UNIT_CHANGE, Kind.UNIT_CLOSE}),
    RouteName.DIRECTORY_INQUIRIES: frozenset({Kind.UNIT_INQUIRY}),
    **dict.fromkeys(STATEMENTS.values(), frozenset({Kind.STATEMENT})),
    RouteName.NBS_STATISTICS: frozenset({Kind.STATISTICS}),
    RouteName.SHARING_STATISTICS: frozenset({Kind.STATISTICS}),
    **dict.fromkeys(PINGS.values(), frozenset({Kind.PING})),
}
"""What may be sent on a route; on one that leads here, nothing."""


class State(StrEnum):
    """Where a message stands."""

    PENDING = "pending"
    SENT = "sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNANSWERED = "unanswered"
    FAILED = "failed"


ANSWERED = frozenset({State.ACCEPTED, State.REFUSED})
"""States in which the partner has spoken; the next message of the same party may go."""


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
    REMOVE_BODY = "remove_body"


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
    BODY_REMOVED = "body_removed"


class Outcome(StrEnum):
    """The partner's verdict."""

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
    """What is kept in clear of a verified receipt; `digest` is that of the message, as the partner quotes it."""

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
    """The confidential part: the signed content as it leaves, the directory's own id of the unit, people's reasons.

    By `credit_code` and `name` of the unit the message is found, where it is about one.
    """

    content: bytes
    directory_id: str = ""
    resendings: tuple[Resending, ...] = ()
    credit_code: str = ""
    name: str = ""


@dataclass(frozen=True)
class Message:
    """The aggregate, without its confidential part.

    `party` is whose messages follow each other on the route, each after the answer to the one before: a unit, a series
    of deliveries. `digest` is the SHA-256 of the content in hex; `sequence` counts the messages of the party from 1
    (None for one that could not be read). One on a unit tells a change by the registration or the filing whose id is
    there. One that `waits` is not with its transport: its turn has not come, or its route is held or at its cap. `period` is that of the statistics, or the month in which a change is effective. `sent_at` is when the
    transport was seen to have it, `answered_at` when the receipt was taken.
    """

    id: str
    version: int
    party: str
    state: State
    created_at: datetime
    updated_at: datetime
    route: RouteName = RouteName.DIRECTORY_CHANGES
    kind: Kind = Kind.UNIT_NEW
    unit_id: str = ""
    registration_id: str = ""
    filing_id: str = ""
    division: str = ""
    period: str = ""
    final_on: date | None = None
    revision: int = 0
    sequence: int | None = None
    digest: str = ""
    attempts: int = 0
    waits: bool = False
    sent_at: datetime | None = None
    answered_at: datetime | None = None
    body_removed_at: datetime | None = None
    reason_code: str = ""
    receipt: Receipt | None = None
    log: tuple[LogEntry, ...] = ()
    history: tuple[HistoryEntry, ...] = field(default=())

    @property
    def line(self) -> Route:
        """The route that it takes, as it is laid."""
        return ROUTES[self.route]

    @property
    def partner(self) -> Partner:
        """Whom it is for."""
        return self.line.partner

    @property
    def holder(self) -> str:
        """Under whose key its confidential part is sealed: the unit's, or that of its party."""
        return self.unit_id or self.party

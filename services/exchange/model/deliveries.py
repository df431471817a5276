"""A delivery of a set of tables to a receiver: its states, its way, the aggregate itself; and the set as it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from services.exchange.model.messages import State as MessageState
from services.exchange.model.partners import PARTNER_TITLES, Partner, RouteName
from shared.history import HistoryEntry

RECEIVERS: Mapping[Partner, RouteName] = {
    Partner.NBS: RouteName.NBS_STATISTICS,
    Partner.SHARING: RouteName.SHARING_STATISTICS,
}
"""Who gets statistics, and on which route."""


class State(StrEnum):
    """Where a delivery stands."""

    PREPARED = "prepared"
    SIGNED_OFF = "signed_off"
    HELD = "held"
    QUEUED = "queued"
    GOING = "going"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNANSWERED = "unanswered"
    DECLINED = "declined"
    SUPERSEDED = "superseded"


STATE_LABELS = {
    State.PREPARED: "待签发",
    State.SIGNED_OFF: "已签发，待送出",
    State.HELD: "已签发，未到期",
    State.QUEUED: "已签发，等待发送",
    State.GOING: "已送出，待回执",
    State.ACCEPTED: "对方已接收",
    State.REFUSED: "对方拒收",
    State.UNANSWERED: "超时未回执",
    State.DECLINED: "不予签发",
    State.SUPERSEDED: "已被更正版替代",
}

BEFORE_LEAVING = frozenset({State.PREPARED, State.SIGNED_OFF, State.HELD})
LEFT = frozenset({State.GOING, State.ACCEPTED, State.UNANSWERED, State.SUPERSEDED})
"""States in which the receiver may have the package; one that was superseded may have left or not: `left_at` says."""
ENDED = frozenset({State.REFUSED, State.DECLINED})
"""States after which the same set may be prepared for the receiver again."""


class Action(StrEnum):
    """What can happen to a delivery."""

    PREPARE = "prepare"
    SIGN_OFF = "sign_off"
    DECLINE = "decline"
    SEND = "send"
    FOLLOW = "follow"
    SUPERSEDE = "supersede"


FOLLOWS: Mapping[MessageState, State] = {
    MessageState.PENDING: State.QUEUED,
    MessageState.SENT: State.GOING,
    MessageState.ACCEPTED: State.ACCEPTED,
    MessageState.REFUSED: State.REFUSED,
    MessageState.UNANSWERED: State.UNANSWERED,
}
"""Where a delivery stands by its message, before it has left for the first time."""


@dataclass(frozen=True)
class KeptSet:
    """A set of tables as statistics handed it over; the tables themselves are kept sealed. It never changes."""

    id: str
    version: int
    kind: str
    period: str
    set_version: int
    supersedes: str
    final_on: date
    is_sample: bool
    title: str
    digest: str
    received_at: datetime
    history: tuple[HistoryEntry, ...] = ()


@dataclass(frozen=True)
class Delivery:
    """The aggregate, without its package.

    `number` is the version that the receiver gets of the period, `supersedes` the delivery that it replaces there.
    `digest` is that of the package. `message_id` is the message in the ledger, `grant_id` on what ground it leaves.
    `message_state` is what the ledger said when it was last looked at, `left_at` when the transport first had it.
    """

    id: str
    version: int
    receiver: Partner
    set_id: str
    kind: str
    period: str
    set_version: int
    title: str
    final_on: date
    is_sample: bool
    number: int
    supersedes: str
    digest: str
    size: int
    state: State
    prepared_by: str
    created_at: datetime
    updated_at: datetime
    signed_by: str = ""
    signed_at: datetime | None = None
    due_on: date | None = None
    reason: str = field(default="", repr=False, metadata={"sealed": True})
    message_id: str = ""
    message_state: MessageState | None = None
    grant_id: str = ""
    left_at: datetime | None = None
    answered_at: datetime | None = None
    reason_code: str = ""
    history: tuple[HistoryEntry, ...] = ()

    @property
    def route(self) -> RouteName:
        """The route that it takes."""
        return RECEIVERS[self.receiver]

    @property
    def by_message(self) -> State | None:
        """Where it stands by its message; one that has left and is sent again is still on its way."""
        if self.message_state is None:
            return None
        is_again = self.message_state is MessageState.PENDING and self.left_at is not None
        return State.GOING if is_again else FOLLOWS.get(self.message_state)

    @property
    def series(self) -> str:
        """The party in the ledger: the versions of a period follow each other, each after the answer to the one before."""
        return f"{self.kind}-{self.period}"

    @property
    def receiver_title(self) -> str:
        """The name of the receiver for people."""
        return PARTNER_TITLES[self.receiver]

"""What a statement (对账单) of a day is: the frozen sheet, the partner's own, the signatures of both sides."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from services.exchange.model.partners import Partner
from services.exchange.reconciling.sheets import Sheet
from shared.history import HistoryEntry


class State(StrEnum):
    """Where a statement stands."""

    FROZEN = "frozen"
    ASKED = "asked"
    AGREED = "agreed"
    DIFFERING = "differing"


ANSWERED = frozenset({State.AGREED, State.DIFFERING})


class Action(StrEnum):
    """What can happen to a statement."""

    FREEZE = "freeze"
    ASK = "ask"
    TAKE_AGREEMENT = "take_agreement"
    TAKE_DIFFERENCES = "take_differences"
    SIGN = "sign"


@dataclass(frozen=True)
class Answer:
    """What the partner said of its own statement, signed by it; `proof` is what it signed, kept sealed."""

    agrees: bool
    received: int
    received_digest: str
    accepted: int
    refused: int
    is_whole: bool
    signed_at: datetime
    taken_at: datetime
    digest: str


@dataclass(frozen=True)
class Signature:
    """Who signed the statement on our side, and when; the name and what is remarked are kept sealed."""

    at: datetime
    account_id: str
    name: str = field(default="", repr=False)
    remark: str = field(default="", repr=False)


@dataclass(frozen=True)
class Statement:
    """The aggregate, without its lines and differences.

    `message_id` is the message that told the partner of it; `differences` is how many there are, totals among them.
    """

    id: str
    version: int
    partner: Partner
    day: date
    sheet: Sheet
    state: State
    created_at: datetime
    updated_at: datetime
    message_id: str = ""
    answer: Answer | None = None
    differences: int = 0
    signature: Signature | None = None
    history: tuple[HistoryEntry, ...] = ()

    @property
    def digest(self) -> str:
        """The digest that freezes it."""
        return self.sheet.digest


def statement_id(partner: Partner, day: date) -> str:
    """Return the id of the statement of a day; there is one."""
    return f"{partner.value}-{day.isoformat()}"

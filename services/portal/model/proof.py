"""What the exchange answers on its journal and on the daily statements, as the portal reads it."""

from __future__ import annotations

from typing import TypedDict


class EntryAnswer(TypedDict):
    """An entry of the journal."""

    number: int
    at: str
    direction_label: str
    route_label: str
    message_id: str
    type: str
    attempt: int
    event: str
    content: str
    token: str
    size: int
    outcome_label: str
    quoted: str
    previous: str
    hash: str


class EntriesAnswer(TypedDict):
    """A page of entries."""

    items: list[EntryAnswer]
    next_cursor: str


class CheckAnswer(TypedDict):
    """How far a chain was followed, and where it breaks."""

    at: str
    number: int
    holds: bool
    fault_label: str
    broken_at: int


class ChainAnswer(TypedDict):
    """The chain of a partner."""

    partner: str
    partner_label: str
    count: int
    head: str
    at: str
    checked: CheckAnswer | None


class StandingAnswer(TypedDict):
    """Where a chain stood at an anchor."""

    chain: str
    count: int
    head: str


class AnchorAnswer(TypedDict):
    """The anchor of a day."""

    number: int
    day: str
    made_at: str
    chains: list[StandingAnswer]
    token: str
    digest: str


class ChainsAnswer(TypedDict):
    """How the journal stands."""

    items: list[ChainAnswer]
    anchor: AnchorAnswer | None
    stuck_since: str | None


class CountsAnswer(TypedDict):
    """What a day comes to."""

    sent: int
    carried: int
    sendings: int
    bytes_out: int
    received: int
    rejected: int
    accepted: int
    refused: int
    differing: int
    unanswered: int


class StatementRow(TypedDict):
    """A statement in the list."""

    id: str
    version: int
    partner: str
    partner_label: str
    day: str
    state: str
    state_label: str
    counts: CountsAnswer
    differences: int
    is_signed: bool


class GroupAnswer(TypedDict):
    """What lines or cells have in common."""

    by: str
    by_label: str
    label: str
    count: int
    total: str


class TheirsAnswer(TypedDict):
    """The partner's own statement."""

    agrees: bool
    received: int
    received_digest: str
    accepted: int
    refused: int
    is_whole: bool
    signed_at: str
    digest: str


class SignatureAnswer(TypedDict):
    """Our signature."""

    at: str
    name: str
    remark: str


class StatementAnswer(StatementRow):
    """A statement in full, without its lines."""

    since: str
    until: str
    frozen_at: str
    first: int
    last: int
    digest: str
    sent_digest: str
    message_id: str
    groups: list[GroupAnswer]
    answer: TheirsAnswer | None
    signature: SignatureAnswer | None
    open_actions: list[str]


class LineAnswer(TypedDict):
    """A message of a statement."""

    message_id: str
    route_label: str
    type: str
    digest: str
    sendings: int
    sent_at: str
    standing: str
    standing_label: str
    answered_at: str
    age_hours: int | None
    carried: bool
    region: str


class LinesAnswer(TypedDict):
    """A page of lines."""

    items: list[LineAnswer]
    next_cursor: str


class DifferenceAnswer(TypedDict):
    """A difference between the two sides."""

    subject: str
    fault: str
    fault_label: str
    ours: str
    theirs: str

"""Decisions on many filings at once: a stored batch, and what became of each item of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from services.filing.model.filings import ReasonCode
from shared.batches.model import Item, Job, Outcome
from shared.identity.actor import Actor


class BatchAction(StrEnum):
    """What a batch does with its filings."""

    APPROVE = "approve"
    RETURN = "return"


class Refusal(StrEnum):
    """Why an item was not carried out."""

    CHANGED = "changed_meanwhile"
    CAME_LATER = "came_later"
    WRONG_STATE = "wrong_state"
    NOT_YOURS = "not_yours"
    OWN_FILING = "own_filing"
    DECIDED_BEFORE = "decided_before"
    QUERIES_UNSEEN = "queries_unseen"
    NOT_FOUND = "not_found"
    UNREADABLE = "unreadable"
    EXPIRED = "expired"
    OTHER = "other"


@dataclass(frozen=True)
class Words:
    """What is decided on every item, and who signs it; a return has a coded reason."""

    text: str = field(repr=False)
    signatory: str = field(repr=False)
    reason_code: ReasonCode | None = None


@dataclass(frozen=True)
class BatchItem(Item):
    """One filing of a batch at the version that was seen when it was chosen."""

    filing_id: str
    version: int
    outcome: Outcome = Outcome.WAITING
    refusal: Refusal | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True)
class Batch(Job):
    """One batch. `actor` is who decides, on whose right each item is carried out when its turn comes.

    `with_queries` says that the actor has checked the explanations of queries; without it a filing whose queries they
    have not ticked off is not approved. `narrowed` says by what the list was narrowed that it was made from, empty for
    ticked items.
    """

    action: BatchAction
    words: Words
    actor: Actor
    with_queries: bool
    narrowed: Mapping[str, str]

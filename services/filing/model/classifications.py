"""How a contract was classified: the answers, what they came to, what was proposed, what was chosen; sealed with its filing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True)
class PathAnswer:
    """What was answered to one question, in the order that they were asked."""

    question: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Deduction:
    """A sum that does not count, by its kind; in 万元 of the currency."""

    kind: str
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class WordHit:
    """A word of the description that a class is known by, where it stands there, and what it brought."""

    word: str
    field: str
    points: Decimal


@dataclass(frozen=True)
class Moved:
    """An exclusion that spoke: `source` leaves `what` out, it belongs to `targets`; `words` made it speak."""

    source: str
    what: str
    targets: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class Candidate:
    """A class that was proposed, and why."""

    code: str
    points: Decimal
    hits: tuple[WordHit, ...]
    moves: tuple[Moved, ...]


@dataclass(frozen=True)
class ClassificationRecord:
    """The path to a class under an edition.

    `outcome` is in, part or out, with `reason` for out; `mixed_result` names what the path for contracts of several
    kinds came to, both empty where it was not walked.
    """

    edition: str
    made_at: datetime
    query: str
    scope: tuple[PathAnswer, ...]
    outcome: str
    reason: str
    deductions: tuple[Deduction, ...]
    candidates: tuple[Candidate, ...]
    chosen: str
    mixed: tuple[PathAnswer, ...] = ()
    mixed_result: str = ""

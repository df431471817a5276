"""Closing a period for good (最终审定): what the ministry said, how far it is carried out, and what it froze.

A snapshot is rows of ids, forms, revisions and digests in the order of the filings' ids. Its digest is a chain over them,
so that it can be made and checked row by row, and stands for each row and for their order.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from services.filing.model.periods import Period, period_of
from services.filing.model.states import State
from shared.history import HistoryEntry
from shared.identity.actor import Actor


class Stage(StrEnum):
    """How far a closing is: filings are settled, those left out named, the snapshot frozen, and then it stands."""

    SETTLING = "settling"
    NAMING = "naming"
    FREEZING = "freezing"
    COMPLETE = "complete"


class ClosingAction(StrEnum):
    """What happens to a closing, for its history."""

    CLOSE = "close"
    ADVANCE = "advance"
    COMPLETE = "complete"
    VERIFY = "verify"


class Difference(StrEnum):
    """How a row of a snapshot differs from what is there now."""

    MISSING = "missing"
    """The filing, or the version that the row names, is not there any more."""
    UNREADABLE = "unreadable"
    """The version can't be opened."""
    CHANGED = "changed"
    """The version has another digest, or the row names another filing than it was frozen with."""
    OUT_OF_ORDER = "out_of_order"
    """A row is missing, doubled or not in its place."""


@dataclass(frozen=True)
class Words:
    """What the ministry said with a closing; a reason where filings were left out."""

    statement: str = field(repr=False)
    signatory: str = field(repr=False)
    left_out_reason: str = field(default="", repr=False)


@dataclass(frozen=True)
class SnapshotRow:
    """One filing as it was settled: the version in force and its digest, empty where it could not be opened."""

    no: int
    filing_id: str
    unit_id: str
    form: str
    period: str
    revision: int
    digest: str


@dataclass(frozen=True)
class LeftOut:
    """A filing that a closing left out: it stays in the chain, and is settled by itself later.

    `is_correction` says that an approved version is being corrected; `reviewer` is the department that it waits for.
    """

    filing_id: str
    unit_id: str
    form: str
    period: str
    division: str
    state: State
    reviewer: str
    revision: int
    is_correction: bool


@dataclass(frozen=True)
class Mismatch:
    """A row of a snapshot that does not agree with what is there."""

    no: int
    filing_id: str
    difference: Difference


MOST_NAMED = 200
"""So many differences are named; all are counted."""


@dataclass(frozen=True)
class Verification:
    """Looking at a snapshot again, row by row: how far it has come, and what differs.

    `digest` is the chain over the rows as they are stored now, that of the whole where it `is_over`.
    """

    asked_by: str
    asked_at: datetime
    digest: str
    rows: int = 0
    differing: int = 0
    named: tuple[Mismatch, ...] = ()
    ended_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        """Whether all rows were looked at."""
        return self.ended_at is not None


Totals = Mapping[str, Mapping[str, Decimal]]
"""Sums by form and measure."""


@dataclass(frozen=True)
class Closing:
    """The final approval of a period. `actor` is who closed it, on whose right each filing is settled.

    `cursor` is the id of the last filing that the present stage looked at. `counts` are the rows of the snapshot by form,
    `unreadable` those among them that could not be opened, `chain` the digest over them so far, `totals` what they come to
    by form and measure. `final_on` is the day on which the last filing was settled and the snapshot frozen: the day of the final approval, None before that.
    """

    id: str
    version: int
    period: str
    words: Words
    actor: Actor
    stage: Stage
    created_at: datetime
    updated_at: datetime
    chain: str
    total: int = 0
    cursor: str = ""
    settled: int = 0
    left_out: int = 0
    rows: int = 0
    unreadable: Mapping[str, int] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    totals: Totals = field(default_factory=dict, repr=False)
    final_on: date | None = None
    verification: Verification | None = None
    history: tuple[HistoryEntry, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether all is settled and frozen."""
        return self.stage is Stage.COMPLETE

    @property
    def is_at_work(self) -> bool:
        """Whether a worker has something to do for it."""
        return not self.is_complete or (self.verification is not None and not self.verification.is_over)


def scope_of(period: Period) -> tuple[str, ...]:
    """Return the periods of the filings that a closing settles: a month alone, a year with all its months."""
    if period.is_month:
        return (str(period),)
    return (str(period), *(str(Period(period.year, month)) for month in range(1, 13)))


def covering(period_text: str) -> tuple[str, ...]:
    """Return the periods whose closing settles filings of a period: itself, and for a month its year."""
    period = period_of(period_text)
    return (str(period), str(Period(period.year))) if period.is_month else (str(period),)


def first_link(closing_id: str, period: str) -> str:
    """Return where the chain of a snapshot's digest begins."""
    return _digest(["closing", closing_id, period])


def linked(chain: str, row: SnapshotRow) -> str:
    """Return the chain with one more row."""
    return _digest([chain, row.no, row.filing_id, row.unit_id, row.form, row.period, row.revision, row.digest])


def counted(counts: Mapping[str, int], rows: Iterable[SnapshotRow]) -> dict[str, int]:
    """Return the counts by form with some more rows."""
    found = dict(counts)
    for row in rows:
        found[row.form] = found.get(row.form, 0) + 1
    return found


def added(totals: Totals, more: Iterable[tuple[str, str, Decimal]]) -> Totals:
    """Return sums with some more amounts, each of a form and a measure."""
    found = {form: dict(sums) for form, sums in totals.items()}
    for form, measure, amount in more:
        sums = found.setdefault(form, {})
        sums[measure] = sums.get(measure, Decimal(0)) + amount
    return found


def _digest(said: list[object]) -> str:
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()

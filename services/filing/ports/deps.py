"""Everything that the operations use, and what changes it together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from services.filing.forms.answers import Answers
from services.filing.forms.catalogue import Catalogue
from services.filing.model.decisions import CollectionDecision
from services.filing.model.reliefs import Waiver
from services.filing.outliers.influence import Totals
from services.filing.ports.batches import Batches
from services.filing.ports.casework import Assignments, FilingThreads, Marks
from services.filing.ports.closings import Closings, PeriodFilings
from services.filing.ports.counts import KeptCounts
from services.filing.ports.duplicates import Duplicates, Likenesses
from services.filing.ports.files import Files, Imports, Rows
from services.filing.ports.filings import Filings, KeptTicks
from services.filing.ports.influence import Moves
from services.filing.ports.ledger import Accounts, Vouchers
from services.filing.ports.papers import FormPrinter, ReceiptPrinter, ReceiptSigner, VerifyReceipt
from services.filing.ports.queue import Queue
from services.filing.ports.reliefs import Reliefs
from services.filing.ports.relocations import Relocations
from services.filing.ports.reminding import Reminding
from services.filing.ports.respondents import Respondents
from services.filing.ports.units import Units
from services.filing.rates.keeping import KeptRates
from services.filing.rates.terms import RateTerms
from shared.audit import Reads
from shared.calls import Call
from shared.clock import Clock
from shared.documents.scan import Scanner
from shared.recent import Recent
from shared.scheduling.jobs import Board


class Decisions(Protocol):
    """Decisions of the ministry to collect under an approval that has ended."""

    def add(self, decision: CollectionDecision, call: Call) -> CollectionDecision:
        """Store a decision; a request that made one before returns that one."""
        ...

    def list_all(self) -> tuple[CollectionDecision, ...]:
        """Return all decisions, the newest first."""
        ...


class NewId(Protocol):
    """Makes identifiers."""

    def __call__(self) -> str:
        """Return a new one."""
        ...


T = TypeVar("T")

TOTALS_SECONDS = 300.0
"""So old what an area comes to may be where its queue is put in the order of influence."""

EARLIER_SECONDS = 60.0
"""So old what was approved of an earlier period may be where a draft is checked; a submission reads it anew."""


class Together(Protocol):
    """Changes several documents together or not at all."""

    def __call__(self, work: Callable[[Deps], T]) -> T:
        """Run `work` on the operations' deps within one transaction; it may run again, and touches the stores alone."""
        ...


@dataclass(frozen=True)
class Earlier:
    """What was approved for an earlier period, as the form of an edition reads it; None where nothing was."""

    edition: str
    answers: Answers | None = field(repr=False)


@dataclass(frozen=True)
class Deps:
    """Everything that the operations use.

    `earlier` are approved answers of earlier periods that were read a moment ago, by unit, form, item and period;
    `granted` is what moves or lifts a unit's duty to file, as it was read a moment ago, by unit, form and period.
    """

    catalogue: Catalogue
    filings: Filings
    accounts: Accounts
    vouchers: Vouchers
    likenesses: Likenesses
    duplicates: Duplicates
    together: Together
    units: Units
    respondents: Respondents
    counts: KeptCounts
    rows: Rows
    files: Files
    imports: Imports
    decisions: Decisions
    reliefs: Reliefs
    reminding: Reminding
    jobs: Board
    rates: KeptRates
    rate_terms: RateTerms
    ticks: KeptTicks
    threads: FilingThreads
    marks: Marks
    assignments: Assignments
    queue: Queue
    moves: Moves
    batches: Batches
    closings: Closings
    period_filings: PeriodFilings
    relocations: Relocations
    receipts: ReceiptSigner
    verify_receipt: VerifyReceipt
    receipt_printer: ReceiptPrinter
    form_printer: FormPrinter
    scanner: Scanner
    reads: Reads
    clock: Clock
    new_id: NewId
    earlier: Recent[tuple[str, ...], Earlier] = field(default_factory=lambda: Recent(500, EARLIER_SECONDS))
    area_totals: Recent[tuple[str, ...], Totals] = field(default_factory=lambda: Recent(500, TOTALS_SECONDS))
    granted: Recent[tuple[str, ...], tuple[Waiver, ...]] = field(default_factory=lambda: Recent(500, EARLIER_SECONDS))

"""The account of one contract, or of one part of it that is priced by itself: its terms, and the executions on it.

An account is made from filings alone: the same filings give the same account, in whatever order they are posted.
Amounts are in 万美元 where nothing else is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from services.filing.ledger.lines import Execution, Line
from services.filing.ledger.terms import ZERO, Terms


@dataclass(frozen=True)
class Account:
    """`id` is that of the 企业2表 filing; `in_force` and `pending` are its versions, `last` the one submitted last."""

    id: str
    version: int
    unit_id: str
    division: str
    path: tuple[str, ...]
    period: str
    updated_at: datetime
    last: Terms = field(repr=False)
    in_force: Terms | None = field(default=None, repr=False)
    pending: Terms | None = field(default=None, repr=False)
    lines: tuple[Line, ...] = ()

    @property
    def terms(self) -> Terms:
        """The terms that count: those in force, before that those under review, else the last ones."""
        return self.in_force or self.pending or self.last

    @property
    def is_held(self) -> bool:
        """Whether the contract number is taken: by a version that counts, or by executions."""
        return bool(self.in_force or self.pending or self.lines)

    @property
    def executed(self) -> Decimal:
        """The cumulative execution: the opening balance and all lines that count."""
        return self.terms.opening.executed + sum((each.executed for _, each in self.counted()), ZERO)

    @property
    def settled(self) -> Decimal:
        """The cumulative settlement, the opening balance included."""
        return self.terms.opening.settled + sum((each.settled or ZERO for _, each in self.counted()), ZERO)

    @property
    def remaining(self) -> Decimal:
        """What of the contract's amount is not executed; negative where more was."""
        return self.terms.usd - self.executed

    def executed_beside(self, filing_id: str) -> Decimal:
        """Return the cumulative execution without one filing."""
        return self.without(filing_id).executed

    def executed_before(self, filing_id: str, dated_on: date | None, filed_on: date) -> Decimal:
        """Return what 310 of an execution adds 308 to: the opening balance and what was executed before it.

        Executions stand by their day, then by when they were filed; without a day it comes last.
        """
        order = (dated_on or date.max, filed_on, filing_id)
        before = (each.executed for line, each in self.without(filing_id).counted() if line.order < order)
        return self.terms.opening.executed + sum(before, ZERO)

    def cumulative(self) -> tuple[tuple[Line, Decimal], ...]:
        """Return the lines that count in their order, each with 310 as it is now."""
        total, found = self.terms.opening.executed, []
        for line, execution in sorted(self.counted(), key=lambda pair: pair[0].order):
            total += execution.executed
            found.append((line, total))
        return tuple(found)

    def line(self, filing_id: str) -> Line | None:
        """Return the line of an execution filing, None where it is not on this account."""
        return next((each for each in self.lines if each.filing_id == filing_id), None)

    def with_line(self, line: Line) -> Account:
        """Return the account with a line put in or replaced; a line without any version leaves it."""
        others = self.without(line.filing_id).lines
        if line.in_force is None and line.pending is None:
            return replace(self, lines=others)
        return replace(self, lines=tuple(sorted((*others, line), key=lambda each: each.filing_id)))

    def without(self, filing_id: str) -> Account:
        """Return the account without a filing's line."""
        return replace(self, lines=tuple(each for each in self.lines if each.filing_id != filing_id))

    def counted(self) -> Iterator[tuple[Line, Execution]]:
        """Yield the lines that sums count, each with its version that does."""
        for line in self.lines:
            if line.counted is not None:
                yield line, line.counted

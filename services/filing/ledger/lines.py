"""Executions of a contract (企业3表) as lines of its account."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from services.filing.ledger.carry_over import counting_month
from services.filing.ledger.keys import contract_key, voucher_key


@dataclass(frozen=True)
class Execution:
    """One version of an execution: `executed` (308) and `settled` (309) in 万美元, None where nothing settles.

    `number` and `part` name the contract (304).
    """

    number: str = field(repr=False)
    part: str = field(repr=False)
    dated_on: date
    executed: Decimal = field(repr=False)
    settled: Decimal | None = field(default=None, repr=False)
    bank: str = field(default="", repr=False)
    voucher: str = field(default="", repr=False)

    @property
    def contract(self) -> str:
        """The key of the contract."""
        return contract_key(self.number, self.part)

    @property
    def settled_by(self) -> str:
        """The key of the voucher, empty where there is none."""
        return voucher_key(self.bank, self.voucher)


@dataclass(frozen=True)
class Line:
    """An execution filing on an account: the version in force and the one under review, either may be missing.

    `filed_on` is the day of the first submission, which corrections keep. While a correction that names another
    contract is under review, the filing still counts where it is in force, and not here.
    """

    filing_id: str
    period: str
    filed_on: date
    in_force: Execution | None = None
    pending: Execution | None = None
    is_in_force_elsewhere: bool = False

    @property
    def counted(self) -> Execution | None:
        """The version that sums count: what is in force, before that what was submitted."""
        return self.in_force or (None if self.is_in_force_elsewhere else self.pending)

    @property
    def month(self) -> tuple[int, int] | None:
        """The year and month of monthly tables in which the line counts, None while it counts nowhere."""
        return counting_month(self.counted.dated_on, self.filed_on) if self.counted else None

    @property
    def order(self) -> tuple[date, date, str]:
        """Where the line stands among those of its account: by the day of execution, then by when it was filed."""
        counted = self.counted
        return (counted.dated_on if counted else date.max, self.filed_on, self.filing_id)

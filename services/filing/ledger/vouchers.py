"""Bank vouchers: one may settle several contracts, split by amount, never above its own (指标解释（三）银行汇兑凭证号)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from services.filing.ledger.keys import voucher_key
from services.filing.ledger.terms import ZERO


class VoucherExceeded(Exception):
    """The executions on a voucher are more than its amount; `total` and `used` are in 万美元."""

    def __init__(self, total: Decimal, used: Decimal) -> None:
        self.total = total
        self.used = used
        super().__init__("voucher exceeded")  # no amount in a text that may be logged


class VoucherTotalMissing(Exception):
    """A second execution is put on a voucher whose amount is not known."""


@dataclass(frozen=True)
class Share:
    """What one execution takes of a voucher, in 万美元, and on which account it stands."""

    filing_id: str
    account_id: str
    amount: Decimal = field(repr=False)


@dataclass(frozen=True)
class Voucher:
    """A voucher of a unit; `total` is its amount in 万美元, None while nobody has told it.

    `dated_on` is its day, that of the first execution on it while nobody has told it.
    """

    id: str
    version: int
    unit_id: str
    division: str
    path: tuple[str, ...]
    updated_at: datetime
    bank: str = field(repr=False)
    number: str = field(repr=False)
    dated_on: date
    total: Decimal | None = field(default=None, repr=False)
    shares: tuple[Share, ...] = ()

    @property
    def key(self) -> str:
        """What the voucher is looked up by."""
        return voucher_key(self.bank, self.number)

    @property
    def used(self) -> Decimal:
        """The sum of what executions take of it."""
        return sum((each.amount for each in self.shares), ZERO)

    @property
    def remaining(self) -> Decimal | None:
        """What is left of it, None while its amount is not known."""
        return None if self.total is None else self.total - self.used

    def without(self, filing_id: str) -> Voucher:
        """Return the voucher without an execution's share."""
        return replace(self, shares=tuple(each for each in self.shares if each.filing_id != filing_id))

    def with_share(self, share: Share) -> Voucher:
        """Return the voucher with an execution's share in place of its earlier one; a share of zero leaves it.

        Raises `VoucherTotalMissing`, `VoucherExceeded`.
        """
        others = self.without(share.filing_id)
        if share.amount == ZERO:
            return others
        shares = tuple(sorted((*others.shares, share), key=lambda each: each.filing_id))
        return replace(others, shares=shares).checked()

    def with_total(self, total: Decimal, dated_on: date) -> Voucher:
        """Return the voucher with its amount told or told anew. Raises `VoucherExceeded`."""
        return replace(self, total=total, dated_on=dated_on).checked()

    def checked(self) -> Voucher:
        """Return the voucher where it covers its shares. Raises `VoucherTotalMissing`, `VoucherExceeded`."""
        if self.total is None:
            if len(self.shares) > 1:
                raise VoucherTotalMissing
        elif self.used > self.total:
            raise VoucherExceeded(self.total, self.used)
        return self

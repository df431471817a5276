"""What a correction moves: sums of the contract, 310 of its executions, and months of the monthly tables (L5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from services.filing.ledger.account import Account
from services.filing.ledger.terms import ZERO

Month = tuple[int, int]


class Measure(StrEnum):
    """What is moved; the sums of a month are those that monthly tables count."""

    AMOUNT = "amount"
    EXECUTED = "executed"
    SETTLED = "settled"
    REMAINING = "remaining"
    CUMULATIVE = "cumulative"
    MONTH_AMOUNT = "month_amount"
    MONTH_EXECUTED = "month_executed"
    MONTH_SETTLED = "month_settled"


@dataclass(frozen=True)
class Move:
    """One sum before and after a correction, in 万美元; of a month, or of an execution filing (310), where it has one."""

    measure: Measure
    before: Decimal = field(repr=False)
    after: Decimal = field(repr=False)
    month: Month | None = None
    filing_id: str = ""


_Key = tuple[Measure, Month | None, str]


def moves(before: Account, after: Account, filed_on: date) -> tuple[Move, ...]:
    """Return the sums that differ between two states of a contract that was filed first on a day.

    In order: the contract's own sums, 310 of each execution, then the months. A month or an execution that one of the
    states lacks counts as zero there.
    """
    old, new = dict(_sums(before, filed_on)), dict(_sums(after, filed_on))
    keys = sorted({*old, *new}, key=lambda key: (list(Measure).index(key[0]), key[1] or (0, 0), key[2]))
    found = (Move(key[0], old.get(key, ZERO), new.get(key, ZERO), key[1], key[2]) for key in keys)
    return tuple(each for each in found if each.before != each.after)


def _sums(account: Account, filed_on: date) -> Iterator[tuple[_Key, Decimal]]:
    terms = account.terms
    yield (Measure.AMOUNT, None, ""), terms.usd
    yield (Measure.EXECUTED, None, ""), account.executed
    yield (Measure.SETTLED, None, ""), account.settled
    yield (Measure.REMAINING, None, ""), account.remaining
    for line, cumulative in account.cumulative():
        yield (Measure.CUMULATIVE, None, line.filing_id), cumulative
    if account.in_force or account.pending:
        yield (Measure.MONTH_AMOUNT, (filed_on.year, filed_on.month), ""), terms.usd
    yield from ((key, amount) for key, amount in _months(account).items())


def _months(account: Account) -> Mapping[_Key, Decimal]:
    found: dict[_Key, Decimal] = {}
    for line, execution in account.counted():
        for measure, amount in (
            (Measure.MONTH_EXECUTED, execution.executed),
            (Measure.MONTH_SETTLED, execution.settled or ZERO),
        ):
            key = (measure, line.month, "")
            found[key] = found.get(key, ZERO) + amount
    return found

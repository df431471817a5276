"""The ledger by itself: until when executions may be filed, where they count, what an account and a voucher add up to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from services.filing.ledger.account import Account
from services.filing.ledger.carry_over import counting_month, is_carried_over
from services.filing.ledger.lines import Execution, Line
from services.filing.ledger.terms import Opening, Terms
from services.filing.ledger.vouchers import Share, Voucher, VoucherExceeded, VoucherTotalMissing

NOW = datetime(2025, 4, 1, tzinfo=UTC)
DAY = date(2025, 3, 31)


@pytest.mark.parametrize(
    ("dated_on", "filed_on", "month"),
    [
        ("2024-05-31", "2024-06-01", (2024, 6)),
        ("2024-02-29", "2024-02-29", (2024, 2)),
        ("2024-01-31", "2024-12-31", (2024, 12)),
        ("2024-07-01", "2025-01-01", (2024, 12)),
        ("2024-12-31", "2025-03-31", (2024, 12)),
        ("2024-12-31", "2024-12-31", (2024, 12)),
    ],
)
def test_an_execution_counts_in_its_month_of_filing_and_a_carried_over_one_in_december(
    dated_on: str, filed_on: str, month: tuple[int, int]
) -> None:
    day, filed = date.fromisoformat(dated_on), date.fromisoformat(filed_on)

    assert counting_month(day, filed) == month
    assert is_carried_over(day, filed) == (filed.year > day.year)


def _account(*lines: Line, opening: str = "0") -> Account:
    terms = Terms("HT-1", usd=Decimal(100), opening=Opening(executed=Decimal(opening)))
    return Account("c", 1, "u", "330106", ("330106",), "2025-01", NOW, terms, in_force=terms, lines=lines)


def _line(name: str, day: str, amount: str, pending: str = "", filed: str = "2025-03-31") -> Line:
    in_force = Execution("HT-1", "", date.fromisoformat(day), Decimal(amount)) if amount else None
    waiting = Execution("HT-1", "", date.fromisoformat(day), Decimal(pending)) if pending else None
    return Line(name, "2025-03", date.fromisoformat(filed), in_force, waiting)


def test_the_cumulative_execution_goes_on_from_the_opening_balance_in_the_order_of_the_days() -> None:
    account = _account(_line("b", "2025-02-10", "3"), _line("a", "2025-03-01", "5"), opening="10")

    assert [(line.filing_id, total) for line, total in account.cumulative()] == [("b", Decimal(13)), ("a", Decimal(18))]
    assert account.executed == Decimal(18)
    assert account.executed_before("b", date(2025, 2, 10), date(2025, 3, 31)) == Decimal(10)
    assert account.executed_before("new", None, date(2025, 3, 31)) == Decimal(18)
    assert account.executed_beside("a") == Decimal(13)


def test_a_correction_counts_only_once_it_is_in_force() -> None:
    account = _account(_line("a", "2025-02-10", "3", pending="30"))

    assert account.executed == Decimal(3)
    assert account.with_line(_line("a", "2025-02-10", "30")).executed == Decimal(30)
    assert account.with_line(Line("a", "2025-03", date(2025, 3, 31))).lines == ()


def test_a_correction_to_another_contract_counts_where_the_execution_is_in_force_until_it_is_approved() -> None:
    moving = replace(_line("a", "2025-02-10", "", pending="3"), is_in_force_elsewhere=True)

    assert _account(moving).executed == Decimal(0)
    assert _account(moving).cumulative() == ()
    assert _account(replace(moving, is_in_force_elsewhere=False)).executed == Decimal(3)


def _voucher(total: str | None) -> Voucher:
    amount = None if total is None else Decimal(total)
    return Voucher("v", 1, "u", "330106", ("330106",), NOW, "某银行", "PZ-1", DAY, total=amount)


def test_a_voucher_settles_several_executions_up_to_its_amount_and_no_further() -> None:
    first = _voucher("10").with_share(Share("a", "c", Decimal(4)))

    full = first.with_share(Share("b", "c", Decimal(6)))

    assert (full.used, full.remaining) == (Decimal(10), Decimal(0))
    with pytest.raises(VoucherExceeded):
        full.with_share(Share("c", "c", Decimal("0.000001")))
    with pytest.raises(VoucherExceeded):
        full.with_total(Decimal("9.999999"), DAY)
    assert full.with_share(Share("a", "c", Decimal(1))).remaining == Decimal(3)
    assert full.with_share(Share("a", "c", Decimal(0))).shares == (Share("b", "c", Decimal(6)),)


def test_a_second_execution_needs_the_amount_of_the_voucher() -> None:
    first = _voucher(None).with_share(Share("a", "c", Decimal(4)))

    with pytest.raises(VoucherTotalMissing):
        first.with_share(Share("b", "c", Decimal(1)))
    assert first.with_share(Share("a", "c", Decimal(9))).used == Decimal(9)

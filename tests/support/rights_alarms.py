"""A voucher and an alarm for the table of rights, both about the contract of a unit, and what stands for printers."""

from __future__ import annotations

from dataclasses import replace

from services.filing.ledger.account import Account
from services.filing.ledger.alarms import DuplicateAlarm, Side, raised
from services.filing.ledger.likeness import Reason
from services.filing.ledger.vouchers import Voucher
from shared.identity.actor import COUNTRY


def voucher_on(contract: Account, voucher_id: str) -> Voucher:
    """Return a voucher of the unit of a contract."""
    day, at = contract.updated_at.date(), contract.updated_at
    return Voucher(voucher_id, 0, contract.unit_id, contract.division, contract.path, at, "某银行", "PZ-1", day)


def alarm_on(contract: Account, alarm_id: str, filer: str) -> DuplicateAlarm:
    """Return an alarm about a filing of `own` in 330106 and one of a stranger in 440106."""
    own = Side(
        contract.id,
        contract.unit_id,
        contract.division,
        contract.path,
        "enterprise-2",
        "2025-12",
        (Reason.NUMBER,),
        (filer,),
    )
    path = ("440106", "440100", "440000", COUNTRY)
    other = replace(own, filing_id="7" * 32, unit_id="8" * 32, division=path[0], path=path, filers=())
    return raised(alarm_id, (own, other), contract.updated_at)


class Paper:
    """Stands for what makes papers, which takes a second each: here only who may have one is asked."""

    def print_form(self, *_: object) -> bytes:
        """Return a form."""
        return b"%PDF-"

    def make(self, *_: object) -> bytes:
        """Return a receipt."""
        return b"%PDF-"

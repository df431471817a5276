"""The filing service's contract ledger as the portal sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from services.filing.schemas.contract_examples import CONTRACT_EXAMPLES
from services.portal.model.contracts import (
    ContractAnswer,
    ContractImpact,
    ContractRow,
    ContractsAnswer,
    ContractTotals,
    VoucherAnswer,
    VouchersAnswer,
)


def make_contract(**changes: object) -> ContractAnswer:
    """Return the contract of the interface's description."""
    example = cast("Mapping[str, object]", CONTRACT_EXAMPLES["ContractOut"])
    return cast(ContractAnswer, {**example, **changes})


def make_voucher(**changes: object) -> VoucherAnswer:
    """Return the voucher of the interface's description."""
    example = cast("Mapping[str, object]", CONTRACT_EXAMPLES["VoucherOut"])
    return cast(VoucherAnswer, {**example, **changes})


@dataclass
class FakeContracts:
    """Says what it was told to say, and keeps what it was asked and sent."""

    rows: list[ContractAnswer] = field(default_factory=lambda: [make_contract()])
    kept: list[VoucherAnswer] = field(default_factory=lambda: [make_voucher()])
    next_cursor: str = ""
    unreadable: int = 0
    asked: list[dict[str, str]] = field(default_factory=list)
    sent: list[dict[str, object]] = field(default_factory=list)
    error: Exception | None = None

    def totals(self, token: str, wanted: Mapping[str, str]) -> ContractTotals:
        return cast(ContractTotals, CONTRACT_EXAMPLES["TotalsOut"])

    def get(self, token: str, contract_id: str) -> ContractAnswer:
        return next(each for each in self.rows if each["id"] == contract_id)

    def impacts(self, token: str, filing_id: str) -> list[ContractImpact]:
        return cast("dict[str, list[ContractImpact]]", CONTRACT_EXAMPLES["ImpactsOut"])["items"]

    def vouchers(self, token: str, cursor: str = "") -> VouchersAnswer:
        return {"items": self.kept, "next_cursor": self.next_cursor, "unreadable": self.unreadable}

    def register(self, token: str, key: str, body: Mapping[str, str]) -> VoucherAnswer:
        return self._sent({"key": key, **body})

    def change(self, token: str, voucher_id: str, version: int, body: Mapping[str, str]) -> VoucherAnswer:
        return self._sent({"id": voucher_id, "version": version, **body})

    def _sent(self, body: dict[str, object]) -> VoucherAnswer:
        if self.error is not None:
            raise self.error
        self.sent.append(body)
        return self.kept[0]

    def list(self, token: str, wanted: Mapping[str, str], cursor: str = "") -> ContractsAnswer:
        self.asked.append(dict(wanted))
        if self.error is not None:
            raise self.error
        rows = cast("list[ContractRow]", self.rows)
        return {"items": rows, "next_cursor": self.next_cursor, "unreadable": self.unreadable}

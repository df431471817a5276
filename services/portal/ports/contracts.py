"""The filing service, for contracts and bank vouchers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from services.portal.model.contracts import (
    ContractAnswer,
    ContractImpact,
    ContractsAnswer,
    ContractTotals,
    VoucherAnswer,
    VouchersAnswer,
)


class Contracts(Protocol):
    """The contract ledger. Errors are those of `shared.errors`."""

    def totals(self, token: str, wanted: Mapping[str, str]) -> ContractTotals: ...

    def get(self, token: str, contract_id: str) -> ContractAnswer: ...

    def impacts(self, token: str, filing_id: str) -> list[ContractImpact]: ...

    def vouchers(self, token: str, cursor: str = "") -> VouchersAnswer: ...

    def register(self, token: str, key: str, body: Mapping[str, str]) -> VoucherAnswer: ...

    def change(self, token: str, voucher_id: str, version: int, body: Mapping[str, str]) -> VoucherAnswer: ...

    def list(self, token: str, wanted: Mapping[str, str], cursor: str = "") -> ContractsAnswer: ...

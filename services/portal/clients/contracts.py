"""Client of the filing service for contracts and bank vouchers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from services.portal.clients.http import ServiceHttp, path
from services.portal.model.contracts import (
    ContractAnswer,
    ContractImpact,
    ContractsAnswer,
    ContractTotals,
    VoucherAnswer,
    VouchersAnswer,
)

CONTRACTS, VOUCHERS = "contracts", "vouchers"
PAGE = 50


class HttpContracts:
    """`ports.Contracts` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def totals(self, token: str, wanted: Mapping[str, str]) -> ContractTotals:
        """Return the sums over the contracts of a unit. Raises `Invalid`, `NotFound` where none is meant."""
        return cast(ContractTotals, self._http.ask("GET", path(CONTRACTS, "totals"), token, query=dict(wanted)))

    def get(self, token: str, contract_id: str) -> ContractAnswer:
        """Return a contract. Raises `NotFound`."""
        return cast(ContractAnswer, self._http.ask("GET", path(CONTRACTS, contract_id), token))

    def impacts(self, token: str, filing_id: str) -> list[ContractImpact]:
        """Return what the working copy of a filed contract or execution would move, by contract. Raises `Conflict`."""
        found = cast("dict[str, object]", self._http.ask("GET", path("filings", filing_id, "impact"), token))
        return cast("list[ContractImpact]", found["items"])

    def vouchers(self, token: str, cursor: str = "") -> VouchersAnswer:
        """Return a page of vouchers, the latest day first."""
        return cast(VouchersAnswer, self._page(VOUCHERS, token, {}, cursor))

    def register(self, token: str, key: str, body: Mapping[str, str]) -> VoucherAnswer:
        """Register a voucher. Raises `Invalid`, `Conflict`."""
        return cast(VoucherAnswer, self._http.ask("POST", path(VOUCHERS), token, body=dict(body), key=key))

    def change(self, token: str, voucher_id: str, version: int, body: Mapping[str, str]) -> VoucherAnswer:
        """Tell amount and day of a voucher anew. Raises `Invalid`, `NotFound`, `StaleVersion`."""
        url = path(VOUCHERS, voucher_id)
        return cast(VoucherAnswer, self._http.ask("PUT", url, token, body=dict(body), version=version))

    def _page(self, root: str, token: str, wanted: Mapping[str, str], cursor: str) -> object:
        query: dict[str, str | int] = {"limit": PAGE, **wanted, **({"cursor": cursor} if cursor else {})}
        return self._http.ask("GET", path(root), token, query=query)

    def list(self, token: str, wanted: Mapping[str, str], cursor: str = "") -> ContractsAnswer:
        """Return a page of contracts. Raises `Invalid`, `Malformed`."""
        return cast(ContractsAnswer, self._page(CONTRACTS, token, wanted, cursor))

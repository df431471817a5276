"""Where the contract ledger is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from services.filing.ledger.account import Account
from services.filing.ledger.terms import ContractState
from services.filing.ledger.vouchers import Voucher
from shared.calls import Call
from shared.idempotency import RequestKey
from shared.identity.actor import Actor
from shared.paging import Page

T = TypeVar("T")


@dataclass(frozen=True)
class WantedContracts:
    """What a list of contracts is narrowed to; empty texts narrow nothing.

    Class, nature and number narrow the contracts of one unit only: a unit's own, or those of `unit_id`.
    """

    state: ContractState | None = None
    unit_id: str = ""
    business_class: str = ""
    nature: str = ""
    number: str = ""


@dataclass(frozen=True)
class Listed(Page[T], Generic[T]):
    """A page, and how many of its rows are left out since they can't be opened."""

    unreadable: int = 0


class Accounts(Protocol):
    """Where the accounts of contracts are kept; they are written in the transaction of a filing (`Deps.together`)."""

    def get(self, account_id: str) -> Account:
        """Return the account. Raises `NotFound`."""
        ...

    def find(self, account_id: str) -> Account | None:
        """Return the account, None where there is none."""
        ...

    def find_by_key(self, unit_id: str, key: str) -> Account | None:
        """Return the account of a contract number and part (`ledger.keys`), None where the unit has none."""
        ...

    def list_holding(self, filing_id: str) -> tuple[Account, ...]:
        """Return the accounts with a line of an execution filing."""
        ...

    def list_of_number(self, unit_id: str, number: str) -> Listed[Account]:
        """Return the accounts of all parts of a contract number, by part."""
        ...

    def list_open(self, unit_id: str, limit: int) -> tuple[Account, ...]:
        """Return at most `limit` contracts of a unit on which executions are to be expected, last changed first."""
        ...

    def put(self, account: Account) -> None:
        """Store an account at its next version. Raises `ContractNumberTaken`, `StaleVersion`."""
        ...

    def list_in_sight(self, actor: Actor, wanted: WantedContracts, cursor: str, limit: int) -> Listed[Account]:
        """Return a page of the contracts that the actor sees and wants to see, last changed first."""
        ...

    def each_in_sight(self, actor: Actor, wanted: WantedContracts, limit: int) -> Iterator[Account | None]:
        """Yield at most `limit` of the contracts that the actor sees and wants to see, last changed first.

        None stands for one that can't be opened.
        """
        ...


class Vouchers(Protocol):
    """Where bank vouchers are kept."""

    def get(self, voucher_id: str) -> Voucher:
        """Return the voucher. Raises `NotFound`."""
        ...

    def find_by_key(self, unit_id: str, key: str) -> Voucher | None:
        """Return the voucher of a bank and number (`ledger.keys`), None where the unit has none."""
        ...

    def find_created(self, request: RequestKey) -> Voucher | None:
        """Return the voucher that this request registered. Raises `KeyReused` where it asked for something else."""
        ...

    def was_done(self, voucher_id: str, request: RequestKey | None) -> bool:
        """Tell whether a request changed the voucher before. Raises `NotFound`, `KeyReused`."""
        ...

    def list_holding(self, filing_id: str) -> tuple[Voucher, ...]:
        """Return the vouchers that an execution filing takes a share of."""
        ...

    def list_in_sight(self, actor: Actor, unit_id: str, cursor: str, limit: int) -> Listed[Voucher]:
        """Return a page of the vouchers that the actor sees, of one unit where it is named, the latest day first."""
        ...

    def put(self, voucher: Voucher, call: Call) -> Voucher:
        """Store a voucher at its next version. Raises `VoucherRegistered`, `StaleVersion`."""
        ...

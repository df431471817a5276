"""Accounts and vouchers in memory, with the contract of the real ports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from services.filing.errors import ContractNumberTaken, VoucherRegistered
from services.filing.ledger.account import Account
from services.filing.ledger.keys import normal
from services.filing.ledger.terms import ContractState
from services.filing.ledger.vouchers import Voucher
from services.filing.ports.deps import Deps
from services.filing.ports.ledger import Listed, WantedContracts
from shared.calls import Call
from shared.errors import NotFound, StaleVersion
from shared.history import HistoryEntry, was_done
from shared.idempotency import RequestKey
from shared.identity.actor import UNIT_ROLES, Actor

T = TypeVar("T")


class MemoryAccounts:
    """Accounts by id."""

    def __init__(self) -> None:
        self.kept: dict[str, Account] = {}

    def get(self, account_id: str) -> Account:
        """Return the account. Raises `NotFound`."""
        if account_id not in self.kept:
            raise NotFound
        return self.kept[account_id]

    def find(self, account_id: str) -> Account | None:
        """Return the account, None where there is none."""
        return self.kept.get(account_id)

    def find_by_key(self, unit_id: str, key: str) -> Account | None:
        """Return the account of a contract number and part."""
        held = (each for each in self.kept.values() if each.unit_id == unit_id and each.is_held)
        return next((each for each in held if key and each.terms.key == key), None)

    def list_holding(self, filing_id: str) -> tuple[Account, ...]:
        """Return the accounts with a line of an execution filing."""
        return tuple(each for each in self.kept.values() if each.line(filing_id))

    def list_of_number(self, unit_id: str, number: str) -> Listed[Account]:
        """Return the accounts of all parts of a contract number, by part."""
        own = (each for each in self.kept.values() if each.unit_id == unit_id)
        found = (each for each in own if normal(each.terms.number) == normal(number))
        return Listed(tuple(sorted(found, key=lambda each: each.terms.part)))

    def list_open(self, unit_id: str, limit: int) -> tuple[Account, ...]:
        """Return the open contracts of a unit."""
        return tuple(each for each in self._newest() if each.unit_id == unit_id and _is_open(each))[:limit]

    def put(self, account: Account) -> None:
        """Store an account at its next version. Raises `ContractNumberTaken`, `StaleVersion`."""
        same = self.find_by_key(account.unit_id, account.terms.key) if account.is_held else None
        if same is not None and same.id != account.id:
            raise ContractNumberTaken
        before = self.kept.get(account.id)
        if (before.version if before else 0) != account.version:
            raise StaleVersion
        self.kept[account.id] = replace(account, version=account.version + 1)

    def list_in_sight(self, actor: Actor, wanted: WantedContracts, cursor: str, limit: int) -> Listed[Account]:
        """Return what the actor sees; pages are proven on the real store."""
        return Listed(tuple(self.each_in_sight(actor, wanted, limit)))

    def each_in_sight(self, actor: Actor, wanted: WantedContracts, limit: int) -> Iterator[Account]:
        """Yield at most `limit` of the contracts that the actor sees and wants to see."""
        yield from [each for each in self._newest() if _sees(actor, each) and _is_wanted(wanted, each)][:limit]

    def _newest(self) -> list[Account]:
        return sorted(self.kept.values(), key=lambda each: (each.updated_at, each.id), reverse=True)


class MemoryVouchers:
    """Vouchers by id, with the acts on them."""

    def __init__(self) -> None:
        self.kept: dict[str, Voucher] = {}
        self.acts: dict[str, list[HistoryEntry]] = {}

    def get(self, voucher_id: str) -> Voucher:
        """Return the voucher. Raises `NotFound`."""
        if voucher_id not in self.kept:
            raise NotFound
        return self.kept[voucher_id]

    def find_by_key(self, unit_id: str, key: str) -> Voucher | None:
        """Return the voucher of a bank and number."""
        return next((each for each in self.kept.values() if (each.unit_id, each.key) == (unit_id, key)), None)

    def find_created(self, request: RequestKey) -> Voucher | None:
        """Return the voucher that this request registered. Raises `KeyReused`."""
        return next((self.kept[id_] for id_, acts in self.acts.items() if was_done(tuple(acts[:1]), request)), None)

    def was_done(self, voucher_id: str, request: RequestKey | None) -> bool:
        """Tell whether a request changed the voucher before. Raises `NotFound`, `KeyReused`."""
        self.get(voucher_id)
        return was_done(tuple(self.acts[voucher_id]), request)

    def list_holding(self, filing_id: str) -> tuple[Voucher, ...]:
        """Return the vouchers that an execution filing takes a share of."""
        return tuple(each for each in self.kept.values() if any(share.filing_id == filing_id for share in each.shares))

    def list_in_sight(self, actor: Actor, unit_id: str, cursor: str, limit: int) -> Listed[Voucher]:
        """Return what the actor sees; pages are proven on the real store."""
        found = [each for each in self.kept.values() if _sees(actor, each) and unit_id in {"", each.unit_id}]
        return Listed(tuple(found[:limit]))

    def put(self, voucher: Voucher, call: Call) -> Voucher:
        """Store a voucher at its next version. Raises `VoucherRegistered`, `StaleVersion`."""
        same = self.find_by_key(voucher.unit_id, voucher.key)
        if same is not None and same.id != voucher.id:
            raise VoucherRegistered
        if (same.version if same else 0) != voucher.version:
            raise StaleVersion
        stored = replace(voucher, version=voucher.version + 1)
        self.kept[voucher.id] = stored
        self.acts.setdefault(voucher.id, []).append(call.entry(voucher.updated_at, "put", None, None))
        return stored


class Kept(Protocol):
    """A store whose content can be put back."""

    kept: dict[str, Any]


def together(deps: Deps, work: Callable[[Deps], T], *stores: Kept) -> T:
    """Do the work on the stores, or leave them as they were."""
    before = [(store, dict(store.kept)) for store in stores]
    try:
        return work(deps)
    except BaseException:
        for store, kept in before:
            store.kept = kept
        raise


def _is_open(account: Account) -> bool:
    return account.is_held and account.terms.state is ContractState.OPEN


def _sees(actor: Actor, each: Account | Voucher) -> bool:
    if actor.role in UNIT_ROLES:
        return actor.unit_id == each.unit_id
    return actor.division in each.path


def _is_wanted(wanted: WantedContracts, account: Account) -> bool:
    terms = account.terms
    pairs = (
        (wanted.state, terms.state),
        (wanted.unit_id, account.unit_id),
        (wanted.business_class, terms.business_class),
        (wanted.nature, terms.nature),
        (normal(wanted.number), normal(terms.number)),
    )
    return all(not asked or asked == has for asked, has in pairs)

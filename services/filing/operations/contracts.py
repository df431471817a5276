"""The contracts of units: lists with totals, one in full, and what a correction moves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from services.filing import policy
from services.filing.errors import NothingMoves
from services.filing.ledger.account import Account
from services.filing.ledger.amendments import Amendment, amendment
from services.filing.ledger.impact import Move, moves
from services.filing.ledger.posting import account_of, as_in_force, posted
from services.filing.ledger.reading import CONTRACT_FORM, LEDGER_FORMS, contract_said
from services.filing.ledger.terms import ZERO
from services.filing.model.filings import Filing, Version
from services.filing.model.units import Unit
from services.filing.operations.changes import in_sight
from services.filing.operations.versions import version_of
from services.filing.ports.deps import Deps
from services.filing.ports.ledger import Listed, WantedContracts
from shared.calls import Call
from shared.clock import local_date
from shared.errors import NotFound
from shared.identity.actor import UNIT_ROLES

MOST_SUMMED = 5000
"""So many contracts are added up; the sums of more say that they are not whole."""

MOST_AMENDMENTS = 50
"""So many versions of a contract its page shows; the others stand among what was filed."""


@dataclass(frozen=True)
class Totals:
    """Sums over contracts in 万美元.

    `is_whole` is False where there are more than were added up; `unreadable` could not be opened and are not counted.
    """

    count: int = 0
    amount: Decimal = field(default=ZERO, repr=False)
    executed: Decimal = field(default=ZERO, repr=False)
    settled: Decimal = field(default=ZERO, repr=False)
    is_whole: bool = True
    unreadable: int = 0

    @property
    def remaining(self) -> Decimal:
        """What is not executed yet."""
        return self.amount - self.executed


@dataclass(frozen=True)
class ContractView:
    """One contract, or one part of it, with the other parts of the same number and the unit that filed it.

    `unreadable` of the parts can't be opened and are left out. `amendments` are what was agreed at first and since, the
    last one first; of very many the last ones.
    """

    account: Account
    parts: tuple[Account, ...]
    unit: Unit | None
    unreadable: int = 0
    amendments: tuple[Amendment, ...] = ()


@dataclass(frozen=True)
class Impact:
    """What a correction that is being written moves."""

    account_id: str
    moves: tuple[Move, ...]


def list_contracts(deps: Deps, call: Call, wanted: WantedContracts, cursor: str, limit: int) -> Listed[Account]:
    """Return a page of the contracts in the actor's sight, last changed first; a reviewer's read is recorded.

    Raises `Malformed`.
    """
    if call.actor.role not in UNIT_ROLES:
        deps.reads.record(call, "list_contracts", wanted.unit_id or call.actor.division or "")
    return deps.accounts.list_in_sight(call.actor, wanted, cursor, limit)


def total_contracts(deps: Deps, call: Call, wanted: WantedContracts) -> Totals:
    """Return the sums over the contracts of one unit in the actor's sight: its own, or those of `wanted.unit_id`.

    A reviewer's read is recorded. Raises `NotFound` where a reviewer names no unit.
    """
    if call.actor.role not in UNIT_ROLES:
        if not wanted.unit_id:
            raise NotFound
        deps.reads.record(call, "total_contracts", wanted.unit_id)
    return _added_up(deps.accounts.each_in_sight(call.actor, wanted, MOST_SUMMED + 1))


def read_contract(deps: Deps, call: Call, contract_id: str) -> ContractView:
    """Return a contract in full; a reviewer's read is recorded. Raises `NotFound`."""
    filing = in_sight(deps, call, contract_id)
    account = deps.accounts.find(filing.id)
    if account is None:
        raise NotFound
    if not policy.own_unit(call.actor, filing):
        deps.reads.record(call, "read_contract", contract_id)
    parts = deps.accounts.list_of_number(account.unit_id, account.terms.number)
    others = tuple(each for each in parts.items if each.id != account.id and each.is_held)
    unit = deps.units.find(account.unit_id)
    return ContractView(account, others, unit, parts.unreadable, _amendments(deps, filing))


def units_of(deps: Deps, accounts: Sequence[Account]) -> dict[str, Unit]:
    """Return the units of these contracts, by id."""
    return dict(deps.units.find_all({each.unit_id for each in accounts}))


def impact_of(deps: Deps, call: Call, filing_id: str) -> tuple[Impact, ...]:
    """Return what the working copy of a filed contract or execution would move once it is in force, by contract.

    Actor: own unit. Raises `NotFound`, `NothingMoves` for other forms and for what was never submitted.
    """
    filing = in_sight(deps, call, filing_id)
    if not policy.own_unit(call.actor, filing):
        raise NotFound
    if filing.form not in LEDGER_FORMS or filing.last is None:
        raise NothingMoves
    pairs_of = _contract_pair if filing.form == CONTRACT_FORM else _execution_pairs
    pairs = pairs_of(deps, filing, filing.last)
    return tuple(_impact(deps, before, after) for before, after in pairs)


def _amendments(deps: Deps, filing: Filing) -> tuple[Amendment, ...]:
    numbers = [version.no for version in reversed(filing.versions)][:MOST_AMENDMENTS]
    return tuple(amendment(filing, version_of(deps, filing, no)) for no in numbers)


def _contract_pair(deps: Deps, filing: Filing, last: Version) -> Iterable[tuple[Account, Account]]:
    account = deps.accounts.get(filing.id)
    yield account, account_of(as_in_force(filing, last), account) or account


def _execution_pairs(deps: Deps, filing: Filing, last: Version) -> Iterable[tuple[Account, Account]]:
    nil = filing.working.nil_reason is not None
    said = contract_said(filing.working.answers)
    target = None if nil else deps.accounts.find_by_key(filing.unit_id, said.key)
    after = as_in_force(filing, last, target.id if target else "")
    touched = {each.id: each for each in deps.accounts.list_holding(filing.id)}
    touched |= {target.id: target} if target else {}
    for account in touched.values():
        yield account, posted(account, after)


def _impact(deps: Deps, before: Account, after: Account) -> Impact:
    return Impact(before.id, moves(before, after, _filed_on(deps, before)))


def _filed_on(deps: Deps, account: Account) -> date:
    filed_on = deps.filings.get(account.id).filed_on
    return filed_on or local_date(deps.clock.now())


def _added_up(accounts: Iterable[Account | None]) -> Totals:
    totals = Totals()
    for account in accounts:
        if account is None:
            totals = replace(totals, unreadable=totals.unreadable + 1)
            continue
        if not account.is_held:
            continue
        if totals.count == MOST_SUMMED:
            return replace(totals, is_whole=False)
        totals = replace(
            totals,
            count=totals.count + 1,
            amount=totals.amount + account.terms.usd,
            executed=totals.executed + account.executed,
            settled=totals.settled + account.settled,
        )
    return totals

"""The contracts of units: lists with totals, one in full, and what a correction moves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from services.filing import policy
from services.filing.errors import NothingMoves
from services.filing.ledger.account import Account
from services.filing.ledger.impact import Move, moves
from services.filing.ledger.posting import line_of
from services.filing.ledger.reading import CONTRACT_FORM, LEDGER_FORMS, contract_said, execution_of, terms_of
from services.filing.ledger.terms import ZERO
from services.filing.model.filings import Filing
from services.filing.model.units import Unit
from services.filing.operations.changes import in_sight
from services.filing.ports.deps import Deps
from services.filing.ports.ledger import ReleasedTable, WantedContracts
from shared.calls import Call
from shared.clock import local_date
from shared.errors import NotFound
from shared.identity.actor import UNIT_ROLES
from shared.paging import Page

MOST_SUMMED = 5000
"""So many contracts are added up; the sums of more say that they are not whole."""


@dataclass(frozen=True)
class Totals:
    """Sums over contracts in 万美元; `is_whole` is False where there are more than were added up."""

    count: int = 0
    amount: Decimal = field(default=ZERO, repr=False)
    executed: Decimal = field(default=ZERO, repr=False)
    settled: Decimal = field(default=ZERO, repr=False)
    is_whole: bool = True

    @property
    def remaining(self) -> Decimal:
        """What is not executed yet."""
        return self.amount - self.executed


@dataclass(frozen=True)
class ContractView:
    """One contract, or one part of it, with the other parts of the same number and the unit that filed it."""

    account: Account
    parts: tuple[Account, ...]
    unit: Unit | None


@dataclass(frozen=True)
class Impact:
    """What a correction that is being written moves; `released` are the tables that count a moved month.

    It is None where nobody can tell what was released.
    """

    account_id: str
    moves: tuple[Move, ...]
    released: tuple[ReleasedTable, ...] | None


def list_contracts(deps: Deps, call: Call, wanted: WantedContracts, cursor: str, limit: int) -> Page[Account]:
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
    others = tuple(each for each in parts if each.id != account.id and each.is_held)
    return ContractView(account, others, deps.units.find(account.unit_id))


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
    pairs = _contract_pair(deps, filing) if filing.form == CONTRACT_FORM else _execution_pairs(deps, filing)
    return tuple(_impact(deps, before, after) for before, after in pairs)


def _contract_pair(deps: Deps, filing: Filing) -> Iterable[tuple[Account, Account]]:
    account = deps.accounts.get(filing.id)
    yield account, replace(account, in_force=terms_of(filing.working.answers))


def _execution_pairs(deps: Deps, filing: Filing) -> Iterable[tuple[Account, Account]]:
    said = contract_said(filing.working.answers)
    nil = filing.working.nil_reason is not None
    target = None if nil else deps.accounts.find_by_key(filing.unit_id, said.key)
    typed = execution_of(filing.working.answers)
    touched = {each.id: each for each in deps.accounts.list_holding(filing.id)}
    touched |= {target.id: target} if target else {}
    for account in touched.values():
        line = line_of(filing, None, None)
        after = account.without(filing.id)
        if line is not None and typed is not None and target is not None and target.id == account.id:
            after = account.with_line(replace(line, in_force=typed))
        yield account, after


def _impact(deps: Deps, before: Account, after: Account) -> Impact:
    found = moves(before, after, _filed_on(deps, before))
    months = tuple(sorted({each.month for each in found if each.month}))
    return Impact(before.id, found, deps.releases.list_of_months(months) if months else ())


def _filed_on(deps: Deps, account: Account) -> date:
    filed_on = deps.filings.get(account.id).filed_on
    return filed_on or local_date(deps.clock.now())


def _added_up(accounts: Iterable[Account]) -> Totals:
    totals = Totals()
    for account in accounts:
        if not account.is_held:
            continue
        if totals.count == MOST_SUMMED:
            return replace(totals, is_whole=False)
        totals = Totals(
            totals.count + 1,
            totals.amount + account.terms.usd,
            totals.executed + account.executed,
            totals.settled + account.settled,
        )
    return totals

"""Putting what happens to 企业2表 and 企业3表 on the accounts and vouchers, in the transaction of the filing itself.

An account and a filing change together, since 310 and the sum of a voucher must hold whoever submits at the same time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from services.filing.errors import ContractUnknown, VoucherAmountMissing, VoucherOverdrawn
from services.filing.ledger.account import Account
from services.filing.ledger.lines import Execution, Line
from services.filing.ledger.posting import account_of, execution_in, line_of, versions_that_count, vouchers_of
from services.filing.ledger.reading import CONTRACT_FORM, LEDGER_FORMS
from services.filing.ledger.vouchers import Share, Voucher, VoucherExceeded, VoucherTotalMissing
from services.filing.model.filings import Filing, Version
from services.filing.model.states import Action
from services.filing.ports.deps import Deps
from shared.calls import Call

POSTED = frozenset({Action.SUBMIT, Action.WITHDRAW, Action.APPROVE, Action.RETURN, Action.UNDO})
"""The acts that change what a filing puts on the ledger."""


def is_posted(filing: Filing, action: Action) -> bool:
    """Tell whether an act with the filing changes the ledger."""
    return filing.form in LEDGER_FORMS and action in POSTED


def post(deps: Deps, call: Call, filing: Filing) -> None:
    """Bring accounts and vouchers to what the filing says now.

    To be called within a transaction. Raises `ContractUnknown`, `ContractNumberTaken`, `VoucherOverdrawn`,
    `VoucherAmountMissing`.
    """
    if filing.form == CONTRACT_FORM:
        _post_contract(deps, filing)
    else:
        _post_execution(deps, replace(call, request=None), filing)


def _post_contract(deps: Deps, filing: Filing) -> None:
    account = account_of(filing, deps.accounts.find(filing.id))
    if account is not None:
        deps.accounts.put(account)


def _post_execution(deps: Deps, call: Call, filing: Filing) -> None:
    in_force, pending = versions_that_count(filing)
    holders = {each.id: each for each in deps.accounts.list_holding(filing.id)}
    of_force, of_pending = (_account(deps, filing, version, holders) for version in (in_force, pending))
    targets = {each.id: each for each in (of_force, of_pending) if each is not None}
    for account in (holders | targets).values():
        here = account.id
        line = line_of(
            filing,
            in_force if of_force and of_force.id == here else None,
            pending if of_pending and of_pending.id == here else None,
        )
        changed = account.with_line(line) if line else account.without(filing.id)
        deps.accounts.put(replace(changed, updated_at=filing.updated_at))
    whole = line_of(filing, in_force, pending)
    _post_vouchers(deps, call, filing, whole, next(iter(targets), ""))


def _account(deps: Deps, filing: Filing, version: Version | None, holders: Mapping[str, Account]) -> Account | None:
    """Return the account of a version: that of the contract it names, else the one that holds the filing already.

    A contract's number may have been corrected since; its executions stay with it. None for a nil report.
    """
    execution = execution_in(version)
    if execution is None:
        return None
    found = deps.accounts.find_by_key(filing.unit_id, execution.contract) or next(iter(holders.values()), None)
    if found is None:
        raise ContractUnknown
    return found


def _post_vouchers(deps: Deps, call: Call, filing: Filing, line: Line | None, account_id: str) -> None:
    wanted = vouchers_of(line) if line else {}
    held = {each.key: each for each in deps.vouchers.list_holding(filing.id)}
    for key in held.keys() - wanted.keys():
        deps.vouchers.put(replace(held[key].without(filing.id), updated_at=filing.updated_at), call)
    for key, (execution, amount) in wanted.items():
        voucher = held.get(key) or deps.vouchers.find_by_key(filing.unit_id, key)
        voucher = voucher or _new_voucher(deps, filing, execution)
        share = Share(filing.id, account_id, amount)
        deps.vouchers.put(replace(_shared(voucher, share), updated_at=filing.updated_at), call)


def _shared(voucher: Voucher, share: Share) -> Voucher:
    try:
        return voucher.with_share(share)
    except VoucherExceeded:
        raise VoucherOverdrawn from None
    except VoucherTotalMissing:
        raise VoucherAmountMissing from None


def _new_voucher(deps: Deps, filing: Filing, execution: Execution) -> Voucher:
    return Voucher(
        id=deps.new_id(),
        version=0,
        unit_id=filing.unit_id,
        division=filing.division,
        path=filing.path,
        updated_at=filing.updated_at,
        bank=execution.bank,
        number=execution.voucher,
        dated_on=execution.dated_on,
    )

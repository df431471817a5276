"""Putting what happens to 企业2表 and 企业3表 on the accounts and vouchers, in the transaction of the filing itself.

An account and a filing change together, since 310 and the sum of a voucher must hold whoever submits at the same time.
"""

from __future__ import annotations

from dataclasses import replace

from services.filing.errors import ContractUnknown, VoucherAmountMissing, VoucherOverdrawn
from services.filing.ledger.lines import Execution, Line
from services.filing.ledger.posting import account_of, line_of, posted, versions_that_count, vouchers_of
from services.filing.ledger.reading import CONTRACT_FORM, EXECUTION_FORM, LEDGER_FORMS, contract_said
from services.filing.ledger.vouchers import Share, Voucher, VoucherExceeded, VoucherTotalMissing
from services.filing.model.filings import Filing, Working
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


def contract_named(deps: Deps, filing: Filing, working: Working) -> str:
    """Return the id of the contract that an execution names, empty for other forms and nil reports.

    A version keeps it, so that its executions stay with a contract whose number is corrected. Raises `ContractUnknown`.
    """
    if filing.form != EXECUTION_FORM or working.nil_reason is not None:
        return ""
    account = deps.accounts.find_by_key(filing.unit_id, contract_said(working.answers).key)
    if account is None:
        raise ContractUnknown
    return account.id


def _post_execution(deps: Deps, call: Call, filing: Filing) -> None:
    versions = versions_that_count(filing)
    named = [version.contract_id for version in versions if version is not None and version.contract_id]
    touched = {each.id: each for each in deps.accounts.list_holding(filing.id)}
    touched |= {id_: deps.accounts.get(id_) for id_ in named if id_ not in touched}
    for account in touched.values():
        deps.accounts.put(replace(posted(account, filing), updated_at=filing.updated_at))
    _post_vouchers(deps, call, filing, line_of(filing, *versions), next(iter(named), ""))


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

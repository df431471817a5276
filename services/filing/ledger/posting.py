"""From filings to accounts and vouchers: what a filing puts on them is told by the filing alone.

So posting twice changes nothing, and a ledger that is built anew from all filings is the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from services.filing.ledger.account import Account
from services.filing.ledger.lines import Execution, Line
from services.filing.ledger.reading import CONTRACT_FORM, execution_of, terms_of
from services.filing.ledger.terms import Terms
from services.filing.model.filings import Filing, Version
from services.filing.model.states import State


def account_of(filing: Filing, before: Account | None) -> Account | None:
    """Return the account of a 企业2表 filing, with the lines of the account as it was; None before any submission."""
    if filing.last is None:
        return None
    in_force, pending = versions_that_count(filing)
    return Account(
        id=filing.id,
        version=before.version if before else 0,
        unit_id=filing.unit_id,
        division=filing.division,
        path=filing.path,
        period=filing.period,
        updated_at=filing.updated_at,
        last=terms_of(filing.last.content.answers),
        in_force=_terms(in_force),
        pending=_terms(pending),
        lines=before.lines if before else (),
    )


def versions_that_count(filing: Filing) -> tuple[Version | None, Version | None]:
    """Return the version of a filing that is in force and the one that waits for review."""
    return filing.approved, filing.last if filing.state is State.SUBMITTED else None


def posted(account: Account, filing: Filing) -> Account:
    """Return an account with what a 企业3表 filing puts on it: the versions that count and name this contract."""
    in_force, pending = versions_that_count(filing)
    here = tuple(each if each is not None and each.contract_id == account.id else None for each in (in_force, pending))
    line = line_of(filing, *here)
    if line is None:
        return account.without(filing.id)
    is_elsewhere = in_force is not None and in_force.contract_id not in {"", account.id}
    return account.with_line(replace(line, is_in_force_elsewhere=is_elsewhere))


def as_in_force(filing: Filing, last: Version, contract_id: str = "") -> Filing:
    """Return a filing, submitted last as `last`, as it will be once its working copy is in force.

    `contract_id` is the contract that an execution names then.
    """
    version = replace(last, no=last.no + 1, content=filing.working, contract_id=contract_id)
    return replace(filing, state=State.APPROVED, versions=(*filing.versions, version), in_force=version.no)


def rebuilt(filings: Iterable[Filing]) -> dict[str, Account]:
    """Return the accounts that filings make, by id; contracts come before the executions on them, each at version 0."""
    accounts: dict[str, Account] = {}
    for filing in filings:
        if filing.form == CONTRACT_FORM:
            account = account_of(filing, None)
            accounts |= {filing.id: account} if account else {}
            continue
        for version in versions_that_count(filing):
            if version is not None and version.contract_id in accounts:
                accounts[version.contract_id] = posted(accounts[version.contract_id], filing)
    return accounts


def line_of(filing: Filing, in_force: Version | None, pending: Version | None) -> Line | None:
    """Return the line of a 企业3表 filing with these versions of it; None before any submission."""
    if filing.filed_on is None:
        return None
    return Line(filing.id, filing.period, filing.filed_on, execution_in(in_force), execution_in(pending))


def vouchers_of(line: Line) -> dict[str, tuple[Execution, Decimal]]:
    """Return, by the key of each voucher that a line stands on, an execution and what the voucher must cover for it."""
    versions = [each for each in (line.in_force, line.pending) if each is not None and each.settled_by]
    if len({each.settled_by for each in versions}) == 1:
        return {versions[0].settled_by: (versions[0], max(each.executed for each in versions))}
    return {each.settled_by: (each, each.executed) for each in versions}


def execution_in(version: Version | None) -> Execution | None:
    """Return the execution that a version of a 企业3表 states, None for a nil report."""
    if version is None or version.content.nil_reason is not None:
        return None
    return execution_of(version.content.answers)


def _terms(version: Version | None) -> Terms | None:
    return terms_of(version.content.answers) if version else None

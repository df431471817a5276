"""What the filing service answers about contracts and bank vouchers; amounts are texts in 万美元."""

from __future__ import annotations

from typing import TypedDict


class ContractRow(TypedDict):
    """A contract, or one part of it, in a list."""

    id: str
    unit_id: str
    unit_name: str
    division_name: str
    number: str
    part: str
    client: str
    signed_on: str | None
    business_class: str
    business_class_name: str
    nature_label: str
    state: str
    state_label: str
    ended_on: str | None
    standing_label: str
    amount: str
    currency: str
    usd: str
    executed: str
    settled: str
    remaining: str
    executions: int


class ContractLine(TypedDict):
    """An execution on a contract, with 310 as it is now."""

    filing_id: str
    period: str
    filed_on: str
    standing_label: str
    dated_on: str
    bank: str
    voucher: str
    executed: str
    settled: str | None
    cumulative: str | None
    month: str | None
    is_carried_over: bool
    pending: dict[str, str] | None


class AmendmentAnswer(TypedDict):
    """What was agreed on a contract at first (no kind) or since, and what became of that version."""

    no: int
    submitted_at: str
    standing: str
    standing_label: str
    kind_label: str
    effective_on: str | None
    reason: str
    amount: str
    currency: str
    usd: str
    months: int
    state_label: str


class OpeningBalance(TypedDict):
    """What was executed before this system kept the contract."""

    executed: str
    settled: str
    as_of: str


class ContractAnswer(ContractRow):
    """A contract in full; `unreadable` of its other parts can't be opened and are left out."""

    content: str
    months: int
    deducted: str
    opening: OpeningBalance | None
    lines: list[ContractLine]
    parts: list[ContractRow]
    amendments: list[AmendmentAnswer]
    unreadable: int


class ContractsAnswer(TypedDict):
    """A page of contracts; `unreadable` of its rows can't be opened and are left out."""

    items: list[ContractRow]
    next_cursor: str
    unreadable: int


class ContractTotals(TypedDict):
    """Sums over the contracts of a unit."""

    count: int
    amount: str
    executed: str
    settled: str
    remaining: str
    is_whole: bool
    unreadable: int


class VoucherAnswer(TypedDict):
    """A bank voucher with what executions take of it."""

    id: str
    version: int
    bank: str
    number: str
    dated_on: str
    total: str | None
    used: str
    remaining: str | None
    shares: list[dict[str, str]]


class VouchersAnswer(TypedDict):
    """A page of vouchers; `unreadable` of its rows can't be opened and are left out."""

    items: list[VoucherAnswer]
    next_cursor: str
    unreadable: int


class ContractMove(TypedDict):
    """A sum that a correction moves, in 万美元."""

    label: str
    month: str | None
    filing_id: str
    before: str
    after: str


class ContractImpact(TypedDict):
    """What a correction moves on one contract."""

    contract_id: str
    moves: list[ContractMove]

"""A contract on one sheet of paper: its parts, what was agreed since, its executions, and their sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.portal.model.contracts import AmendmentAnswer, ContractAnswer, ContractLine, ContractRow
from services.portal.presenters.contracts import ContractView, contract_view
from services.portal.presenters.words import chinese_date, moment

TONES: Mapping[str, str] = {
    "in_force": "success",
    "pending": "primary",
    "replaced": "secondary",
    "returned": "warning",
    "withdrawn": "secondary",
}
FIRST = "首次填报"


@dataclass(frozen=True)
class AmendmentView:
    """A version of the contract as a row: what it is, and what it says."""

    no: int
    kind: str
    at: str
    effective_on: str
    reason: str
    amount: str
    usd: str
    term: str
    standing: str
    tone: str


@dataclass(frozen=True)
class Sums:
    """Sums in 万美元."""

    amount: str
    executed: str
    settled: str
    remaining: str


@dataclass(frozen=True)
class ContractSheet:
    """The sheet; `parts` are all parts of the number, itself among them, where it has several.

    `lines` are the executions with what counts of them; `line_sums` are theirs, without the opening balance.
    """

    contract: ContractAnswer
    view: ContractView
    term: str
    parts: tuple[ContractView, ...]
    part_sums: Sums
    amendments: tuple[AmendmentView, ...]
    lines: tuple[ContractLine, ...]
    line_sums: Sums
    printed_on: str


def sheet_of(contract: ContractAnswer, today: date) -> ContractSheet:
    """Return a contract as a sheet."""
    parts = _parts(contract)
    return ContractSheet(
        contract=contract,
        view=contract_view(contract),
        term=_term(contract["months"]),
        parts=tuple(contract_view(each) for each in parts),
        part_sums=_sums(parts),
        amendments=amendment_views(contract["amendments"]),
        lines=tuple(contract["lines"]),
        line_sums=_sums_of_lines(contract),
        printed_on=chinese_date(today),
    )


def amendment_views(amendments: Iterable[AmendmentAnswer]) -> tuple[AmendmentView, ...]:
    """Return what was agreed at first and since, as it came."""
    return tuple(
        AmendmentView(
            no=each["no"],
            kind=each["kind_label"] or FIRST,
            at=moment(each["submitted_at"]),
            effective_on=each["effective_on"] or "—",
            reason=each["reason"] or "—",
            amount=f"{each['amount']} 万元（{each['currency']}）",
            usd=each["usd"],
            term=_term(each["months"]),
            standing=each["standing_label"],
            tone=TONES[each["standing"]],
        )
        for each in amendments
    )


def paper_no(contract: ContractAnswer) -> int:
    """Return the version that is printed as the paper form: the one in force, else the last; 0 where none is shown."""
    in_force = (each["no"] for each in contract["amendments"] if each["standing"] == "in_force")
    last = (each["no"] for each in contract["amendments"])
    return next(in_force, next(last, 0))


def _parts(contract: ContractAnswer) -> list[ContractRow]:
    if not contract["parts"]:
        return []
    return sorted([contract, *contract["parts"]], key=lambda each: (len(each["part"]), each["part"]))


def _term(months: int) -> str:
    return f"{months} 个月" if months else "无"


def _sums(rows: Iterable[ContractRow]) -> Sums:
    names = ("usd", "executed", "settled", "remaining")
    amount, executed, settled, remaining = (_added(row[name] for row in rows) for name in names)  # type: ignore[literal-required]  # names of the row
    return Sums(amount, executed, settled, remaining)


def _sums_of_lines(contract: ContractAnswer) -> Sums:
    counted = [line for line in contract["lines"] if line["cumulative"] is not None]
    executed, settled = (
        _added(line["executed"] for line in counted),
        _added(line["settled"] or "0" for line in counted),
    )
    return Sums(contract["usd"], executed, settled, contract["remaining"])


def _added(amounts: Iterable[str]) -> str:
    plain = f"{sum(map(Decimal, amounts), Decimal(0)):f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain

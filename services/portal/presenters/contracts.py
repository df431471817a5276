"""View-models of contracts: rows with how much is executed, and the curve of cumulative execution."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.portal.model.contracts import ContractAnswer, ContractRow

STATES = {"1": "履行中", "2": "已完成", "3": "已终止"}
NATURES = {"1": "在岸合同", "2": "离岸合同", "3": "境外合同"}

WIDTH, HEIGHT, EDGE = 640, 220, 8
"""The chart's size and its inner edge, in its own units."""


@dataclass(frozen=True)
class ContractView:
    """A contract as a row: `share` is what is executed of the amount in percent, at most 100 in the bar."""

    row: ContractRow
    name: str
    share: str
    bar: int


@dataclass(frozen=True)
class Chart:
    """The curve as points of an SVG, the height of the amount, and what it says in words."""

    points: str
    amount_at: str
    words: str


def contract_views(rows: Iterable[ContractRow]) -> tuple[ContractView, ...]:
    """Return the rows of a list."""
    return tuple(contract_view(each) for each in rows)


def contract_view(row: ContractRow) -> ContractView:
    """Return one row."""
    usd, executed = Decimal(row["usd"]), Decimal(row["executed"])
    share = executed * 100 / usd if usd else Decimal(0)
    name = f"{row['number']}（{row['part']}）" if row["part"] else row["number"]
    return ContractView(row, name, f"{share:.1f}%" if usd else "—", min(100, int(share)))


def chart_of(contract: ContractAnswer) -> Chart | None:
    """Return the curve of cumulative execution against the amount, in 万美元; None where nothing counts yet."""
    steps = [
        (date.fromisoformat(line["dated_on"]), Decimal(line["cumulative"]))
        for line in contract["lines"]
        if line["cumulative"] is not None
    ]
    if not steps:
        return None
    amount, opening = Decimal(contract["usd"]), contract["opening"]
    begun = date.fromisoformat(contract["signed_on"]) if contract["signed_on"] else steps[0][0]
    first = min(begun, steps[0][0])
    days, highest = max(1, (steps[-1][0] - first).days), max(amount, *(total for _, total in steps)) or Decimal(1)
    level = Decimal(opening["executed"]) if opening else Decimal(0)

    def place(day: date, total: Decimal) -> str:
        across = EDGE + (WIDTH - 2 * EDGE) * Decimal((day - first).days) / days
        return f"{across:.1f},{_up(total, highest)}"

    points = [place(first, level)]
    for day, total in steps:
        points += [place(day, level), place(day, total)]
        level = total
    words = f"合同金额 {contract['usd']} 万美元，至 {steps[-1][0].isoformat()} 累计执行 {contract['executed']} 万美元。"
    return Chart(" ".join(points), _up(amount, highest), words)


def _up(total: Decimal, highest: Decimal) -> str:
    return f"{HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * total / highest:.1f}"

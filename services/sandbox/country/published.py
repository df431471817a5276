"""What the ministry published of whole years, by which the simulated country is measured out.

亿元, 商务部服贸司's releases on the years 2022 to 2024; 2024 says nothing of offshore business. Other years follow by `GROWTH`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal

GROWTH = Decimal("1.1")
"""What a year that nothing is published of has more than the one before."""


@dataclass(frozen=True)
class Totals:
    """Contracts signed and executions of a year in 亿元, offshore alone too, and its executions by large class."""

    contract: Decimal
    execution: Decimal
    offshore_contract: Decimal
    offshore_execution: Decimal
    ito: Decimal
    bpo: Decimal
    kpo: Decimal

    def times(self, factor: Decimal) -> Totals:
        """Return the same proportions at another size."""
        return replace(self, **{each.name: getattr(self, each.name) * factor for each in fields(self)})


def _totals(*figures: int) -> Totals:
    return Totals(*map(Decimal, figures))


PUBLISHED: Mapping[int, Totals] = {
    2022: _totals(24371, 16514, 13177, 8953, 3672, 1462, 3819),
    2023: _totals(28666, 19591, 14871, 10398, 4154, 1722, 4522),
}

SCALE_2024 = (Decimal(30535), Decimal(22197))
"""Contracts and executions of 2024, the last year that is published."""

FIRMS_2024 = 86_301


def totals_of(year: int) -> Totals:
    """Return the totals of a year: as published, or the nearest published ones, grown or shrunk year by year."""
    if year in PUBLISHED:
        return PUBLISHED[year]
    if year == 2024:
        contract, execution = SCALE_2024
        before = PUBLISHED[2023]
        grown = before.times(execution / before.execution)
        offshore_contract = before.offshore_contract * contract / before.contract
        return replace(grown, contract=contract, execution=execution, offshore_contract=offshore_contract)
    nearest = 2024 if year > 2024 else min(PUBLISHED)
    return totals_of(nearest).times(GROWTH ** (year - nearest))

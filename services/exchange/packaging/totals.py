"""Control totals (对账): how many cells there are and what the shown ones add up to, for both sides to reckon from the files.

All shown cells count, wholes beside their parts: it is a check of what arrived, no figure of statistics.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from shared.contracts.statistics import BUSINESS_CLASS, REGION
from shared.tabulation.tables import Cell, Table


@dataclass(frozen=True)
class Total:
    """The cells of one measure of a table, and what they come to by region and by business class.

    `region` and `business_class` are the codes of those dimensions, empty where the table does not have them.
    """

    table: str
    measure: str
    cells: int
    suppressed: int
    total: str
    region: str = ""
    business_class: str = ""
    by_region: Mapping[str, str] = field(default_factory=dict)
    by_class: Mapping[str, str] = field(default_factory=dict)


def totals_of(tables: Iterable[Table]) -> tuple[Total, ...]:
    """Return the totals of every measure of every table, in their order."""
    return tuple(_total(table, measure.code) for table in tables for measure in table.measures)


def _total(table: Table, measure: str) -> Total:
    cells = [cell for cell in table.cells if cell.measure == measure]
    return Total(
        table=table.code,
        measure=measure,
        cells=len(cells),
        suppressed=sum(not cell.is_published for cell in cells),
        total=_sum(cells),
        region=_dimension(table, REGION),
        business_class=_dimension(table, BUSINESS_CLASS),
        by_region=_by(table, cells, REGION),
        by_class=_by(table, cells, BUSINESS_CLASS),
    )


def _dimension(table: Table, role: str) -> str:
    return next((each.code for each in table.dimensions if each.role == role), "")


def _by(table: Table, cells: Iterable[Cell], role: str) -> Mapping[str, str]:
    place = next((number for number, each in enumerate(table.dimensions) if each.role == role), None)
    if place is None:
        return {}
    groups: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        groups[cell.at[place]].append(cell)
    return {code: _sum(group) for code, group in groups.items()}


def _sum(cells: Iterable[Cell]) -> str:
    return format(sum((cell.value for cell in cells if cell.value is not None), Decimal(0)), "f")

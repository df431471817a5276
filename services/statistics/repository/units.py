"""The units behind the facts, by pseudonym: who owns them, what they do, and the holding that they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

from services.statistics.model.facts import BITS
from shared.contracts.filing import FactKind, Layer

UNITS = ("unit", "ownership", "industry", "holding")

_READ = ("unit", "layers", "ownership", "industry", "name", "holder")
FIRST_YEAR = "0000"


class Columns(Protocol):
    """Columns of facts, as they are now or as they were frozen."""

    def keys(self, kind: FactKind, first: str, last: str) -> tuple[tuple[str, str], ...]:
        """Return the partitions of a kind from one month or year to another, each with what tells its state."""
        ...

    def read(self, key: str, columns: Sequence[str]) -> pa.Table:
        """Return some columns of all lines of a partition."""
        ...


@dataclass
class UnitsKept:
    """The units of a database, kept as they were made last for as long as nothing changes of them."""

    _kept: tuple[tuple[tuple[str, str], ...], pa.Table] | None = None

    def up_to(self, columns: Columns, last: str) -> pa.Table:
        """Return the units by the latest basic information that each of them filed for a year up to `last`."""
        keys = columns.keys(FactKind.UNIT, FIRST_YEAR, last[:4])
        if not all(state for _, state in keys):
            return units_table(columns, keys)
        kept = self._kept
        if kept is None or kept[0] != keys:
            self._kept = kept = (keys, units_table(columns, keys))
        return kept[1]


def units_table(columns: Columns, keys: Iterable[tuple[str, str]]) -> pa.Table:
    """Return the units by the latest basic information that each of them filed, of partitions in their order."""
    latest: dict[int, tuple[int, int, int, int]] = {}
    for partition, _ in keys:
        table = columns.read(partition, _READ)
        said = (table[name].to_pylist() for name in _READ)
        for unit, layers, ownership, industry, name, holder in zip(*said, strict=True):
            if layers & BITS[Layer.APPROVED]:
                latest[unit] = (ownership, industry, name, holder)
    holders = {name: holder for _, _, name, holder in latest.values() if name}
    # A unit by the firm that it is, so that a parent which files itself and its subsidiaries come together.
    rows = [
        (unit, ownership, industry, holding_of(name, holder, holders) or unit)
        for unit, (ownership, industry, name, holder) in sorted(latest.items())
    ]
    columns_of = list(zip(*rows, strict=True)) or [(), (), (), ()]
    types = (pa.uint64(), pa.uint32(), pa.uint32(), pa.uint64())
    arrays = [pa.array(column, kind) for column, kind in zip(columns_of, types, strict=True)]
    return pa.Table.from_arrays(arrays, names=list(UNITS))


def holding_of(name: int, holder: int, holders: Mapping[int, int]) -> int:
    """Return the firm at the top: who holds it, who holds that one, and so on; firms that hold each other are one."""
    seen, top = {name}, name
    above = holder
    while above and above not in seen:
        seen.add(above)
        top, above = above, holders.get(above, 0)
    return min(_circle(above, holders)) if above else top


def _circle(firm: int, holders: Mapping[int, int]) -> frozenset[int]:
    found, each = {firm}, holders.get(firm, firm)
    while each not in found:
        found.add(each)
        each = holders[each]
    return frozenset(found)

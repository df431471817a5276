"""The units behind the facts, by pseudonym: who owns them, what they do, and the holding that they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from services.statistics.model.facts import BITS
from services.statistics.repository.partitions import MongoPartitions
from shared.contracts.filing import FactKind, Layer

UNITS = ("unit", "ownership", "industry", "holding")

_READ = ("unit", "layers", "ownership", "industry", "name", "holder")
_FIRST_YEAR = "0000"


@dataclass
class UnitsKept:
    """The units of a database, kept as they were made last for as long as nothing changes of them."""

    partitions: MongoPartitions
    _kept: tuple[tuple[tuple[str, int], ...], pa.Table] | None = None

    def up_to(self, last: str) -> pa.Table:
        """Return the units by the latest basic information that each of them filed for a year up to `last`."""
        year = last[:4]
        found = self.partitions.list_between(FactKind.UNIT, _FIRST_YEAR, year)
        if any(_is_before(key, year) for key in self.partitions.facts.dirty_partitions()):
            return units_table(self.partitions, year)
        key = tuple((each.key, each.version) for each in found)
        kept = self._kept
        if kept is None or kept[0] != key:
            self._kept = kept = (key, units_table(self.partitions, year))
        return kept[1]


def units_table(partitions: MongoPartitions, year: str) -> pa.Table:
    """Return the units by the latest basic information that each of them filed for a year up to this one."""
    latest: dict[int, tuple[int, int, int, int]] = {}
    keys = {each.key for each in partitions.list_between(FactKind.UNIT, _FIRST_YEAR, year)}
    keys |= {key for key in partitions.facts.dirty_partitions() if _is_before(key, year)}
    for key in sorted(keys):
        table = partitions.read(key, _READ)
        columns = (table[name].to_pylist() for name in _READ)
        for unit, layers, ownership, industry, name, holder in zip(*columns, strict=True):
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


def _is_before(key: str, year: str) -> bool:
    kind, _, counted_in = key.partition("/")
    return kind == FactKind.UNIT.value and counted_in <= year

"""Facts come in: what a filing counts with is kept under pseudonyms, and the columns are brought up to date with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.statistics.model.facts import FactSet, Line, Value, layered, spot_of
from services.statistics.model.partitions import PartitionState
from services.statistics.ports.deps import Deps
from services.statistics.ports.facts import Keys
from services.statistics.tables.classes import kept_class
from shared.contracts.filing import FactKind, Layer
from shared.errors import StaleVersion

CLASS = "business_class"
NAMED = ("name", "holder")
"""Values of a line that are names of firms."""

NOT_KEPT = frozenset({"kind", "counted_in", "contract", "class_list", "client_city", "industry_list", "ownership_list"})
"""Of these the tables make nothing; a class is kept with the version of its list."""


@dataclass(frozen=True)
class Told:
    """What filing says that a filing counts with: ids and names in clear, for this moment only."""

    filing_id: str
    unit_id: str
    version: int
    form: str
    period: str
    path: Sequence[str]
    layers: Mapping[Layer, Sequence[Mapping[str, Any]]] = field(repr=False)  # Any: what the contract's schema loads


def take_facts(deps: Deps, told: Sequence[Told]) -> int:
    """Keep what filings count with, the latest word on each; return how many had something new.

    Actor: the service, on messages, within their transaction. The same again, and what is older, changes nothing.
    """
    return deps.facts.put_all([_kept(deps.keys, each) for each in told], deps.clock.now())


def merge_next(deps: Deps) -> int:
    """Bring every partition that is behind up to date, a step of each; return how many filings were taken up.

    Actor: the service. Any number of workers may do this at once.
    """
    merged = 0
    for key in deps.facts.dirty_partitions():
        try:
            merged += deps.partitions.merge(key)
        except StaleVersion:
            continue  # another worker has it in hand
    return merged


def list_partitions(deps: Deps) -> tuple[PartitionState, ...]:
    """Return how far the columns are. Actor: whoever may see which tables there are; it holds counts alone."""
    return deps.partitions.states()


def remake_partitions(deps: Deps) -> int:
    """Make all partitions anew from the facts; return how many filings were taken up, once for each partition.

    Actor: whoever runs the service. Frozen snapshots stay as they are.
    """
    deps.partitions.clear()
    deps.facts.touch_all()
    total = 0
    while merged := merge_next(deps):
        total += merged
    return total


def forget_facts(deps: Deps) -> None:
    """Forget all facts, before filing tells all of them anew. Frozen snapshots stay. Actor: whoever runs the service."""
    deps.facts.clear()
    deps.partitions.clear()


def _kept(keys: Keys, told: Told) -> FactSet:
    province, city, county = spot_of(told.path)
    contract = next((each["contract"] for lines in told.layers.values() for each in lines if _follows(each)), "")
    return FactSet(
        filing=keys.filing(told.filing_id),
        version=told.version,
        form=told.form,
        period=told.period,
        unit=keys.unit(told.unit_id),
        province=province,
        city=city,
        county=county,
        contract=keys.filing(contract),
        layers=frozenset(told.layers),
        lines=layered({layer: [_line(keys, each) for each in lines] for layer, lines in told.layers.items()}),
    )


def _follows(line: Mapping[str, Any]) -> bool:
    return line["kind"] is FactKind.EXECUTION and bool(line.get("contract"))


def _line(keys: Keys, said: Mapping[str, Any]) -> Line:
    values: dict[str, Value] = {name: value for name, value in said.items() if name not in NOT_KEPT}
    values |= {name: keys.firm(str(said[name])) for name in NAMED if name in said}
    if CLASS in said:
        values[CLASS] = kept_class(str(said[CLASS]), str(said.get("class_list", "")))
    return Line(said["kind"], said["counted_in"], 0, values)

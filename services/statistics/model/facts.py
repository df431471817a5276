"""Facts of filings as they are kept: units, filings and contracts by keyed pseudonyms, places and classes by code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from shared.contracts.filing import FactKind, Layer

BITS: Mapping[Layer, int] = {Layer.FILED: 1, Layer.APPROVED: 2, Layer.FINAL: 4}
"""How layers are marked on a line that stands in several of them."""

MUNICIPALITIES = frozenset({"110000", "120000", "310000", "500000"})
"""Cities that are provinces: what lies in them are counties."""

NATION = "000000"

Value = str | Decimal | None
Values = Mapping[str, Value]

FOLLOWED = ("business_class", "market", "client_industry")
"""What an execution takes from its contract, besides the nature that it states itself."""


@dataclass(frozen=True)
class Line:
    """One line of facts with the layers that it stands in, as the sum of `BITS`."""

    kind: FactKind
    counted_in: str
    layers: int
    values: Values = field(default_factory=dict, repr=False)

    @property
    def partition(self) -> str:
        """Where the line is kept together with its like: its kind, and the month or year that it counts in."""
        return partition_of(self.kind, self.counted_in)


@dataclass(frozen=True)
class FactSet:
    """All that one filing counts with. `filing`, `unit` and `contract` are pseudonyms; `version` is that of the filing.

    `contract` is the contract of an execution, empty for everything else. `layers` are those that the filing stands in,
    also where it has no lines.
    """

    filing: str
    version: int
    form: str
    period: str
    unit: str = field(repr=False)
    province: str = ""
    city: str = ""
    county: str = ""
    contract: str = ""
    layers: frozenset[Layer] = frozenset()
    lines: tuple[Line, ...] = field(default=(), repr=False)

    @property
    def partitions(self) -> tuple[str, ...]:
        """The partitions that its lines belong to, each once."""
        return tuple(sorted({line.partition for line in self.lines}))

    @property
    def contracts(self) -> tuple[Line, ...]:
        """Its lines about a contract, which executions follow."""
        return tuple(line for line in self.lines if line.kind is FactKind.CONTRACT)


def partition_of(kind: FactKind, counted_in: str) -> str:
    """Return the partition of a kind for a month or a year."""
    return f"{kind.value}/{counted_in}"


def spot_of(path: Iterable[str]) -> tuple[str, str, str]:
    """Return province, city and county of a division's path, its own code first; a municipality is province and city.

    A county that stands directly under its province is a city here; without a county the last is empty.
    """
    province, *below = [code for code in path if code != NATION][::-1] or [""]
    if province in MUNICIPALITIES or not below:
        below = [province, *below]
    return province, below[0], below[1] if len(below) > 1 else ""


def layered(lines: Mapping[Layer, Iterable[Line]]) -> tuple[Line, ...]:
    """Return the lines of all layers, one that stands alike in several of them once.

    A layer may hold the same line twice: those are two facts, and stay two.
    """
    found: list[Line] = []
    for layer, bit in BITS.items():
        free = [number for number, line in enumerate(found) if not line.layers & bit]
        for line in lines.get(layer, ()):
            twin = next((each for each in free if _is_same(found[each], line)), None)
            if twin is None:
                found.append(replace(line, layers=bit))
            else:
                free.remove(twin)
                found[twin] = replace(found[twin], layers=found[twin].layers | bit)
    return tuple(found)


def following(line: Line, contract: Iterable[Line]) -> Iterator[Line]:
    """Yield an execution with what its contract says, layer by layer; where the contract has no such layer, as in force.

    A contract that is not known leaves those places empty: the execution counts, and its class is not known.
    """
    terms = tuple(contract)
    groups: dict[tuple[Value, ...], int] = {}
    for bit in BITS.values():
        if line.layers & bit:
            said = _terms(terms, bit)
            groups[said] = groups.get(said, 0) | bit
    for said, bits in groups.items():
        yield replace(line, layers=bits, values={**line.values, **dict(zip(FOLLOWED, said, strict=True))})


def _terms(contract: tuple[Line, ...], bit: int) -> tuple[Value, ...]:
    wanted = (bit, BITS[Layer.APPROVED], ~0)
    found = next((line for bits in wanted for line in contract if line.layers & bits), None)
    return tuple(found.values.get(name) if found else "" for name in FOLLOWED)


def _is_same(one: Line, other: Line) -> bool:
    return (one.kind, one.counted_in, one.values) == (other.kind, other.counted_in, other.values)

"""What a table is: its measures, its axes with the levels that they show, its periods, and for whom it is drawn up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shared.contracts.filing import FactKind

Only = tuple[tuple[str, tuple[str, ...]], ...]


class Rhythm(StrEnum):
    """For which periods a table is drawn up."""

    MONTH = "month"
    YEAR = "year"


class Span(StrEnum):
    """Which months of facts a value is over: the period itself, or the year up to its end (累计)."""

    PERIOD = "period"
    TO_DATE = "to_date"


class Audience(StrEnum):
    """For whom a table is: by the regulation's appendix (附录), or a publication of the ministry."""

    NBS = "nbs"
    SHARING = "sharing"
    RELEASE = "release"
    YEARBOOK = "yearbook"


class Counted(StrEnum):
    """What a measure is the number of."""

    COLUMN = "column"
    LINES = "lines"
    UNITS = "units"


@dataclass(frozen=True)
class Measure:
    """A quantity: a column of one kind of facts summed up, or lines or units counted; `only` narrows the facts.

    Amounts come in pairs, one in RMB and one in USD, each a series of its own. `decimals` is to how many places a value is
    shown; all arithmetic is done before.
    """

    key: str
    title: str
    unit: str
    kind: FactKind
    counted: Counted
    column: str = ""
    currency: str = ""
    decimals: int = 0
    only: Only = ()

    @property
    def quantity(self) -> str:
        """What it measures, whatever the currency: the key that both of a pair have in common."""
        return self.key.removesuffix(f"_{self.currency.lower()}") if self.currency else self.key

    @property
    def is_yearly(self) -> bool:
        """Whether its facts count in years and not in months."""
        return self.kind not in (FactKind.CONTRACT, FactKind.EXECUTION)


@dataclass(frozen=True)
class AxisUse:
    """A dimension of a table, with the levels that it shows."""

    dimension: str
    levels: tuple[str, ...]


@dataclass(frozen=True)
class Definition:
    """A table. `shares` is the axis along which shares of its whole are shown; `growth` that the year before stands beside."""

    key: str
    title: str
    source: str
    order: int
    rhythm: Rhythm
    audiences: tuple[Audience, ...]
    measures: tuple[str, ...]
    axes: tuple[AxisUse, ...]
    spans: tuple[Span, ...]
    growth: bool = False
    shares: str = ""
    only: Only = ()

    def axis(self, dimension: str) -> AxisUse | None:
        """Return the use of a dimension, None where the table doesn't have it."""
        return next((each for each in self.axes if each.dimension == dimension), None)


@dataclass(frozen=True)
class Tables:
    """All measures and tables, by key; tables stand in their order."""

    measures: Mapping[str, Measure]
    tables: Mapping[str, Definition]

    def of(self, audience: Audience, rhythm: Rhythm) -> tuple[Definition, ...]:
        """Return the tables for somebody, in their order."""
        return tuple(each for each in self.tables.values() if audience in each.audiences and each.rhythm is rhythm)

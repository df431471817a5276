"""How far a correction reaches: which released cells its facts stand in, and by how much they change."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from services.statistics.model.placing import Fact
from services.statistics.model.releases import Release


class Sight(StrEnum):
    """What somebody may know of a released cell."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    """It is hidden in what is released: neither its value nor its change is told."""
    EMBARGOED = "embargoed"
    """It is not published yet: its value is for those alone who may read releases before."""


@dataclass(frozen=True)
class Corrected:
    """Facts of one filing, `before` as settled last and `after` as corrected; None where it is not corrected yet."""

    before: tuple[Fact, ...] = field(repr=False)
    after: tuple[Fact, ...] | None = field(repr=False)

    @property
    def years(self) -> tuple[str, ...]:
        """The years in which any of them counts."""
        return tuple(sorted({each.counted_in[:4] for each in (*self.before, *(self.after or ()))}))


@dataclass(frozen=True)
class ReachedCell:
    """A released cell: where it stands in words, and what it counts.

    `change` is None for one that is hidden and where nothing is corrected yet; so is `after`, which is the released value
    with the change, and may be off by one in its last place.
    """

    at: tuple[str, ...]
    measure: str
    unit: str
    sight: Sight
    value: Decimal | None = field(default=None, repr=False)
    change: Decimal | None = field(default=None, repr=False)
    after: Decimal | None = field(default=None, repr=False)


@dataclass(frozen=True)
class ReachedTable:
    """A released table with the cells concerned; `count` is how many there are, of which so many are named as a page takes."""

    code: str
    title: str
    count: int
    cells: tuple[ReachedCell, ...] = field(repr=False)


@dataclass(frozen=True)
class ReachedRelease:
    """A released set with the tables concerned; `holders` are who has it, in words.

    `outdated_since` says since when something of it is corrected already.
    """

    release: Release
    title: str
    holders: tuple[str, ...]
    tables: tuple[ReachedTable, ...]
    outdated_since: datetime | None = None

    @property
    def count(self) -> int:
        """How many cells are concerned."""
        return sum(each.count for each in self.tables)


@dataclass(frozen=True)
class Reach:
    """All released sets that a correction reaches, the newest first; `notes` say what is not listed cell by cell."""

    releases: tuple[ReachedRelease, ...]
    notes: tuple[str, ...] = ()

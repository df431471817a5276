"""What the attacker found: which cells are not protected, from whom, within which bounds, and by which sums."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from services.statistics.disclosure.tables import Key


class Kind(StrEnum):
    """What is wrong with a cell."""

    SHOWN = "shown"
    """It is unsafe and can be read, here or in something released before."""
    NO_EVIDENCE = "no_evidence"
    """Nobody said who contributes to it."""
    LEAK = "leak"
    """It is hidden and can be reckoned more closely than the rules allow."""
    UNDECIDED = "undecided"
    """The solver did not say, or not certainly, how closely it can be reckoned."""


class Attacker(StrEnum):
    """Who reckons."""

    PUBLIC = "public"
    ALONE = "alone"
    """The only contributor of a hidden cell."""
    CONTRIBUTOR = "contributor"
    """A holding that contributes to hidden cells, and knows how much."""


@dataclass(frozen=True)
class Interval:
    """Between which values a cell lies for who reckons."""

    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class Finding:
    """One fault. `required` is what the interval had to hold; `knows` are the cells of which an insider knows its part.

    Findings hold values of hidden cells: they are for the office that protects, and are kept as its tables are.
    """

    kind: Kind
    cell: Key
    attacker: Attacker = Attacker.PUBLIC
    interval: Interval | None = None
    required: Interval | None = None
    width: Decimal = Decimal(0)
    knows: tuple[Key, ...] = ()
    sums: tuple[str, ...] = ()
    where: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """The verdict on a release; `intervals` are those of the public, of every hidden cell of the release."""

    thresholds: str
    findings: tuple[Finding, ...]
    intervals: dict[Key, Interval] = field(default_factory=dict)
    hidden: int = 0
    unsafe: int = 0
    attackers: int = 0
    programs: int = 0

    @property
    def is_safe(self) -> bool:
        """Whether nothing was found; what was not looked at is not safe."""
        return not self.findings

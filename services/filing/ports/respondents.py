"""Where it is read of whom forms may be expected and what they filed, without opening anything that is sealed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.filing.completeness.standing import Filed
from services.filing.model.periods import Period
from services.filing.model.respondents import Respondent
from services.filing.model.units import UnitType


@dataclass(frozen=True)
class Changed:
    """What may count otherwise since a moment: these units, or anything where units have moved between divisions."""

    unit_ids: frozenset[str]
    has_moved: bool = False


class Respondents(Protocol):
    """Where units are read as those of whom forms may be expected."""

    def pages(self, division: str, kind: UnitType | None, after: str = "") -> Iterator[Sequence[Respondent]]:
        """Yield the units of a division and of all below it by id, so many at a time; of one type where it is named.

        `after` is the id that they come after.
        """
        ...

    def pages_within(self, divisions: Collection[str], kind: UnitType | None) -> Iterator[Sequence[Respondent]]:
        """Yield the units of some divisions and of all below them, each once, in any order."""
        ...

    def find_all(self, unit_ids: Collection[str]) -> Sequence[Respondent]:
        """Return the known ones of these units."""
        ...

    def with_contract(self, unit_ids: Collection[str], month: Period) -> frozenset[str]:
        """Return which of these units had a contract open at any time in a month."""
        ...

    def filed(self, unit_ids: Collection[str], form: str, period: str) -> Iterator[Filed]:
        """Yield what these units have submitted of a form for a period."""
        ...

    def changed_since(self, division: str, forms: Collection[str], period: str, since: datetime) -> Changed:
        """Return which units of a division may count otherwise since a moment.

        Looked at are what was filed of these forms (all months of contracts), the units themselves, and what
        departments granted them.
        """
        ...

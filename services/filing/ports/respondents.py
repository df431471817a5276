"""Where it is read of whom forms may be expected, without opening anything that is sealed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Protocol

from services.filing.model.periods import Period
from services.filing.model.respondents import Respondent
from services.filing.model.units import UnitType


class Respondents(Protocol):
    """Where units are read as those of whom forms may be expected."""

    def pages(self, division: str, kind: UnitType | None) -> Iterator[Sequence[Respondent]]:
        """Yield the units of a division and of all below it by id, so many at a time; of one type where it is named."""
        ...

    def find_all(self, unit_ids: Collection[str]) -> Sequence[Respondent]:
        """Return the known ones of these units."""
        ...

    def with_contract(self, unit_ids: Collection[str], month: Period) -> frozenset[str]:
        """Return which of these units had a contract open at any time in a month."""
        ...

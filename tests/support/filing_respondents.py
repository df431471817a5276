"""Units in memory as those of whom forms may be expected, with the contract of the real port."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.filing.ledger.account import Account
from services.filing.model.periods import Period
from services.filing.model.respondents import Respondent, respondent_of
from services.filing.model.units import Unit, UnitType


class KeptUnits(Protocol):
    """Units by id."""

    kept: dict[str, Unit]


class KeptAccounts(Protocol):
    """Accounts by id."""

    kept: dict[str, Account]


@dataclass(frozen=True)
class MemoryRespondents:
    """The units of a test as respondents."""

    units: KeptUnits
    accounts: KeptAccounts

    def pages(self, division: str, kind: UnitType | None) -> Iterator[Sequence[Respondent]]:
        """Yield the units of a division, two at a time."""
        found = [
            each for each in self._known.values() if division in each.path and (kind is None or kind in each.since)
        ]
        ordered = sorted(found, key=lambda each: each.unit_id)
        for start in range(0, len(ordered), 2):
            yield ordered[start : start + 2]

    def find_all(self, unit_ids: Collection[str]) -> Sequence[Respondent]:
        """Return the known ones of these units."""
        return [each for each in self._known.values() if each.unit_id in unit_ids]

    def with_contract(self, unit_ids: Collection[str], month: Period) -> frozenset[str]:
        """Return which of these units had a contract open in a month."""
        held = [each for each in self.accounts.kept.values() if each.is_held and each.unit_id in unit_ids]
        spans = ((each.unit_id, *each.terms.open_months(each.period)) for each in held)
        return frozenset(unit_id for unit_id, first, last in spans if first <= str(month) <= last)

    @property
    def _known(self) -> Mapping[str, Respondent]:
        return {each.id: respondent_of(each) for each in self.units.kept.values()}

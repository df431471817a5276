"""Units in memory as those of whom forms may be expected, and what was counted, with the contract of the real ports."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.filing.completeness.standing import Filed
from services.filing.ledger.account import Account
from services.filing.model.filings import Filing
from services.filing.model.periods import Period
from services.filing.model.respondents import Respondent, respondent_of
from services.filing.model.states import State
from services.filing.model.units import Unit, UnitType
from services.filing.ports.counts import Cell, Mark
from services.filing.ports.respondents import Changed


class KeptUnits(Protocol):
    """Units by id."""

    kept: dict[str, Unit]


class KeptAccounts(Protocol):
    """Accounts by id."""

    kept: dict[str, Account]


class KeptFilings(Protocol):
    """Filings by id."""

    kept: dict[str, Filing]


@dataclass(frozen=True)
class MemoryRespondents:
    """The units of a test as respondents."""

    units: KeptUnits
    accounts: KeptAccounts
    filings: KeptFilings

    def pages(self, division: str, kind: UnitType | None, after: str = "") -> Iterator[Sequence[Respondent]]:
        """Yield the units of a division, two at a time."""
        ordered = [each for each in self._of((division,), kind) if each.unit_id > after]
        for start in range(0, len(ordered), 2):
            yield ordered[start : start + 2]

    def pages_within(self, divisions: Collection[str], kind: UnitType | None) -> Iterator[Sequence[Respondent]]:
        """Yield the units of some divisions at once."""
        yield self._of(divisions, kind)

    def find_all(self, unit_ids: Collection[str]) -> Sequence[Respondent]:
        """Return the known ones of these units."""
        return [each for each in self._known.values() if each.unit_id in unit_ids]

    def with_contract(self, unit_ids: Collection[str], month: Period) -> frozenset[str]:
        """Return which of these units had a contract open in a month."""
        held = [each for each in self.accounts.kept.values() if each.is_held and each.unit_id in unit_ids]
        spans = ((each.unit_id, *each.terms.open_months(each.period)) for each in held)
        return frozenset(unit_id for unit_id, first, last in spans if first <= str(month) <= last)

    def filed(self, unit_ids: Collection[str], form: str, period: str) -> Iterator[Filed]:
        """Yield what these units have submitted."""
        for each in self.filings.kept.values():
            is_asked = each.unit_id in unit_ids and (each.form, each.period) == (form, period)
            if is_asked and each.filed_on is not None and each.state is not State.DISCARDED:
                yield Filed(each.unit_id, each.item, each.state, each.in_force, each.passed, each.filed_on)

    def changed_since(self, division: str, forms: Collection[str], period: str, since: datetime) -> Changed:
        """Return everybody: what changed is proven on the real store."""
        return Changed(frozenset((*self._known, *(each.unit_id for each in self.filings.kept.values()))))

    def _of(self, divisions: Collection[str], kind: UnitType | None) -> list[Respondent]:
        found = (each for each in self._known.values() if not set(divisions).isdisjoint(each.path))
        return sorted((each for each in found if kind is None or kind in each.since), key=lambda each: each.unit_id)

    @property
    def _known(self) -> Mapping[str, Respondent]:
        return {each.id: respondent_of(each) for each in self.units.kept.values()}


class MemoryCounts:
    """Counts by form, period and place."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str, tuple[str, ...]], tuple[Cell, datetime]] = {}
        self.marks: dict[tuple[str, str, str], Mark] = {}

    def cells(self, form: str, period: str, division: str) -> Sequence[Cell]:
        """Return the counts of the places in a division."""
        found = [(key, cell) for key, (cell, _) in self.kept.items() if key[:2] == (form, period)]
        return [cell for key, cell in found if division in key[2]]

    def find_mark(self, form: str, period: str, divisions: Sequence[str]) -> Mark | None:
        """Return the latest mark of any of these divisions."""
        found = (self.marks.get((form, period, division)) for division in divisions)
        return max((each for each in found if each), key=lambda each: each.as_of, default=None)

    def put(self, form: str, period: str, cells: Sequence[Cell], at: datetime) -> None:
        """Keep the counts of some places; later ones stay."""
        for cell in cells:
            key = (form, period, cell.path)
            if key not in self.kept or self.kept[key][1] <= at:
                self.kept[key] = (cell, at)

    def drop_before(self, form: str, period: str, division: str, at: datetime) -> None:
        """Forget the places that were not counted again."""
        gone = [
            key for key, (_, of) in self.kept.items() if key[:2] == (form, period) and division in key[2] and of < at
        ]
        for key in gone:
            del self.kept[key]

    def put_mark(self, form: str, period: str, mark: Mark) -> None:
        """Keep up to when a division is counted."""
        self.marks[form, period, mark.division] = mark

    def forget(self) -> None:
        """Forget everything."""
        self.kept.clear()
        self.marks.clear()

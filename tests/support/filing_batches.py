"""The queue and the batches of decisions in memory, with the contract of the real ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.filing.model.batches import Batch, BatchItem
from services.filing.model.filings import Filing
from services.filing.model.ranks import Moved, Order
from services.filing.model.states import State
from services.filing.outliers.influence import Candidate
from services.filing.policy import reviewing_division
from services.filing.ports.queue import Beside, Chosen, Facets, QueueFilter, Standing
from shared.paging import Page
from tests.support.batches import MemoryBatchStore


@dataclass
class MemoryMoves:
    """What filings in memory move; filters are proven on the real store."""

    kept: Mapping[str, Filing]

    def waiting(self, division: str, wanted: QueueFilter, limit: int) -> tuple[Candidate, ...]:
        """Return what waits for a department, the largest bands of change first."""
        found = [each for each in self.kept.values() if _waits_for(each, division)]
        found.sort(key=lambda each: (-each.ranks.change, each.id))
        return tuple(
            Candidate(
                each.id,
                each.form,
                each.period,
                each.ranks.severity,
                each.waiting_since or each.created_at,
                each.ranks.moves,
            )
            for each in found[:limit]
        )

    def of_area(self, division: str, form: str, period: str, limit: int) -> Iterator[Moved]:
        """Yield what the filings of an area hold."""
        for each in self.kept.values():
            if division in each.path and (each.form, each.period) == (form, period):
                yield from each.ranks.moves

    def filings(self, ids: Sequence[str]) -> Mapping[str, Filing]:
        """Return filings by their ids."""
        return {each: self.kept[each] for each in ids}


def _waits_for(filing: Filing, division: str) -> bool:
    return filing.state is State.SUBMITTED and reviewing_division(filing) == division


@dataclass
class MemoryQueue:
    """What waits among filings in memory, the longest first; orders and filters are proven on the real store."""

    kept: Mapping[str, Filing]

    def page(self, division: str, wanted: QueueFilter, order: Order, cursor: str, limit: int) -> Page[Standing]:
        """Return what waits, in one page."""
        return Page(tuple(Standing(each, each.id) for each in self._waiting(division)[:limit]))

    def units_named(self, text: str) -> tuple[str, ...]:
        """No unit is found by its name here."""
        return ()

    def place_of(self, filing: Filing, order: Order) -> str:
        """Return the id."""
        return filing.id

    def beside(self, division: str, wanted: QueueFilter, order: Order, place: str, *, is_after: bool) -> Beside:
        """Return the neighbour by id."""
        ids = sorted(each.id for each in self._waiting(division) if (each.id > place) is is_after and each.id != place)
        return Beside(*([ids[0 if is_after else -1]] * 2)) if ids else Beside()

    def count(self, division: str, wanted: QueueFilter, most: int, since_before: datetime | None = None) -> int:
        """Count what waits."""
        return min(most, len(self._waiting(division)))

    def count_large(self, division: str, wanted: QueueFilter, least: int, most: int) -> int:
        """Count what changes much."""
        return min(most, sum(each.ranks.change >= least for each in self._waiting(division)))

    def number_of(self, division: str, wanted: QueueFilter, order: Order, place: str, most: int) -> int:
        """Count what stands before a place."""
        return sum(each.id < place for each in self._waiting(division))

    def facets(self, division: str, wanted: QueueFilter, forms: Sequence[str], most: int) -> Facets:
        """Count by form."""
        return Facets({form: sum(each.form == form for each in self._waiting(division)) for form in forms}, {})

    def alike(self, filing: Filing, division: str, limit: int) -> Iterator[Filing]:
        """Yield what other units filed of the same form and period."""
        for each in list(self.kept.values())[:limit]:
            is_same = (each.form, each.period) == (filing.form, filing.period) and division in each.path
            if is_same and each.unit_id != filing.unit_id and (each.in_force or each.state is State.SUBMITTED):
                yield each

    def chosen(self, division: str, wanted: QueueFilter, limit: int) -> tuple[Chosen, ...]:
        """Return what waits."""
        found = self._waiting(division)[:limit]
        return tuple(Chosen(each.id, each.version, each.waiting_since or each.created_at) for each in found)

    def _waiting(self, division: str) -> list[Filing]:
        waits: Iterable[Filing] = (each for each in self.kept.values() if each.state is State.SUBMITTED)
        found = [each for each in waits if reviewing_division(each) == division]
        return sorted(found, key=lambda each: (each.waiting_since or each.created_at, each.id))


class MemoryBatches(MemoryBatchStore[Batch, BatchItem]):
    """Batches of decisions in memory."""

    def list_of(self, division: str, cursor: str, limit: int) -> Page[Batch]:
        """Return the batches of a department in one page."""
        return Page(tuple(each for each in self.kept.values() if each.actor.division == division)[:limit])

"""The queue and the batches of decisions in memory, with the contract of the real ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from services.filing.model.batches import Batch, BatchItem
from services.filing.model.filings import Filing
from services.filing.model.ranks import Order
from services.filing.model.states import State
from services.filing.policy import reviewing_division
from services.filing.ports.queue import Beside, Chosen, Facets, QueueFilter, Standing
from shared.batches.model import BatchState, Outcome, Tally
from shared.calls import Call
from shared.errors import NotFound, StaleVersion
from shared.idempotency import RequestKey
from shared.paging import Page


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


@dataclass
class MemoryBatches:
    """Batches and items by id."""

    kept: dict[str, Batch] = field(default_factory=dict)
    listed: dict[tuple[str, int], BatchItem] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)

    def find_created(self, request: RequestKey) -> Batch | None:
        """Return the batch that this request made."""
        return self.kept.get(self.made.get(request.key, ""))

    def add(self, batch: Batch, items: Sequence[BatchItem], call: Call) -> Batch:
        """Store a batch with its items."""
        self.kept[batch.id] = batch
        self.listed |= {(each.batch_id, each.no): each for each in items}
        if call.request is not None:
            self.made[call.request.key] = batch.id
        return batch

    def get(self, batch_id: str) -> Batch:
        """Return the batch. Raises `NotFound`."""
        if batch_id not in self.kept:
            raise NotFound
        return self.kept[batch_id]

    def list_of(self, division: str, cursor: str, limit: int) -> Page[Batch]:
        """Return the batches of a department in one page."""
        return Page(tuple(each for each in self.kept.values() if each.actor.division == division)[:limit])

    def take(self, now: datetime, lease: timedelta) -> Batch | None:
        """Take a batch that waits or was abandoned."""
        for each in sorted(self.kept.values(), key=lambda batch: batch.updated_at):
            is_abandoned = each.state is BatchState.RUNNING and each.updated_at < now - lease
            if each.state is BatchState.WAITING or is_abandoned:
                taken = replace(each, state=BatchState.RUNNING, updated_at=now, version=each.version + 1)
                self.kept[each.id] = taken
                return taken
        return None

    def hold(self, batch: Batch, now: datetime) -> Batch:
        """Say that one still works on a batch. Raises `StaleVersion`."""
        self._require_mine(batch)
        self.kept[batch.id] = replace(batch, updated_at=now)
        return self.kept[batch.id]

    def release(self, batch: Batch, now: datetime) -> None:
        """Leave a batch. Raises `StaleVersion`."""
        self._require_mine(batch)
        state = BatchState.WAITING if self.items(batch.id, Outcome.WAITING, 0, 1) else BatchState.DONE
        self.kept[batch.id] = replace(batch, state=state, updated_at=now)

    def note(self, item: BatchItem) -> bool:
        """Store a result once."""
        key = (item.batch_id, item.no)
        is_first = self.listed[key].outcome is Outcome.WAITING
        if is_first:
            self.listed[key] = item
        return is_first

    def items(self, batch_id: str, outcome: Outcome | None, after: int, limit: int) -> tuple[BatchItem, ...]:
        """Return items by number."""
        own = [each for (batch, no), each in sorted(self.listed.items()) if batch == batch_id and no > after]
        return tuple(each for each in own if outcome is None or each.outcome is outcome)[:limit]

    def tally(self, batch_id: str) -> Tally:
        """Count items."""
        outcomes = [each.outcome for each in self.items(batch_id, None, 0, len(self.listed))]
        return Tally(*(outcomes.count(each) for each in (Outcome.WAITING, Outcome.DONE, Outcome.REFUSED)))

    def _require_mine(self, batch: Batch) -> None:
        if self.kept[batch.id].version != batch.version:
            raise StaleVersion

"""What units and departments were told, in memory with the contract of the real ports, and the run of a job."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from services.filing.model.filings import Filing
from services.filing.model.states import IN_FORCE, WITH_DEPARTMENT, State
from services.filing.policy import reviewing_division
from services.filing.ports.reminding import Filed, Lying, Reminding
from services.filing.reminding.owed import FormKey, Record
from shared.clock import local_date
from shared.errors import NotFound, StaleVersion
from shared.history import HistoryEntry
from shared.messaging.events import Outgoing
from shared.scheduling.jobs import GaveWay, JobStatus


class MemoryRecords:
    """Records by unit, with every event that was written."""

    def __init__(self) -> None:
        self.kept: dict[str, Record] = {}
        self.events: list[Outgoing] = []

    def find_all(self, unit_ids: Collection[str]) -> Mapping[str, Record]:
        """Return the records of these units."""
        return {each: self.kept.get(each, Record(each)) for each in unit_ids}

    def save_all(self, told: Sequence[tuple[Record, Outgoing]], at: datetime, correlation_id: str) -> int:
        """Store many records, but none that was changed meanwhile."""
        return sum(self._put(record, [outgoing]) for record, outgoing in told)

    def save(
        self, record: Record, act: HistoryEntry, events: Sequence[Outgoing], at: datetime, correlation_id: str
    ) -> Record:
        """Store the next version of one. Raises `StaleVersion`."""
        if not self._put(record, events):
            raise StaleVersion
        return self.kept[record.unit_id]

    def _put(self, record: Record, events: Sequence[Outgoing]) -> bool:
        before = self.kept.get(record.unit_id)
        if (before.version if before else 0) != record.version:
            return False
        self.kept[record.unit_id] = replace(record, version=record.version + 1)
        self.events += events
        return True


class MemoryToldDepartments:
    """The day on which each department was told last, with every event that was written."""

    def __init__(self) -> None:
        self.days: dict[str, date] = {}
        self.events: dict[str, Outgoing] = {}

    def tell(self, told: Mapping[str, Outgoing], on: date, at: datetime, correlation_id: str) -> int:
        """Tell departments once a day each."""
        fresh = [each for each in told if self.days.get(each, date.min) < on]
        self.days |= dict.fromkeys(fresh, on)
        self.events |= {each: told[each] for each in fresh}
        return len(fresh)


@dataclass
class MemoryStates:
    """What stands in clear of the filings that are kept elsewhere."""

    kept: Mapping[str, Filing]

    def of_units(self, unit_ids: Collection[str], forms: Collection[str], periods: Collection[str]) -> Iterator[Filed]:
        """Yield how far these forms are."""
        for each in self.kept.values():
            is_asked = each.unit_id in unit_ids and each.form in forms and each.period in periods
            if is_asked and each.state is not State.DISCARDED:
                is_filed = each.state in WITH_DEPARTMENT | IN_FORCE or each.in_force > 0
                key = FormKey(each.form, each.period, each.item)
                yield Filed(each.unit_id, key, is_filed, each.state is State.RETURNED)

    def lying(self) -> Iterator[Lying]:
        """Yield what lies with departments."""
        for each in self.kept.values():
            if each.state in WITH_DEPARTMENT and each.waiting_since is not None:
                yield Lying(reviewing_division(each), local_date(each.waiting_since), 1)


def reminding_over(kept: Mapping[str, Filing]) -> Reminding:
    """Return the ports over the filings of a test."""
    return Reminding(MemoryRecords(), MemoryToldDepartments(), MemoryStates(kept))


class NoBoard:
    """No jobs: they are looked at on the real store."""

    def list_all(self) -> Sequence[JobStatus]:
        """Return nothing."""
        return ()

    def ask(self, name: str, account_id: str) -> JobStatus:
        """Know no job."""
        raise NotFound


@dataclass
class Running:
    """The run of a job for a moment; it is killed after so many notes where that is wanted."""

    slot: datetime
    cursor: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    killed_after: int | None = None
    notes: int = 0

    def note(self, cursor: str) -> None:
        """Keep how far the work has come. Raises `GaveWay` where the run ends there."""
        self.cursor = cursor
        self.notes += 1
        if self.notes == self.killed_after:
            raise GaveWay

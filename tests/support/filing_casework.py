"""What is kept beside filings under review, in memory with the contract of the real ports: threads, marks, assignments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from services.filing.model.assignments import Assignment
from services.filing.model.marks import Mark
from services.filing.model.states import State
from services.filing.policy import reviewing_division
from services.filing.ports.casework import WantedMarks, WantedThreads
from shared.calls import Call
from shared.errors import NotFound, StaleVersion
from shared.history import was_done
from shared.idempotency import RequestKey
from shared.identity.actor import Actor
from shared.messaging.events import Outgoing
from shared.paging import Page
from shared.threads.model import Thread, Visibility
from tests.support.threads import FakeThreads

if TYPE_CHECKING:
    from tests.support.filing_deps import MemoryFilings


@dataclass
class MemoryThreads(FakeThreads):
    """Threads of filings."""

    def list_in_sight(self, actor: Actor, wanted: WantedThreads, cursor: str, limit: int) -> Page[Thread]:
        """Return every thread; who reads which is proven on the real store."""
        return Page(tuple(self.kept.values())[:limit], "")

    def relabel(self, filing_id: str, labels: Mapping[Visibility, Mapping[str, object]]) -> None:
        """Give the threads of a filing other labels."""
        for each in self.list_of(filing_id):
            self.kept[each.id] = replace(each, labels=labels[each.visibility])


@dataclass
class MemoryMarks:
    """Marks by id."""

    kept: dict[str, Mark] = field(default_factory=dict)

    def get(self, mark_id: str) -> Mark:
        """Return the mark. Raises `NotFound`."""
        if mark_id not in self.kept:
            raise NotFound
        return self.kept[mark_id]

    def find_created(self, request: RequestKey) -> Mark | None:
        """Return the mark that this request made. Raises `KeyReused`."""
        return next((each for each in self.kept.values() if was_done(each.history[:1], request)), None)

    def list_of(self, filing_id: str, division: str) -> tuple[Mark, ...]:
        """Return the marks of a department on a filing."""
        return tuple(each for each in self.kept.values() if (each.filing_id, each.division) == (filing_id, division))

    def list_of_department(self, division: str, wanted: WantedMarks, cursor: str, limit: int) -> Page[Mark]:
        """Return the marks of a department; the narrowing is proven on the real store."""
        return Page(tuple(each for each in self.kept.values() if each.division == division)[:limit], "")

    def add(self, mark: Mark) -> Mark:
        """Store a new mark."""
        self.kept[mark.id] = replace(mark, version=1)
        return self.kept[mark.id]

    def save(self, mark: Mark) -> Mark:
        """Store the next version. Raises `StaleVersion`."""
        if self.kept[mark.id].version != mark.version:
            raise StaleVersion
        self.kept[mark.id] = replace(mark, version=mark.version + 1)
        return self.kept[mark.id]

    def hand_over(self, filing_id: str, successors: Mapping[str, str], division: str) -> None:
        """Give the marks on a filing to the departments that follow others."""
        for each in [mark for mark in self.kept.values() if mark.filing_id == filing_id]:
            after = successors.get(each.division, each.division)
            self.kept[each.id] = replace(each, division=after, of_division=division)


@dataclass
class MemoryAssignments:
    """Assignments by filing."""

    filings: MemoryFilings
    kept: dict[str, Assignment] = field(default_factory=dict)
    events: list[Outgoing] = field(default_factory=list)

    def get(self, filing_id: str) -> Assignment | None:
        """Return what was assigned last."""
        return self.kept.get(filing_id)

    def save(self, assignment: Assignment, call: Call, events: Sequence[Outgoing]) -> Assignment:
        """Store an assignment. Raises `StaleVersion`."""
        before = self.kept.get(assignment.filing_id)
        if (before.version if before else 0) != assignment.version:
            raise StaleVersion
        self.kept[assignment.filing_id] = replace(assignment, version=assignment.version + 1)
        self.events += events
        return self.kept[assignment.filing_id]

    def list_standing(self, division: str, account_id: str = "") -> Iterator[Assignment]:
        """Yield the assignments whose filings still wait for the department."""
        for each in self.kept.values():
            filing = self.filings.kept[each.filing_id]
            is_wanted = each.division == division and account_id in ("", each.assignee_id)
            if is_wanted and each.stands(filing, reviewing_division(filing)):
                yield each

    def count_waiting(self, division: str, limit: int) -> int:
        """Return how many filings wait for a department."""
        waiting = [each for each in self.filings.kept.values() if each.state is State.SUBMITTED]
        return min(limit, sum(reviewing_division(each) == division for each in waiting))

    def sweep(self, before: datetime) -> int:
        """Remove nothing: all is forgotten with the test."""
        return 0

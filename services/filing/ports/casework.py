"""What is kept beside filings while they are reviewed: threads, marks for follow-up, assignments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.filing.model.assignments import Assignment
from services.filing.model.marks import Mark
from shared.calls import Call
from shared.idempotency import RequestKey
from shared.identity.actor import Actor
from shared.messaging.events import Outgoing
from shared.paging import Page
from shared.threads.model import Thread, Visibility
from shared.threads.talking import Threads


@dataclass(frozen=True)
class WantedThreads:
    """What a list of threads is narrowed to; what is empty or None narrows nothing."""

    is_resolved: bool | None = None
    form: str = ""
    period: str = ""


@dataclass(frozen=True)
class WantedMarks:
    """What a list of marks is narrowed to; what is empty or None narrows nothing."""

    is_done: bool | None = None
    form: str = ""
    period: str = ""


class FilingThreads(Threads, Protocol):
    """Threads of filings, which can be listed over all that an actor sees."""

    def list_in_sight(self, actor: Actor, wanted: WantedThreads, cursor: str, limit: int) -> Page[Thread]:
        """Return a page of the threads that the actor reads, the last changed first. Raises `Malformed`."""
        ...

    def relabel(self, filing_id: str, labels: Mapping[Visibility, Mapping[str, object]]) -> None:
        """Let lists find the threads of a filing by other labels, which depend on who reads them."""
        ...


class Marks(Protocol):
    """Values that departments marked for follow-up."""

    def get(self, mark_id: str) -> Mark:
        """Return the mark. Raises `NotFound`."""
        ...

    def find_created(self, request: RequestKey) -> Mark | None:
        """Return the mark that this request made. Raises `KeyReused` where it asked for something else."""
        ...

    def list_of(self, filing_id: str, division: str) -> tuple[Mark, ...]:
        """Return the marks of a department on a filing, the oldest first."""
        ...

    def list_of_department(self, division: str, wanted: WantedMarks, cursor: str, limit: int) -> Page[Mark]:
        """Return a page of the marks of a department, the newest first. Raises `Malformed`."""
        ...

    def add(self, mark: Mark) -> Mark:
        """Store a new mark; a request that made one before returns that one."""
        ...

    def save(self, mark: Mark) -> Mark:
        """Store the next version with its last history entry. Raises `StaleVersion`."""
        ...

    def hand_over(self, filing_id: str, successors: Mapping[str, str], division: str) -> None:
        """Give the marks on a filing to the departments that follow others, and note the division of its unit."""
        ...


class Assignments(Protocol):
    """To whom filings that wait are assigned. One that has moved on to another level is assigned to nobody."""

    def get(self, filing_id: str) -> Assignment | None:
        """Return what was assigned last, whether it still stands or not."""
        ...

    def save(self, assignment: Assignment, call: Call, events: Sequence[Outgoing]) -> Assignment:
        """Store an assignment in place of the one before, with its last act. Raises `StaleVersion`."""
        ...

    def list_standing(self, division: str, account_id: str = "") -> Iterator[Assignment]:
        """Yield the assignments of a department, or of one of its reviewers, whose filings still wait for it."""
        ...

    def count_waiting(self, division: str, limit: int) -> int:
        """Return how many filings wait for a department, `limit` where there are more."""
        ...

    def sweep(self, before: datetime) -> int:
        """Remove assignments from before a moment whose filings have moved on, and return how many."""
        ...

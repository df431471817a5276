"""What a job is, what is under way of it, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from shared.clock import local_date
from shared.scheduling.cadence import Cadence

Counts = Mapping[str, int]
"""How much a run has done so far, by names; numbers only, for they are shown and stored in clear."""


@dataclass(frozen=True)
class Job:
    """A row of a service's table of jobs: a stable name, a title for people, and when it runs."""

    name: str
    title: str
    cadence: Cadence


class Outcome(StrEnum):
    """How a run ended."""

    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Run:
    """A run under way. `token` is that of its present holder, `beats` grows as long as the holder lives.

    `slot` is the moment that it is for, and that its work goes by, however late it runs. `cursor` is where the work has
    come to, in its own words. `attempt` counts how often it was begun since it last got on; one that failed waits until
    `retry_at`.
    """

    token: str
    slot: datetime
    started_at: datetime
    cursor: str = ""
    counts: Counts = field(default_factory=dict)
    attempt: int = 1
    beats: int = 0
    retry_at: datetime | None = None
    error: str = ""
    asked_by: str = ""


@dataclass(frozen=True)
class Ended:
    """A run that is over; `error` is the type of what it failed with."""

    slot: datetime
    started_at: datetime
    ended_at: datetime
    outcome: Outcome
    counts: Counts
    error: str = ""
    asked_by: str = ""

    @property
    def seconds(self) -> float:
        """How long it took, from its first attempt."""
        return (self.ended_at - self.started_at).total_seconds()


@dataclass(frozen=True)
class JobState:
    """What is kept of a job: the last moment that was taken up, the run under way, those before, the newest last."""

    name: str
    slot: datetime
    run: Run | None = None
    ended: tuple[Ended, ...] = ()
    asked_at: datetime | None = None
    asked_by: str = ""

    @property
    def last(self) -> Ended | None:
        """The last run that is over."""
        return self.ended[-1] if self.ended else None


@dataclass(frozen=True)
class JobStatus:
    """A job as its keepers see it; `state` is None where no worker has met it yet."""

    job: Job
    state: JobState | None
    next_at: datetime


class Board(Protocol):
    """Where the jobs of a service are looked at, and asked to run."""

    def list_all(self) -> Sequence[JobStatus]:
        """Return all jobs of the table with their status."""
        ...

    def ask(self, name: str, account_id: str) -> JobStatus:
        """Have a job run now, once; asking again before a worker took it up adds nothing. Raises `NotFound`."""
        ...


class Progress(Protocol):
    """What the work of a job sees of its run."""

    @property
    def slot(self) -> datetime:
        """The moment that the run is for."""
        ...

    @property
    def cursor(self) -> str:
        """Where an earlier attempt had come to; empty at the beginning."""
        ...

    @property
    def counts(self) -> dict[str, int]:
        """What was counted so far; the work adds to it."""
        ...

    def note(self, cursor: str) -> None:
        """Keep how far the work has come; the same cursor again only shows that it still goes on.

        Raises `GaveWay`: the work ends there, and goes on elsewhere or later.
        """
        ...


def day_of(progress: Progress) -> date:
    """Return the day in Shanghai that a run is for."""
    return local_date(progress.slot)


class Work(Protocol):
    """The work of a job: begins at the cursor, and may be done twice without harm."""

    def __call__(self, progress: Progress, /) -> None:
        """Do all of it."""
        ...


class GaveWay(Exception):
    """The run goes on elsewhere or later: its holder is being stopped, or was taken for dead."""

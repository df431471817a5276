"""The jobs of a service in MongoDB: one document each, and every step one atomic write that names what it saw.

In clear, since it holds names, moments, numbers and types of errors alone. Which moment it is, the primary says:
a worker whose clock is wrong runs nothing too early. Whether a holder lives is not asked of any clock: its `beats` grow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from shared.clock import Clock
from shared.errors import NotFound
from shared.mongo.client import Document, unavailable_when_down
from shared.scheduling.jobs import Counts, Ended, GaveWay, Job, JobState, JobStatus, Outcome, Run

COLLECTION = "jobs"

INDEXES = ()
"""They are found by their name alone."""

KEPT = 30
"""So many runs that are over stay with a job."""


@dataclass(frozen=True)
class ServerClock:
    """The time of the primary, one for all workers; a `Clock`."""

    database: Database[Document]

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC. Raises `Unavailable`."""
        with unavailable_when_down():
            answer = self.database.command("hello", codec_options=self.database.codec_options)
        moment: datetime = answer["localTime"]
        return moment


@dataclass(frozen=True)
class MongoJobs:
    """The jobs of one database."""

    database: Database[Document]

    def find(self, name: str) -> JobState | None:
        """Return what is kept of a job, None where no worker has met it yet."""
        with unavailable_when_down():
            document = self._jobs.find_one({"_id": name})
        return _state(document) if document else None

    def register(self, name: str, slot: datetime) -> None:
        """Keep a new job, whose moments up to `slot` are past; one that is there stays as it is."""
        new: Document = {"slot": slot, "run": None, "ended": [], "asked": None}
        with unavailable_when_down():
            try:
                self._jobs.update_one({"_id": name}, {"$setOnInsert": new}, upsert=True)
            except DuplicateKeyError:  # another worker was faster
                return

    def begin(self, seen: JobState, run: Run) -> bool:
        """Begin a run where the job still is as it was seen; tell whether this was it and nobody was faster."""
        as_seen: Document = {"_id": seen.name, "slot": seen.slot, "run": None}
        change: Document = {"slot": max(run.slot, seen.slot) if run.asked_by else run.slot, "run": _run_row(run)}
        if run.asked_by:
            as_seen["asked.at"] = seen.asked_at
            change["asked"] = None
        with unavailable_when_down():
            return bool(self._jobs.update_one(as_seen, {"$set": change}).modified_count)

    def take_over(self, name: str, seen: Run, token: str) -> Run | None:
        """Make a run one's own where nothing moved since it was seen; None where something did."""
        as_seen = {"_id": name, "run.token": seen.token, "run.beats": seen.beats, "run.retry_at": seen.retry_at}
        change = {"$set": {"run.token": token, "run.retry_at": None}, "$inc": {"run.attempt": 1, "run.beats": 1}}
        with unavailable_when_down():
            document = self._jobs.find_one_and_update(as_seen, change, return_document=ReturnDocument.AFTER)
        return _state(document).run if document else None

    def beat(self, name: str, token: str) -> None:
        """Show that the holder lives. Raises `GaveWay` where it no longer holds the run."""
        self._mine(name, token, {"$inc": {"run.beats": 1}})

    def note(self, name: str, token: str, cursor: str, counts: Counts, attempt: int) -> None:
        """Keep how far a run has come. Raises `GaveWay`."""
        kept = {"run.cursor": cursor, "run.counts": dict(counts), "run.attempt": attempt}
        self._mine(name, token, {"$set": kept, "$inc": {"run.beats": 1}})

    def put_off(self, name: str, token: str, until: datetime, error: str, attempt: int) -> None:
        """Have a run wait for its next attempt, by whoever comes first then. Raises `GaveWay`."""
        kept = {"run.retry_at": until, "run.error": error, "run.attempt": attempt}
        self._mine(name, token, {"$set": kept, "$inc": {"run.beats": 1}})

    def end(self, name: str, token: str, ended: Ended) -> None:
        """Note how a run ended. Raises `GaveWay`."""
        row = {**vars(ended), "outcome": ended.outcome.value, "counts": dict(ended.counts)}
        self._mine(name, token, {"$set": {"run": None}, "$push": {"ended": {"$each": [row], "$slice": -KEPT}}})

    def set_back(self, name: str, ahead: datetime, slot: datetime) -> None:
        """Forget a moment that lies ahead, since the time was put back after it was taken up."""
        with unavailable_when_down():
            self._jobs.update_one({"_id": name, "slot": ahead, "run": None}, {"$set": {"slot": slot}})

    def ask(self, name: str, account_id: str, at: datetime) -> None:
        """Have a job run now; asking again before it began adds nothing. Raises `NotFound`."""
        with unavailable_when_down():
            asked = {"$set": {"asked": {"at": at, "by": account_id}}}
            found = self._jobs.update_one({"_id": name, "asked": None}, asked)
            if not found.matched_count and self._jobs.find_one({"_id": name}, {"_id": 1}) is None:
                raise NotFound

    def _mine(self, name: str, token: str, change: Mapping[str, Any]) -> None:
        with unavailable_when_down():
            if not self._jobs.update_one({"_id": name, "run.token": token}, change).matched_count:
                raise GaveWay

    @property
    def _jobs(self) -> Any:  # Any: pymongo's collection of untyped documents
        return self.database[COLLECTION]


@dataclass(frozen=True)
class MongoBoard:
    """The table of a service's jobs beside what is kept of them; `Board`."""

    table: tuple[Job, ...]
    jobs: MongoJobs
    clock: Clock

    def list_all(self) -> tuple[JobStatus, ...]:
        """Return all jobs of the table with their status."""
        return tuple(self._status(job) for job in self.table)

    def ask(self, name: str, account_id: str) -> JobStatus:
        """Have a job run now, once. Raises `NotFound` for one that is not in the table."""
        job = next((each for each in self.table if each.name == name), None)
        if job is None:
            raise NotFound
        now = self.clock.now()
        self.jobs.register(name, job.cadence.slot_at(now))
        self.jobs.ask(name, account_id, now)
        return self._status(job)

    def _status(self, job: Job) -> JobStatus:
        return JobStatus(job, self.jobs.find(job.name), job.cadence.next_after(self.clock.now()))


def _run_row(run: Run) -> Document:
    return {**vars(run), "counts": dict(run.counts)}


def _state(document: Document) -> JobState:
    asked = document["asked"] or {}
    return JobState(
        name=document["_id"],
        slot=document["slot"],
        run=Run(**document["run"]) if document["run"] else None,
        ended=tuple(Ended(**{**row, "outcome": Outcome(row["outcome"])}) for row in document["ended"]),
        asked_at=asked.get("at"),
        asked_by=asked.get("by", ""),
    )

"""A job that counts to twenty in a database, in this process or in one of its own (`python -m`, with its URI)."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pymongo.database import Database

from shared.clock import SHANGHAI, Clock
from shared.ids import new_id
from shared.messaging.worker import run_worker
from shared.mongo.client import Document, connect
from shared.scheduling.cadence import cadence_of
from shared.scheduling.jobs import Job, JobState, Progress, Work
from shared.scheduling.running import JobLoop, Timing
from shared.scheduling.store import MongoJobs, ServerClock

PAGES = 20
DAILY = Job("test.counting", "数数", cadence_of("daily 07:00"))
QUICK = Timing(poll=0.05, lease=1.0)
MORNING = datetime(2026, 1, 12, 7, tzinfo=SHANGHAI)


@dataclass
class Seconds:
    """Monotonic seconds that a test moves."""

    now: float = 1000.0

    def __call__(self) -> float:
        """Return the present count."""
        return self.now


@dataclass
class Bench:
    """Workers over one database, whose time and lives a test holds in its hands."""

    database: Database[Document]
    clock: Any
    seconds: Seconds = field(default_factory=Seconds)

    @property
    def jobs(self) -> MongoJobs:
        """What is kept of the jobs."""
        return MongoJobs(self.database)

    @property
    def state(self) -> JobState:
        """What is kept of the daily job."""
        state = self.jobs.find(DAILY.name)
        assert state is not None
        return state

    def worker(self, work: Work, job: Job = DAILY) -> JobLoop:
        """Return a worker that has met the job; it looks when the test says so."""
        timing = Timing(lease=30.0, monotonic=self.seconds)
        loop = JobLoop(job, work, self.jobs, self.clock, new_id, timing)
        if self.jobs.find(job.name) is None:
            loop.look()
        return loop

    def pass_seconds(self, seconds: int, look: Callable[[], object]) -> None:
        """Let monotonic time pass, with a look at each second of it."""
        for _ in range(seconds):
            self.seconds.now += 1
            look()


def counting(database: Database[Document], pause: float = 0.0) -> Work:
    """Return work that writes down each page, as often as it is done, and notes it."""

    def work(progress: Progress) -> None:
        for page in range(int(progress.cursor or 0), PAGES):
            database["pages"].insert_one({"page": page, "slot": progress.slot})
            progress.counts["pages"] = progress.counts.get("pages", 0) + 1
            progress.note(str(page + 1))
            time.sleep(pause)

    return work


def main(uri: str, name: str, line: str) -> int:
    """Run a worker whose job counts slowly."""
    database = connect(uri)[name]
    clock: Clock = ServerClock(database)
    job = Job(DAILY.name, DAILY.title, cadence_of(line))
    return run_worker([JobLoop(job, counting(database, 0.02), MongoJobs(database), clock, new_id, QUICK)])


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))

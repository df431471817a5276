"""A worker's part in the jobs: takes up what is due, keeps its lease while it works, takes over what died elsewhere.

A holder is dead for another worker when its beats have not grown for `LEASE_SECONDS` of that worker's own monotonic
time, over looks that followed each other closely. No two clocks are compared, so that no clock that is wrong or jumps
ends a lease or makes one last.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog
from prometheus_client import Counter

from shared import failpoints
from shared.clock import Clock
from shared.errors import Unavailable
from shared.messaging.worker import Periodic
from shared.scheduling.jobs import Ended, GaveWay, Job, JobState, Outcome, Run, Work
from shared.scheduling.store import MongoJobs

POLL_SECONDS = 2.0
LEASE_SECONDS = 30.0
PATIENCE_SECONDS = 600.0
"""So long a run may go without noting progress before its holder lets it go."""

WAITS = tuple(timedelta(minutes=each) for each in (1, 5, 15))
"""How long a run waits after each attempt that failed; after the last it has failed."""

RUNS = Counter("tongbao_job_runs_total", "Runs of scheduled jobs that are over.", ("job", "outcome"))

log = structlog.get_logger()


@dataclass(frozen=True)
class Timing:
    """How often is looked, and how long is waited; `monotonic` counts seconds."""

    poll: float = POLL_SECONDS
    lease: float = LEASE_SECONDS
    patience: float = PATIENCE_SECONDS
    monotonic: Callable[[], float] = time.monotonic


class JobLoop:
    """One job in one worker; a part of the worker, one thread each, so that no job waits for another."""

    def __init__(
        self,
        job: Job,
        work: Work,
        jobs: MongoJobs,
        clock: Clock,
        new_token: Callable[[], str],
        timing: Timing | None = None,
    ) -> None:
        """`clock` must be the same for all workers: that of the primary."""
        self.name = f"job:{job.name}"
        self.job = job
        self._work = work
        self._jobs = jobs
        self._clock = clock
        self._new_token = new_token
        self._timing = timing or Timing()
        self._watch = _Watch(self._timing)
        self._stop = threading.Event()

    def run(self, stop: threading.Event) -> None:
        """Look for what is due until `stop` is set; a run that is under way then is left to other workers at once."""
        self._stop = stop
        Periodic(self.name, self._timing.poll, self.look).run(stop)

    def look(self) -> bool:
        """Take up what is due now and work it off; tell whether there was anything. Raises `Unavailable`."""
        now = self._clock.now()
        slot = self.job.cadence.slot_at(now)
        state = self._jobs.find(self.job.name)
        if state is None:
            self._jobs.register(self.job.name, slot)
            return False
        run = self._begun(state, slot, now) if state.run is None else self._inherited(state, state.run, now)
        if run is None:
            return False
        self._do(run)
        return True

    def _begun(self, state: JobState, slot: datetime, now: datetime) -> Run | None:
        if state.slot > now:
            log.warning("job_set_back", job=self.job.name)
            self._jobs.set_back(state.name, state.slot, slot)
            return None
        if slot > state.slot:
            run = Run(self._new_token(), slot, now)
        elif state.asked_at is not None:
            run = Run(self._new_token(), now, now, asked_by=state.asked_by or "?")
        else:
            return None
        return run if self._jobs.begin(state, run) else None

    def _inherited(self, state: JobState, run: Run, now: datetime) -> Run | None:
        """Return the run where it waits for an attempt that is due or asked for, or its holder is dead."""
        if run.retry_at is None:
            if not self._watch.is_dead(run):
                return None
            log.warning("job_taken_over", job=self.job.name, attempt=run.attempt + 1)
        elif now < run.retry_at <= now + WAITS[-1] and state.asked_at is None:
            return None  # a moment beyond was set before the time was put back
        mine = self._jobs.take_over(self.job.name, run, self._new_token())
        if mine is not None and mine.attempt > len(WAITS) + 1:
            self._end(mine, Outcome.FAILED, mine.error or "HolderDied")
            return None
        return mine

    def _do(self, run: Run) -> None:
        progress = _Held(self.job.name, run, self._jobs, self._stop, self._timing)
        try:
            with progress.beating():
                self._work(progress)
        except GaveWay:
            self._let_go(progress)
        except Exception as error:  # whatever it is, other jobs and later runs go on
            self._failed(progress, type(error).__name__)
        else:
            failpoints.hit("job.worked_not_ended")
            self._end(progress.run, Outcome.DONE)

    def _let_go(self, progress: _Held) -> None:
        log.info("job_let_go", job=self.job.name)
        try:
            self._jobs.put_off(self.job.name, progress.run.token, self._clock.now(), "", progress.run.attempt - 1)
        except GaveWay:  # somebody else has it already
            return

    def _failed(self, progress: _Held, error: str) -> None:
        run, attempt = progress.run, progress.run.attempt
        log.error("job_failed", job=self.job.name, error=error, attempt=attempt)
        if attempt > len(WAITS):
            self._end(run, Outcome.FAILED, error)
            return
        try:
            self._jobs.put_off(self.job.name, run.token, self._clock.now() + WAITS[attempt - 1], error, attempt)
        except GaveWay:
            return

    def _end(self, run: Run, outcome: Outcome, error: str = "") -> None:
        ended = Ended(run.slot, run.started_at, self._clock.now(), outcome, run.counts, error, run.asked_by)
        try:
            self._jobs.end(self.job.name, run.token, ended)
        except GaveWay:  # it was taken over meanwhile: who has it ends it
            return
        RUNS.labels(self.job.name, outcome.value).inc()
        log.info("job_ended", job=self.job.name, outcome=outcome.value, seconds=ended.seconds, **ended.counts)


@dataclass
class _Watch:
    """Sees whether the holder of a run still moves."""

    timing: Timing
    _seen: tuple[str, int] = ("", -1)
    _since: float = 0.0
    _looked: float = 0.0

    def is_dead(self, run: Run) -> bool:
        """Tell whether the run has not moved for the time of a lease, as far as was looked without a gap."""
        now, seen = self.timing.monotonic(), (run.token, run.beats)
        was_away = now - self._looked > self.timing.lease / 2
        self._looked = now
        if seen != self._seen or was_away:
            self._seen, self._since = seen, now
            return False
        return now - self._since >= self.timing.lease


@dataclass
class _Held:
    """A run in the hands of this worker; what the work of the job sees as its `Progress`."""

    job: str
    run: Run
    jobs: MongoJobs
    stop: threading.Event
    timing: Timing
    counts: dict[str, int] = field(init=False)
    _is_lost: bool = False
    _noted: float = 0.0

    def __post_init__(self) -> None:
        """Go on counting where an earlier attempt had come to."""
        self.counts = dict(self.run.counts)

    @property
    def slot(self) -> datetime:
        """The moment that the run is for."""
        return self.run.slot

    @property
    def cursor(self) -> str:
        """Where an earlier attempt had come to."""
        return self.run.cursor

    def note(self, cursor: str) -> None:
        """Keep how far the work has come; where it got on, attempts count anew. Raises `GaveWay`."""
        if self._is_lost:
            raise GaveWay
        attempt = self.run.attempt if cursor == self.run.cursor else 1
        self.jobs.note(self.job, self.run.token, cursor, self.counts, attempt)
        self.run = replace(self.run, cursor=cursor, counts=dict(self.counts), attempt=attempt)
        self._noted = self.timing.monotonic()
        failpoints.hit("job.progress_noted")
        if self.stop.is_set():
            raise GaveWay

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Show that this worker lives while the work is done."""
        self._noted = self.timing.monotonic()
        done = threading.Event()
        pulse = threading.Thread(target=self._pulse, args=(done,), name=f"pulse:{self.job}", daemon=True)
        pulse.start()
        try:
            yield
            self.run = replace(self.run, counts=dict(self.counts))
        finally:
            done.set()
            pulse.join()

    def _pulse(self, done: threading.Event) -> None:
        while not done.wait(self.timing.lease / 6):
            if self.timing.monotonic() - self._noted > self.timing.patience:
                log.error("job_stands_still", job=self.job)
                return
            try:
                self.jobs.beat(self.job, self.run.token)
            except GaveWay:
                self._is_lost = True
                return
            except Unavailable:
                continue

"""The worker of filing: relays its outbox, takes messages, sweeps what nothing refers to."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta

import structlog

from services.filing.handlers import handlers
from services.filing.operations.batches import run_next_batch
from services.filing.operations.department_digests import tell_departments
from services.filing.operations.imports import run_next_import
from services.filing.operations.likeness import read_next_due
from services.filing.operations.relocating import follow_changes
from services.filing.operations.reminders import remind_units
from services.filing.operations.settling import run_closing_step
from services.filing.policy import SYSTEM
from services.filing.reminding.jobs import DIGESTS, RELOCATIONS, REMINDERS, jobs_of_filing
from services.filing.repository import assignments, closings, duplicates, files, reliefs, relocations, reminding
from services.filing.repository.records import COLLECTION
from services.filing.repository.units import COLLECTION as UNITS
from services.filing.settings import Settings
from services.filing.wiring import Wired, build
from shared.calls import Call
from shared.clock import Clock
from shared.codes.keeping import SECONDS as DIVISIONS_SECONDS
from shared.codes.keeping import DivisionKeeper
from shared.contracts import all_contracts
from shared.crypto.errors import CryptoError
from shared.ids import new_id
from shared.messaging.consumer import Consumer
from shared.messaging.relay import Relay
from shared.messaging.topology import FILING_EVENTS
from shared.messaging.worker import Periodic, run_worker
from shared.observability import configure_logging
from shared.scheduling.jobs import Work
from shared.scheduling.running import JobLoop, Timing
from shared.scheduling.store import MongoJobs, ServerClock
from shared.settings import read
from shared.storage.sweep import Swept, sweep
from shared.threads import store as threads

SWEEP_SECONDS = 3600.0
IMPORT_SECONDS = 1.0
BATCH_SECONDS = 0.5
CLOSING_SECONDS = 1.0
CLOSING_STEPS = 20
"""So many steps are taken with closings before the worker looks whether it is to end."""
LIKENESS_SECONDS = 1.0
ORPHAN_AGE = timedelta(days=1)
WITH_OUTBOX = (
    *(COLLECTION, duplicates.COLLECTION, reliefs.COLLECTION, threads.COLLECTION, assignments.COLLECTION),
    *(reminding.RECORDS, reminding.DEPARTMENTS, closings.COLLECTION, relocations.COLLECTION, UNITS),
)
"""The collections whose changes tell something."""

log = structlog.get_logger()


def sweep_files(wired: Wired) -> Swept:
    """Remove what broken-off uploads left behind for more than a day, and return how much that was."""
    before = wired.deps.clock.now() - ORPHAN_AGE
    wired.imports.forget_older_than(before)
    swept = sweep(wired.objects, wired.files, lambda row: _is_claimed(wired, row.id), before, files.PREFIX)
    log.info("files_swept", rows=swept.rows, objects=swept.objects, uploads=swept.uploads)
    return swept


def sweep_rows(wired: Wired) -> int:
    """Remove segments of rows that no filing refers to for more than a day, and return how many."""
    removed = wired.rows.sweep(
        wired.deps.clock.now() - ORPHAN_AGE,
        lambda segment_id: wired.filings.holds_segment(segment_id) or wired.imports.holds_segment(segment_id),
    )
    log.info("rows_swept", segments=removed)
    return removed


def sweep_assignments(wired: Wired) -> int:
    """Remove assignments of more than a day ago whose filings have moved on, and return how many."""
    removed = wired.deps.assignments.sweep(wired.deps.clock.now() - ORPHAN_AGE)
    log.info("assignments_swept", assignments=removed)
    return removed


def run_imports(wired: Wired) -> None:
    """Read the imports that wait, one after the other."""
    while run_next_import(wired.deps):
        continue


def read_due(wired: Wired) -> None:
    """Look for likely duplicates of what is due, one filing after the other."""
    while read_next_due(wired.deps, Call(SYSTEM)):
        continue


def run_closings(wired: Wired) -> None:
    """Take some steps with the closings that are at work."""
    for _ in range(CLOSING_STEPS):
        if not run_closing_step(wired.deps):
            return


def job_loops(wired: Wired, clock: Clock | None = None, timing: Timing | None = None) -> list[JobLoop]:
    """Return this worker's part in the scheduled jobs, at the time of the database where no clock is given."""
    works: Mapping[str, Work] = {
        REMINDERS: lambda progress: remind_units(wired.deps, progress),
        DIGESTS: lambda progress: tell_departments(wired.deps, progress),
        RELOCATIONS: lambda progress: follow_changes(wired.deps, progress),
    }
    jobs, now = MongoJobs(wired.database), clock or ServerClock(wired.database)
    return [JobLoop(job, works[job.name], jobs, now, new_id, timing) for job in jobs_of_filing()]


def _is_claimed(wired: Wired, file_id: str) -> bool:
    return wired.filings.is_claimed(file_id) or wired.imports.holds(file_id)


def main() -> int:
    """Run until SIGTERM or SIGINT; return the exit status."""
    configure_logging("filing-worker")
    settings = read(Settings, os.environ)
    wired = build(settings)
    consumer = Consumer(
        FILING_EVENTS,
        handlers(wired.deps_within, wired.own_keys, wired.division_changes.note),
        wired.client,
        wired.database,
        settings.amqp_url,
        clock=wired.deps.clock,
        contracts=all_contracts(),
        poison=(CryptoError,),
    )
    relay = Relay([wired.database[name] for name in WITH_OUTBOX], settings.amqp_url, source="filing")
    return run_worker(
        [
            relay,
            consumer,
            Periodic("divisions", DIVISIONS_SECONDS, DivisionKeeper(wired.division_changes.confirmed).refresh),
            Periodic("imports", IMPORT_SECONDS, lambda: run_imports(wired)),
            Periodic("batches", BATCH_SECONDS, lambda: run_next_batch(wired.deps)),
            Periodic("closings", CLOSING_SECONDS, lambda: run_closings(wired)),
            Periodic("likeness", LIKENESS_SECONDS, lambda: read_due(wired)),
            *job_loops(wired),
            Periodic("sweep", SWEEP_SECONDS, lambda: sweep_files(wired)),
            Periodic("sweep_rows", SWEEP_SECONDS, lambda: sweep_rows(wired)),
            Periodic("sweep_assignments", SWEEP_SECONDS, lambda: sweep_assignments(wired)),
        ],
        metrics_port=settings.metrics_port or None,
    )


if __name__ == "__main__":
    raise SystemExit(main())

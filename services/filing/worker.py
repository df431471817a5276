"""The worker of filing: relays its outbox, takes messages, sweeps what nothing refers to."""

from __future__ import annotations

import os
from datetime import timedelta

import structlog

from services.filing.handlers import handlers
from services.filing.operations.imports import run_next_import
from services.filing.operations.likeness import read_next_due
from services.filing.policy import SYSTEM
from services.filing.repository import duplicates, files, reliefs
from services.filing.repository.records import COLLECTION
from services.filing.settings import Settings
from services.filing.wiring import Wired, build
from shared.calls import Call
from shared.codes.keeping import SECONDS as DIVISIONS_SECONDS
from shared.codes.keeping import DivisionKeeper
from shared.contracts import all_contracts
from shared.crypto.errors import CryptoError
from shared.messaging.consumer import Consumer
from shared.messaging.relay import Relay
from shared.messaging.topology import FILING_EVENTS
from shared.messaging.worker import Periodic, run_worker
from shared.observability import configure_logging
from shared.settings import read
from shared.storage.sweep import Swept, sweep

SWEEP_SECONDS = 3600.0
IMPORT_SECONDS = 1.0
LIKENESS_SECONDS = 1.0
ORPHAN_AGE = timedelta(days=1)

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


def run_imports(wired: Wired) -> None:
    """Read the imports that wait, one after the other."""
    while run_next_import(wired.deps):
        continue


def read_due(wired: Wired) -> None:
    """Look for likely duplicates of what is due, one filing after the other."""
    while read_next_due(wired.deps, Call(SYSTEM)):
        continue


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
    collections = [wired.database[name] for name in (COLLECTION, duplicates.COLLECTION, reliefs.COLLECTION)]
    relay = Relay(collections, settings.amqp_url, source="filing")
    return run_worker(
        [
            relay,
            consumer,
            Periodic("divisions", DIVISIONS_SECONDS, DivisionKeeper(wired.division_changes.confirmed).refresh),
            Periodic("imports", IMPORT_SECONDS, lambda: run_imports(wired)),
            Periodic("likeness", LIKENESS_SECONDS, lambda: read_due(wired)),
            Periodic("sweep", SWEEP_SECONDS, lambda: sweep_files(wired)),
            Periodic("sweep_rows", SWEEP_SECONDS, lambda: sweep_rows(wired)),
        ],
        metrics_port=settings.metrics_port or None,
    )


if __name__ == "__main__":
    raise SystemExit(main())

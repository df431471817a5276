"""The worker of registration: relays its outbox, takes messages, watches dates, sweeps files."""

from __future__ import annotations

import os
from datetime import timedelta

import structlog

from services.registration.handlers import handlers
from services.registration.operations.watching import watch
from services.registration.repository import files, sheets
from services.registration.repository.records import COLLECTION
from services.registration.settings import Settings
from services.registration.wiring import Wired, build
from shared.codes.keeping import SECONDS as DIVISIONS_SECONDS
from shared.codes.keeping import DivisionKeeper
from shared.contracts import all_contracts
from shared.crypto.errors import CryptoError
from shared.messaging.consumer import Consumer
from shared.messaging.relay import Relay
from shared.messaging.topology import REGISTRATION_EVENTS, REGISTRATION_SHEETS
from shared.messaging.worker import Periodic, run_worker
from shared.observability import bind_correlation, configure_logging
from shared.settings import read
from shared.storage.sweep import Swept, sweep
from shared.threads import store as threads

SWEEP_SECONDS = 3600.0
WATCH_SECONDS = 300.0
SHEETS_AT_ONCE = 4
"""Another worker takes what this one has not begun; each takes half a second."""

ORPHAN_AGE = timedelta(days=1)

log = structlog.get_logger()


def watch_registrations(wired: Wired) -> int:
    """Do what is due today with papers, standings and reviews; return how many registrations were looked at.

    Any number of workers may do this at once, and any time after the day has come.
    """
    return watch(wired.deps, bind_correlation(None))


def sweep_files(wired: Wired) -> Swept:
    """Remove what broken-off uploads left behind for more than a day, and return how much that was."""
    before = wired.deps.clock.now() - ORPHAN_AGE
    swept = sweep(
        wired.objects, wired.files.files, lambda row: wired.registrations.is_claimed(row.id), before, files.PREFIX
    )
    log.info("files_swept", rows=swept.rows, objects=swept.objects, uploads=swept.uploads)
    return swept


def sweep_sheets(wired: Wired) -> Swept:
    """Remove files of decision sheets that were stored and never noted, and return how much that was."""
    before = wired.deps.clock.now() - ORPHAN_AGE
    swept = sweep(wired.objects, wired.sheets, lambda row: True, before, sheets.PREFIX)
    log.info("sheets_swept", rows=swept.rows, objects=swept.objects, uploads=swept.uploads)
    return swept


def sweep_uploads(wired: Wired) -> Swept:
    """Remove the uploads that were not ended in time, and return how much that was."""
    swept = wired.uploads.sweep()
    log.info("uploads_swept", rows=swept.rows, objects=swept.objects, uploads=swept.uploads)
    return swept


def main() -> int:
    """Run until SIGTERM or SIGINT; return the exit status."""
    configure_logging("registration-worker")
    settings = read(Settings, os.environ)
    wired = build(settings)
    taken = handlers(wired.deps_within, wired.deps, wired.own_keys, wired.division_changes.note)
    of_events, of_sheets = (
        Consumer(
            queue,
            taken,
            wired.client,
            wired.database,
            settings.amqp_url,
            clock=wired.deps.clock,
            contracts=all_contracts(),
            poison=(CryptoError,),
            batch=batch,
        )
        for queue, batch in ((REGISTRATION_EVENTS, 100), (REGISTRATION_SHEETS, SHEETS_AT_ONCE))
    )
    relay = Relay(
        [wired.database[COLLECTION], wired.database[threads.COLLECTION]], settings.amqp_url, source="registration"
    )
    return run_worker(
        [
            relay,
            of_events,
            of_sheets,
            Periodic("divisions", DIVISIONS_SECONDS, DivisionKeeper(wired.division_changes.confirmed).refresh),
            Periodic("watch", WATCH_SECONDS, lambda: watch_registrations(wired)),
            Periodic("sweep", SWEEP_SECONDS, lambda: sweep_files(wired)),
            Periodic("sweep_sheets", SWEEP_SECONDS, lambda: sweep_sheets(wired)),
            Periodic("sweep_uploads", SWEEP_SECONDS, lambda: sweep_uploads(wired)),
        ],
        metrics_port=settings.metrics_port or None,
    )


if __name__ == "__main__":
    raise SystemExit(main())

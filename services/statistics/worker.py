"""The worker of statistics: takes facts, brings the columns up to date, freezes periods, checks and publishes releases, marks those that are outdated, relays its outbox."""

from __future__ import annotations

import os
from collections.abc import Sequence

import structlog
from prometheus_client import Gauge

from services.statistics.handlers import handlers
from services.statistics.operations.amendments import mark_outdated
from services.statistics.operations.facts import merge_next
from services.statistics.operations.publishing import publish_due
from services.statistics.operations.releases import check_next
from services.statistics.operations.snapshots import count_overdue, freeze_due
from services.statistics.repository.amendments import COLLECTION as OUTDATED
from services.statistics.repository.releases import COLLECTION
from services.statistics.settings import Settings
from services.statistics.wiring import Wired, build
from shared.contracts import all_contracts
from shared.crypto.errors import CryptoError
from shared.messaging.consumer import Consumer
from shared.messaging.relay import Relay
from shared.messaging.topology import STATISTICS_EVENTS
from shared.messaging.worker import Part, Periodic, run_worker
from shared.observability import configure_logging
from shared.settings import read

MERGE_SECONDS = 30.0
FREEZE_SECONDS = 10.0
CHECK_SECONDS = 5.0
PUBLISH_SECONDS = 10.0
OUTDATE_SECONDS = 30.0
SWEEP_SECONDS = 3600.0

OVERDUE = Gauge("tongbao_snapshots_overdue", "Closed periods whose facts are missing for more than an hour.")

log = structlog.get_logger()


def merge(wired: Wired) -> None:
    """Bring the columns up to date."""
    if merged := merge_next(wired.deps):
        log.info("facts_merged", filings=merged)


def freeze(wired: Wired) -> None:
    """Freeze the closed periods whose facts have all come, and say how many wait for too long."""
    freeze_due(wired.deps)
    OVERDUE.set(count_overdue(wired.deps))


def sweep(wired: Wired) -> None:
    """Remove segments that neither a partition nor a snapshot names any more."""
    removed = wired.deps.partitions.sweep(wired.deps.snapshots.pinned())
    log.info("segments_swept", segments=removed)


def parts(wired: Wired, amqp_url: str) -> Sequence[Part]:
    """Return what runs in this process."""
    consumer = Consumer(
        STATISTICS_EVENTS,
        handlers(wired.deps_within, wired.unsealing),
        wired.client,
        wired.database,
        amqp_url,
        clock=wired.deps.clock,
        contracts=all_contracts(),
        poison=(CryptoError,),
    )
    return (
        Relay([wired.database[COLLECTION], wired.database[OUTDATED]], amqp_url, source="statistics"),
        consumer,
        Periodic("merge", MERGE_SECONDS, lambda: merge(wired)),
        Periodic("freeze", FREEZE_SECONDS, lambda: freeze(wired)),
        Periodic("check", CHECK_SECONDS, lambda: check_next(wired.deps)),
        Periodic("publish", PUBLISH_SECONDS, lambda: publish_due(wired.deps)),
        Periodic("outdate", OUTDATE_SECONDS, lambda: mark_outdated(wired.deps)),
        Periodic("sweep", SWEEP_SECONDS, lambda: sweep(wired)),
    )


def main() -> int:
    """Run until SIGTERM or SIGINT; return the exit status."""
    configure_logging("statistics-worker")
    settings = read(Settings, os.environ)
    return run_worker(parts(build(settings), settings.amqp_url), metrics_port=settings.metrics_port or None)


if __name__ == "__main__":
    raise SystemExit(main())

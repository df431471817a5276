"""The worker of the exchange: relays its outbox, takes approvals and receipts, follows up what is unanswered."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import structlog
from prometheus_client import Counter, Gauge
from pymongo.errors import PyMongoError

from services.exchange.handlers import of_announcements, of_partner, of_receiver, of_records, of_statistics, of_units
from services.exchange.model.deliveries import RECEIVERS
from services.exchange.model.jobs import ANCHORS, JOBS, QUALITY, RETENTION, STATEMENTS
from services.exchange.model.jobs import CASES as CASE_REMINDERS
from services.exchange.model.partners import ROUTES, Partner, RouteName
from services.exchange.operations.ageing import remind_desk
from services.exchange.operations.anchoring import anchor_days
from services.exchange.operations.asking import ask_for_gaps
from services.exchange.operations.delivering import follow, send_due
from services.exchange.operations.dropping import lay_down
from services.exchange.operations.entering import enter_unread, link_waiting, stuck_since, tell_stuck
from services.exchange.operations.granting import tell_overdue
from services.exchange.operations.health import watch_routes
from services.exchange.operations.quality import check_quality
from services.exchange.operations.reruns import run_next_rerun
from services.exchange.operations.retention import remove_old_bodies
from services.exchange.operations.sending import Turns, confirm_sent, send_overdue, send_waiting
from services.exchange.operations.statements import draw_up_days
from services.exchange.operations.stopping import Seen, Stops
from services.exchange.repository.announcements import TROUBLES
from services.exchange.repository.case_records import CASES
from services.exchange.repository.cases import REMINDERS
from services.exchange.repository.controls import COLLECTION as CONTROLS
from services.exchange.repository.crossings import FIELD
from services.exchange.repository.deliveries import GRANTS, OBJECTIONS
from services.exchange.repository.file_drop import FileDrop, Returns
from services.exchange.repository.journal import CHAINS
from services.exchange.repository.mirror import COLLECTION as UNITS
from services.exchange.repository.records import COLLECTION
from services.exchange.repository.statements import COLLECTION as KEPT_STATEMENTS
from services.exchange.settings import Settings
from services.exchange.wiring import WITH_CROSSINGS, Wired, build
from shared.clock import Clock
from shared.contracts import all_contracts
from shared.crypto.errors import CryptoError
from shared.errors import Unavailable
from shared.ids import new_id
from shared.messaging.consumer import Consumer
from shared.messaging.effects import Effects, Handler, PutAside
from shared.messaging.relay import Relay
from shared.messaging.topology import DIRECTORY_ANNOUNCED, DIRECTORY_ANSWERS, DIRECTORY_RECEIPTS, EXCHANGE_EVENTS
from shared.messaging.waking import Woken
from shared.messaging.worker import Part, Periodic, run_worker
from shared.observability import bind_correlation, configure_logging
from shared.scheduling.jobs import Work
from shared.scheduling.running import JobLoop, Timing
from shared.scheduling.store import MongoJobs, ServerClock
from shared.settings import read

TOGETHER = 25
"""Messages that share a transaction: most of what there is to gain, and short enough to collide with few other writes."""

TRANSACTION_SECONDS = 8.0
"""A national set of tables is opened, read and kept in one transaction; on a busy machine five seconds were too few."""

FOLLOW_SECONDS = 0.5
RERUN_SECONDS = 0.5
ALARM_SECONDS = 30.0
DELIVER_SECONDS = 2.0
FILES_SECONDS = 1.0
OVERDUE_SECONDS = 300.0
GAP_SECONDS = 1.0

MAIN_ROUTES: Mapping[Partner, RouteName] = {Partner.DIRECTORY: RouteName.DIRECTORY_CHANGES, **RECEIVERS}
"""Where it counts what a partner sends and nobody can read."""

JOURNAL_ENTRIES = Counter("tongbao_journal_entries_total", "Entries linked into the journal.")
JOURNAL_FAILURES = Counter("tongbao_journal_failures_total", "Rounds in which the journal could not be written.")
JOURNAL_STUCK = Gauge("tongbao_journal_stuck", "1 while the journal can't be written and nothing is sent.")

log = structlog.get_logger()


def follow_up(wired: Wired, turns: Turns | None = None) -> int:
    """Note what the broker has, send what waits for its turn, send again or give up what is overdue; return how many.

    Any number of workers may do this at once: each change is bound to the version that was read.
    """
    correlation_id = bind_correlation(None)
    confirmed, sent = confirm_sent(wired.deps, correlation_id), send_waiting(wired.deps, correlation_id, turns)
    return confirmed + sent + send_overdue(wired.deps, correlation_id)


def deliver(wired: Wired) -> int:
    """Send the deliveries that are due, and note what became of those on their way; return how many there were."""
    correlation_id = bind_correlation(None)
    return send_due(wired.deps, correlation_id) + follow(wired.deps, correlation_id)


def exchange_files(wired: Wired, drop: FileDrop, returns: Returns) -> int:
    """Take what partners laid down, lay down what is on its way to those who take files; return how much it was."""
    return returns.take() + lay_down(wired.deps, drop, bind_correlation(None))


def returns_of(wired: Wired, root: Path) -> Returns:
    """Return what takes the files of the partners who exchange files."""
    effects = {
        partner: Effects(
            f"files.{partner.value}",
            by_files_from(wired, partner),
            wired.client,
            wired.database,
            wired.deps.clock,
            contracts=all_contracts(),
            poison=(CryptoError,),
            put_aside=unread(wired, partner, MAIN_ROUTES[partner]),
        )
        for partner in sorted(wired.deps.transports.by_files)
    }
    return Returns(root, effects, lambda partner, body: enter_unread(wired.deps, partner, MAIN_ROUTES[partner], body))


def by_files_from(wired: Wired, partner: Partner) -> Mapping[str, Handler]:
    """Return what takes the files of a partner, by the type of their messages."""
    if partner in RECEIVERS:
        return of_receiver(wired.deps, wired.deps_within, partner)
    return {type_: handler for _, handlers, _ in from_directory(wired) for type_, handler in handlers.items()}


def unread(wired: Wired, partner: Partner, route: RouteName) -> PutAside:
    """Return what enters in the journal that something came from a partner which nobody could read."""
    return lambda delivery, _: enter_unread(wired.deps, partner, route, delivery.body)


def file_parts(wired: Wired, root: Path) -> Sequence[Part]:
    """Return what exchanges files with partners in this process."""
    drop, returns = FileDrop(root), returns_of(wired, root)
    return (
        Periodic("files", FILES_SECONDS, lambda: exchange_files(wired, drop, returns)),
        Periodic("files-sweep", OVERDUE_SECONDS, drop.sweep),
    )


def from_directory(wired: Wired) -> Sequence[tuple[str, Mapping[str, Handler], RouteName]]:
    """Return by which queues the 名录库 answers and announces, what takes that, and on which route it comes.

    A receipt is of the route of its message; what can't be read of them counts on that of the changes.
    """
    deps, within = wired.deps, wired.deps_within
    return (
        (DIRECTORY_RECEIPTS, of_partner(deps, within), RouteName.DIRECTORY_CHANGES),
        (DIRECTORY_ANNOUNCED, of_announcements(deps, within), RouteName.DIRECTORY_ANNOUNCEMENTS),
        (DIRECTORY_ANSWERS, of_records(deps, within), RouteName.DIRECTORY_RECORDS),
    )


def note_trouble(wired: Wired, error: Exception) -> None:
    """Say that the journal could not be written: nothing is sent meanwhile."""
    JOURNAL_FAILURES.inc()
    log.error("journal_not_written", error=type(error).__name__)
    try:
        since = stuck_since(wired.deps)
        JOURNAL_STUCK.set(since is not None)
        if since is not None:
            tell_stuck(wired.deps)
    except (PyMongoError, Unavailable) as silent:
        JOURNAL_STUCK.set(1)
        log.error("journal_trouble_not_told", error=type(silent).__name__)


def enter(wired: Wired) -> int:
    """Link what waits into the journal; return how much it was."""
    count = link_waiting(wired.deps)
    JOURNAL_STUCK.set(0)
    JOURNAL_ENTRIES.inc(count)
    return count


def job_loops(wired: Wired, clock: Clock | None = None, timing: Timing | None = None) -> list[JobLoop]:
    """Return this worker's part in the scheduled jobs, at the time of the database where no clock is given."""
    works: Mapping[str, Work] = {
        ANCHORS: lambda progress: anchor_days(wired.deps, progress),
        STATEMENTS: lambda progress: draw_up_days(wired.deps, progress),
        RETENTION: lambda progress: remove_old_bodies(wired.deps, progress),
        QUALITY: lambda progress: check_quality(wired.deps, progress),
        CASE_REMINDERS: lambda progress: remind_desk(wired.deps, progress),
    }
    jobs, now = MongoJobs(wired.database), clock or ServerClock(wired.database)
    return [JobLoop(job, works[job.name], jobs, now, new_id, timing) for job in JOBS]


def parts(wired: Wired, amqp_url: str) -> Sequence[Part]:
    """Return what runs in this process."""

    turns: Turns = {}
    stops = Stops(Seen(wired.deps.controls), wired.deps.clock)

    def consumer(queue: str, handlers: Mapping[str, Handler], route: RouteName | None = None) -> Consumer:
        return Consumer(
            queue,
            handlers,
            wired.client,
            wired.database,
            amqp_url,
            clock=wired.deps.clock,
            contracts=all_contracts(),
            poison=(CryptoError,),
            put_aside=unread(wired, ROUTES[route].partner, route) if route else None,
            batch=TOGETHER,
            transaction_seconds=TRANSACTION_SECONDS,
        )

    holding = [wired.database[name] for name in WITH_CROSSINGS]
    return (
        Woken("journal", holding, FIELD, lambda: enter(wired), lambda error: note_trouble(wired, error)),
        Relay(
            [
                wired.database[name]
                for name in (
                    COLLECTION,
                    UNITS,
                    TROUBLES,
                    CASES,
                    REMINDERS,
                    CONTROLS,
                    CHAINS,
                    KEPT_STATEMENTS,
                    GRANTS,
                    OBJECTIONS,
                )
            ],
            amqp_url,
            source="exchange",
            is_stopped=lambda event: stops.is_stopped(event.type),
        ),
        consumer(
            EXCHANGE_EVENTS,
            {**of_units(wired.deps, wired.deps_within), **of_statistics(wired.deps, wired.deps_within)},
        ),
        *(consumer(queue, handlers, route) for queue, handlers, route in from_directory(wired)),
        Periodic("gaps", GAP_SECONDS, lambda: ask_for_gaps(wired.deps, bind_correlation(None))),
        Periodic("follow-up", FOLLOW_SECONDS, lambda: follow_up(wired, turns)),
        Periodic("deliveries", DELIVER_SECONDS, lambda: deliver(wired)),
        Periodic("overdue", OVERDUE_SECONDS, lambda: tell_overdue(wired.deps, bind_correlation(None))),
        Periodic("reruns", RERUN_SECONDS, lambda: run_next_rerun(wired.deps)),
        Periodic("alarms", ALARM_SECONDS, lambda: watch_routes(wired.deps, bind_correlation(None))),
        *job_loops(wired),
    )


def main() -> int:
    """Run until SIGTERM or SIGINT; return the exit status."""
    configure_logging("exchange-worker")
    settings = read(Settings, os.environ)
    wired = build(settings)
    running = [
        *parts(wired, settings.amqp_url),
        *(file_parts(wired, Path(settings.drop_dir)) if settings.drop_dir else ()),
    ]
    return run_worker(running, metrics_port=settings.metrics_port or None)


if __name__ == "__main__":
    raise SystemExit(main())

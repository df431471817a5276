"""The worker of notification: takes occasions, tells their recipients, hands mails over, makes the daily digests."""

from __future__ import annotations

import os
from collections.abc import Sequence

from prometheus_client import Gauge

from services.notification.handlers import handlers
from services.notification.model.mails import MailState
from services.notification.operations.delivery import deliver_arrivals
from services.notification.operations.digests import send_digests
from services.notification.operations.mailing import find_broken_off, send_due_mails
from services.notification.ports import Deps
from services.notification.settings import Settings
from services.notification.wiring import Wired, build
from shared.contracts import all_contracts
from shared.crypto.errors import CryptoError
from shared.messaging.consumer import Consumer
from shared.messaging.topology import NOTIFICATION_EVENTS
from shared.messaging.worker import Part, Periodic, run_worker
from shared.observability import configure_logging
from shared.settings import read

DELIVERY_SECONDS = 0.5
MAIL_SECONDS = 0.5
DIGEST_SECONDS = 60.0
WATCH_SECONDS = 5.0

MAILS = Gauge("tongbao_mails", "Mails by state; one that is uncertain wants a person.", ("state",))


def watch_mails(deps: Deps) -> None:
    """Note what was broken off, and show how many mails are in each state."""
    find_broken_off(deps)
    for state in MailState:
        MAILS.labels(state.value).set(deps.mails.count_of(state))


def parts(wired: Wired, settings: Settings) -> Sequence[Part]:
    """Return what runs in this process."""
    consumer = Consumer(
        NOTIFICATION_EVENTS,
        handlers(wired.deps.occasions, wired.unsealing, wired.arrivals.within, wired.settlements.within),
        wired.client,
        wired.database,
        settings.amqp_url,
        clock=wired.deps.clock,
        contracts=all_contracts(),
        poison=(CryptoError,),
    )
    return (
        consumer,
        Periodic("delivery", DELIVERY_SECONDS, lambda: deliver_arrivals(wired.deps)),
        Periodic("mails", MAIL_SECONDS, lambda: send_due_mails(wired.deps)),
        Periodic("digests", DIGEST_SECONDS, lambda: send_digests(wired.deps)),
        Periodic("watch", WATCH_SECONDS, lambda: watch_mails(wired.deps)),
    )


def main() -> int:
    """Run until SIGTERM or SIGINT; return the exit status."""
    configure_logging("notification-worker")
    settings = read(Settings, os.environ)
    return run_worker(parts(build(settings), settings), metrics_port=settings.metrics_port or None)


if __name__ == "__main__":
    raise SystemExit(main())

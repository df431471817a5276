"""The worker of the exchange: relays its outbox, takes approvals and receipts, follows up what is unanswered."""

from __future__ import annotations

import os
from collections.abc import Sequence

from services.exchange.handlers import of_partner, of_units
from services.exchange.operations.sending import confirm_sent, send_overdue, send_waiting
from services.exchange.repository.records import COLLECTION
from services.exchange.settings import Settings
from services.exchange.wiring import Wired, build
from shared.contracts import all_contracts
from shared.crypto.errors import CryptoError
from shared.messaging.consumer import Consumer
from shared.messaging.effects import Handler
from shared.messaging.relay import Relay
from shared.messaging.topology import DIRECTORY_RECEIPTS, EXCHANGE_EVENTS
from shared.messaging.worker import Part, Periodic, run_worker
from shared.observability import bind_correlation, configure_logging
from shared.settings import read

FOLLOW_SECONDS = 0.5


def follow_up(wired: Wired) -> int:
    """Note what the broker has, send what waits for its turn, send again or give up what is overdue; return how many.

    Any number of workers may do this at once: each change is bound to the version that was read.
    """
    correlation_id = bind_correlation(None)
    return sum(work(wired.deps, correlation_id) for work in (confirm_sent, send_waiting, send_overdue))


def parts(wired: Wired, amqp_url: str) -> Sequence[Part]:
    """Return what runs in this process."""

    def consumer(queue: str, handlers: dict[str, Handler]) -> Consumer:
        # One at a time, see handlers.py.
        return Consumer(
            queue,
            handlers,
            wired.client,
            wired.database,
            amqp_url,
            clock=wired.deps.clock,
            contracts=all_contracts(),
            poison=(CryptoError,),
            batch=1,
        )

    return (
        Relay([wired.database[COLLECTION]], amqp_url, source="exchange"),
        consumer(EXCHANGE_EVENTS, dict(of_units(wired.deps, wired.deps_within))),
        consumer(DIRECTORY_RECEIPTS, dict(of_partner(wired.deps, wired.deps_within))),
        Periodic("follow-up", FOLLOW_SECONDS, lambda: follow_up(wired)),
    )


def main() -> int:
    """Run until SIGTERM or SIGINT; return the exit status."""
    configure_logging("exchange-worker")
    settings = read(Settings, os.environ)
    return run_worker(parts(build(settings), settings.amqp_url), metrics_port=settings.metrics_port or None)


if __name__ == "__main__":
    raise SystemExit(main())

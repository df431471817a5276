"""The worker of identity: relays its outbox and sends its mails."""

from __future__ import annotations

import os

from services.identity.handlers import handlers
from services.identity.repository.indexes import ACCOUNTS, SIGN_UPS
from services.identity.settings import Settings
from services.identity.wiring import build
from shared.contracts import all_contracts
from shared.crypto.errors import CryptoError
from shared.messaging.consumer import Consumer
from shared.messaging.relay import Relay
from shared.messaging.topology import IDENTITY_EVENTS
from shared.messaging.worker import run_worker
from shared.observability import configure_logging
from shared.settings import read


def main() -> int:
    """Run until SIGTERM or SIGINT; return the exit status."""
    configure_logging("identity-worker")
    settings = read(Settings, os.environ)
    wired = build(settings)
    consumer = Consumer(
        IDENTITY_EVENTS,
        handlers(wired.mails, wired.mailer, settings.portal_url),
        wired.client,
        wired.database,
        settings.amqp_url,
        clock=wired.deps.clock,
        contracts=all_contracts(),
        poison=(CryptoError,),
        batch=1,  # a mail can't be taken back: one that fails must not send the others of its batch again
    )
    relay = Relay([wired.database[SIGN_UPS], wired.database[ACCOUNTS]], settings.amqp_url, source="identity")
    return run_worker([relay, consumer], metrics_port=settings.metrics_port or None)


if __name__ == "__main__":
    raise SystemExit(main())

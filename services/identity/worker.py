"""The worker of identity: relays its outbox, forgets sign-ups that came to nothing."""

from __future__ import annotations

import os
from collections.abc import Sequence

from services.identity.operations.signups import forget_stale_sign_ups
from services.identity.repository.indexes import ACCOUNTS, CHANGE_SETS, INVITATIONS, SIGN_UPS
from services.identity.settings import Settings
from services.identity.wiring import Wired, build
from shared.messaging.relay import Relay
from shared.messaging.worker import Part, Periodic, run_worker
from shared.observability import configure_logging
from shared.settings import read

FORGET_SECONDS = 3600.0


def parts(wired: Wired, settings: Settings) -> Sequence[Part]:
    """Return what runs in this process."""
    collections = [wired.database[name] for name in (SIGN_UPS, ACCOUNTS, INVITATIONS, CHANGE_SETS)]
    relay = Relay(collections, settings.amqp_url, source="identity")
    return (relay, Periodic("sign-ups", FORGET_SECONDS, lambda: forget_stale_sign_ups(wired.deps)))


def main() -> int:
    """Run until SIGTERM or SIGINT; return the exit status."""
    configure_logging("identity-worker")
    settings = read(Settings, os.environ)
    return run_worker(parts(build(settings), settings), metrics_port=settings.metrics_port or None)


if __name__ == "__main__":
    raise SystemExit(main())

"""Admin commands of the exchange."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from services.exchange.settings import Settings
from services.exchange.wiring import INDEXES, build
from shared.administration import CommandLine, Upkeep
from shared.messaging.topology import (
    DIRECTORY_ANNOUNCED,
    DIRECTORY_ANSWERS,
    DIRECTORY_RECEIPTS,
    EXCHANGE_EVENTS,
)
from shared.observability import configure_logging
from shared.settings import read


def main(words: Sequence[str]) -> int:
    """Run the command that is named; return the exit status."""
    configure_logging("exchange-cli", sys.stderr)  # the answer alone goes to standard output
    settings = read(Settings, os.environ)
    wired = build(settings)
    upkeep = Upkeep(
        database=wired.database,
        keyring=wired.keyring,
        amqp_url=settings.amqp_url,
        clock=wired.deps.clock,
        indexes=INDEXES,
        queues=(EXCHANGE_EVENTS, DIRECTORY_RECEIPTS, DIRECTORY_ANNOUNCED, DIRECTORY_ANSWERS),
        fill_in=wired.messages.fill_in,
    )
    return CommandLine("exchange", upkeep).run(words)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

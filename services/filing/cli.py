"""Admin commands of filing."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from services.filing.settings import Settings
from services.filing.wiring import INDEXES, build
from shared.administration import CommandLine, Upkeep
from shared.messaging.topology import FILING_EVENTS
from shared.observability import configure_logging
from shared.settings import read


def main(words: Sequence[str]) -> int:
    """Run the command that is named; return the exit status."""
    configure_logging("filing-cli", sys.stderr)  # the answer alone goes to standard output
    settings = read(Settings, os.environ)
    wired = build(settings)
    upkeep = Upkeep(
        database=wired.database,
        keyring=wired.keyring,
        amqp_url=settings.amqp_url,
        clock=wired.deps.clock,
        indexes=INDEXES,
        queues=(FILING_EVENTS,),
        prepare_more=wired.objects.prepare,
    )
    return CommandLine("filing", upkeep).run(words)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

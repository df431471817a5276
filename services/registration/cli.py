"""Admin commands of registration."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from services.registration.operations.making_known import tell_of_all
from services.registration.settings import Settings
from services.registration.wiring import INDEXES, build
from shared.administration import Answer, CommandLine, Upkeep
from shared.ids import new_id
from shared.messaging.topology import REGISTRATION_EVENTS, REGISTRATION_SHEETS
from shared.observability import configure_logging
from shared.settings import read


def main(words: Sequence[str]) -> int:
    """Run the command that is named; return the exit status."""
    configure_logging("registration-cli", sys.stderr)  # the answer alone goes to standard output
    settings = read(Settings, os.environ)
    wired = build(settings)
    upkeep = Upkeep(
        database=wired.database,
        keyring=wired.keyring,
        amqp_url=settings.amqp_url,
        clock=wired.deps.clock,
        indexes=INDEXES,
        queues=(REGISTRATION_EVENTS, REGISTRATION_SHEETS),
        prepare_more=wired.objects.prepare,
        fill_in=wired.registrations.fill_in,
    )
    line = CommandLine("registration", upkeep)

    def tell_units(_: argparse.Namespace) -> Answer:
        """Tell filing once more of every unit whose platform is registered; doing it twice does no harm."""
        return {"told": tell_of_all(wired.deps, new_id())}

    line.add("tell-units", tell_units)
    return line.run(words)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

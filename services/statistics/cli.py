"""Admin commands of statistics."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from services.statistics.operations.facts import forget_facts, remake_partitions
from services.statistics.settings import Settings
from services.statistics.wiring import INDEXES, Wired, build
from shared.administration import Answer, CommandLine, Upkeep
from shared.messaging.topology import STATISTICS_EVENTS
from shared.observability import configure_logging
from shared.settings import read


@dataclass(frozen=True)
class Commands:
    """The commands that statistics alone have."""

    wired: Wired

    def rebuild(self, arguments: argparse.Namespace) -> Answer:
        """Make all columns anew from the facts; with --forget forget the facts too, for filing's `cli tell-facts`."""
        if arguments.forget:
            forget_facts(self.wired.deps)
            return {"forgotten": True, "next": "python -m services.filing.cli tell-facts"}
        return {"merged": remake_partitions(self.wired.deps)}


def main(words: Sequence[str]) -> int:
    """Run the command that is named; return the exit status."""
    configure_logging("statistics-cli", sys.stderr)  # the answer alone goes to standard output
    settings = read(Settings, os.environ)
    wired = build(settings)
    upkeep = Upkeep(
        database=wired.database,
        keyring=wired.keyring,
        amqp_url=settings.amqp_url,
        clock=wired.deps.clock,
        indexes=INDEXES,
        queues=(STATISTICS_EVENTS,),
    )
    line = CommandLine("statistics", upkeep)
    rebuild = line.add("rebuild", Commands(wired).rebuild)
    rebuild.add_argument("--forget", action="store_true", help="forget the facts; filing has to tell them again")
    return line.run(words)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

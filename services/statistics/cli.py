"""Admin commands of statistics."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from services.statistics.operations.facts import forget_facts, remake_partitions
from services.statistics.operations.releases import is_reproduced
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

    def verify_release(self, arguments: argparse.Namespace) -> Answer:
        """Make a release anew from its snapshot, and say whether it is the same to the last byte."""
        if is_reproduced(self.wired.deps, arguments.release):
            return {"reproduced": True}
        return {"error": "the release made anew is another one"}


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
    line.add("verify-release", Commands(wired).verify_release).add_argument("release", help="the id")
    return line.run(words)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

"""Admin commands of the exchange."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import orjson

from services.exchange.operations.granting import lay_statutory
from services.exchange.operations.sets import keep_set
from services.exchange.packaging.tables import TableSet, table_set_of
from services.exchange.policy import EXCHANGE
from services.exchange.ports.deps import Deps
from services.exchange.settings import Settings
from services.exchange.wiring import INDEXES, build
from shared.administration import Answer, CommandLine, Upkeep
from shared.calls import Call
from shared.contracts.statistics import load_tables
from shared.messaging.topology import (
    DIRECTORY_ANNOUNCED,
    DIRECTORY_ANSWERS,
    DIRECTORY_RECEIPTS,
    EXCHANGE_EVENTS,
)
from shared.observability import configure_logging
from shared.settings import read


def load_sample_tables(deps: Deps, file: Path) -> Answer:
    """Take the sets of a file in, a JSON list of contents; none where one does not say that it is made up."""
    contents = [orjson.dumps(each, option=orjson.OPT_SORT_KEYS) for each in orjson.loads(file.read_bytes())]
    sets = [(table_set_of(load_tables(content)), content) for content in contents]
    if not all(made.is_sample for made, _ in sets):
        return {"error": "not a file of samples"}
    new = [pair for pair in sets if deps.sharing.deliveries.find_set(pair[0].set_id) is None]
    for made, content in new:
        deps.together(partial(_kept, made=made, content=content))
    return {"taken": len(new), "known": len(sets) - len(new)}


def _kept(deps: Deps, made: TableSet, content: bytes) -> object:
    return keep_set(deps, Call(EXCHANGE), made, content)


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
        prepare_more=lambda: lay_statutory(wired.deps),
    )
    line = CommandLine("exchange", upkeep)

    def load_samples(arguments: argparse.Namespace) -> Answer:
        """Take sets of made-up tables in, as if statistics had handed them over; those that are known stay."""
        return load_sample_tables(wired.deps, arguments.file)

    line.add("load-sample-tables", load_samples).add_argument("file", type=Path)
    return line.run(words)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

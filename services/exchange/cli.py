"""Admin commands of the exchange."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import orjson

from services.exchange.model.inquiries import LoadState
from services.exchange.operations.granting import lay_statutory
from services.exchange.operations.loading import go_on, start_load
from services.exchange.operations.sets import keep_set
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
from shared.tabulation.tables import TableSet, table_set_of

PROGRESS_SECONDS = 1.0


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


def load_directory(deps: Deps, *, waits: bool) -> Answer:
    """Begin to load all units of the 名录库, or go on with a load that was stopped; `waits` until it is over."""
    last = deps.directory.loads.last()
    call = Call(EXCHANGE, version=last.version if last else None)
    if last is None or last.state is LoadState.DONE:
        load = deps.together(partial(start_load, call=call))
    elif last.state is LoadState.STOPPED:
        load = deps.together(partial(go_on, call=call, load_id=last.id))
    else:
        load = last
    while waits and (load := deps.directory.loads.get(load.id)).state is LoadState.RUNNING:
        sys.stderr.write(f"{load.taken} / {load.total}\n")
        time.sleep(PROGRESS_SECONDS)
    return {"load": load.id, "state": load.state, "taken": load.taken, "total": load.total, "stored": load.stored}


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

    def load_units(arguments: argparse.Namespace) -> Answer:
        """Load all units of the 名录库, or go on with a load that was stopped."""
        return load_directory(wired.deps, waits=arguments.wait)

    line.add("load-directory", load_units).add_argument("--wait", action="store_true", help="until it is over")
    line.add("load-sample-tables", load_samples).add_argument("file", type=Path)
    return line.run(words)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

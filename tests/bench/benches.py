"""The table of the benches. A new one is a function from the ground to rows, and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tests.bench import (
    cells,
    completeness,
    consumer,
    directory,
    disclosure,
    exchange,
    files,
    filings,
    ledger,
    queue,
    relay,
    submission,
    workbooks,
)
from tests.bench.ground import Ground
from tests.bench.report import Row

Bench = Callable[[Ground], Sequence[Row]]

BENCHES: Mapping[str, Bench] = {
    "files": files.measure,
    "submission": submission.measure,
    "filings": filings.measure,
    "ledger": ledger.measure,
    "queue": queue.measure,
    "completeness": completeness.measure,
    "relay": relay.measure,
    "consumer": consumer.measure,
    "exchange": exchange.measure,
    "directory": directory.measure,
    "workbooks": workbooks.measure,
    "disclosure": disclosure.measure,
    "cells": cells.measure,
}

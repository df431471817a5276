"""The national monthly set at full size: months of the simulated country, reckoned, protected and audited as releases are.

86,301 firms in 31 provinces with their cities, 57 class nodes, all natures, month and year to date, both currencies: the
tables of the appendix, each month beside all that the year has shown. `python -m tests.bench.national` needs no servers;
`TONGBAO_BENCH_SHARE` takes a share of the firms, `TONGBAO_BENCH_MONTHS` so many months.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import cast

from services.sandbox.country.business import Country
from services.sandbox.country.published import FIRMS_2024
from services.statistics.model.releases import Hidden, Progress, Release, ReleaseKind, ReleaseState
from services.statistics.model.snapshots import Snapshot
from services.statistics.operations.books import Sight, shown_tables
from services.statistics.operations.checking import check
from services.statistics.ports.deps import Deps
from services.statistics.repository.cells import DuckCells
from services.statistics.tables.definitions import Audience, Rhythm
from services.statistics.tables.loading import load_tables
from tests.bench.report import Row, table
from tests.support.simulated import SimulatedCells, simulated_columns

YEAR, MONTHS = 2025, 3
FINAL_ON = date(2025, 2, 10)
NOW = datetime(2025, 2, 11, tzinfo=UTC)
MEGABYTES = 1024
RECKONED_WITHIN, CHECKED_WITHIN = 30.0, 600.0
"""Seconds of the processor, all threads together: of all cells with their evidence, and of the whole check of a month."""


def national() -> Iterator[Row]:
    """Yield the times of national months. Raises `AssertionError` where one does not pass its check."""
    size = max(100, int(FIRMS_2024 * float(os.environ.get("TONGBAO_BENCH_SHARE", "1"))))
    months = [f"{YEAR}-{month:02}" for month in range(1, 1 + int(os.environ.get("TONGBAO_BENCH_MONTHS", MONTHS)))]
    columns = simulated_columns(Country(size), months, YEAR - 1)
    lines = sum(table.num_rows for table in columns.tables.values())
    cells = SimulatedCells(columns, DuckCells(None, MEGABYTES))  # type: ignore[arg-type]  # it reads the columns that it is given
    yield _reckoned(cells, months[0], f"{size:,} firms, {lines:,} lines")
    released: list[Release] = []
    for month in months:
        row, hidden = _checked(cells, month, released)
        released.append(replace(_release(month), state=ReleaseState.APPROVED, hidden=hidden))
        yield row


def _reckoned(cells: SimulatedCells, month: str, size: str) -> Row:
    tables, begun, clock = load_tables(), time.process_time(), time.perf_counter()
    definitions = tables.of(Audience.NBS, Rhythm.MONTH)
    measures = dict.fromkeys(key for each in definitions for key in each.measures)
    drawn = [
        each for key in measures for each in shown_tables(cells, Sight(month), definitions, tables.measures[key], "v1")
    ]
    took, waited = time.process_time() - begun, time.perf_counter() - clock
    cells_drawn = sum(len(each.table.cells) for each in drawn)
    detail = (
        f"processor time {took:.1f} s, {waited:.0f} s by the clock; {size}, {cells_drawn:,} cells; {_peak()} MB so far"
    )
    return Row(f"national month reckoned / {RECKONED_WITHIN:.0f} s", took / RECKONED_WITHIN, 1.0, "lower", detail)


def _checked(cells: SimulatedCells, month: str, released: list[Release]) -> tuple[Row, Hidden]:
    releases = SimpleNamespace(list_all=lambda: tuple(released), message_size=lambda *_: 0)
    snapshots = SimpleNamespace(get=lambda period, _: _snapshot(period))
    deps = cast(Deps, SimpleNamespace(tables=load_tables(), cells=cells, releases=releases, snapshots=snapshots))
    heard: list[Progress] = []
    begun, clock = time.process_time(), time.perf_counter()
    outcome = check(deps, _release(month), _snapshot(month), heard.append)
    took, waited = time.process_time() - begun, time.perf_counter() - clock
    assert outcome.content is not None, outcome.checked.faults
    found = outcome.checked
    detail = (
        f"processor time {took:.0f} s, {waited:.0f} s by the clock; {heard[-1].total} quantities, {found.cells:,} cells,"
        f" {found.unsafe:,} unsafe, {found.hidden:,} hidden; {_peak()} MB at the peak of the process"
    )
    name = f"{month} protected and audited / {CHECKED_WITHIN:.0f} s"
    return Row(name, took / CHECKED_WITHIN, 1.0, "lower", detail), outcome.hidden


def _release(month: str) -> Release:
    at = NOW.replace(month=int(month[-2:]) + 1)
    return Release(
        month, 1, ReleaseKind.MONTHLY, month, 1, "", FINAL_ON, ReleaseState.DRAFT, "m", created_at=at, updated_at=at
    )


def _snapshot(month: str) -> Snapshot:
    return Snapshot(month, 1, month, FINAL_ON, {}, month)


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    for each in national():
        sys.stdout.write(table([each]))
        sys.stdout.flush()

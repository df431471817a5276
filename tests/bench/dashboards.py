"""Dashboards of every level over the simulated country: reckoned, masked and audited as a department sees them.

`python -m tests.bench.dashboards` needs no servers; `TONGBAO_BENCH_SHARE` takes a share of the 86,301 firms, a tenth where
nothing is said. Times are of the processor, of the first look; a second one finds the same kept.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import cast

from services.sandbox.country.business import Country
from services.sandbox.country.published import FIRMS_2024
from services.statistics.model.dashboards import Dashboard
from services.statistics.operations.dashboard_blocks import months_of
from services.statistics.operations.dashboards import show_dashboard
from services.statistics.ports.deps import Deps
from services.statistics.repository.cells import DuckCells
from services.statistics.tables.loading import load_tables
from services.statistics.tables.panels import load_panels
from shared.calls import Call
from shared.clock import FixedClock
from shared.identity.actor import COUNTRY, Actor, Role
from shared.recent import Recent
from tests.bench.report import Row, table
from tests.support.simulated import SimulatedCells, simulated_columns

MONTH = "2025-02"
NOW = datetime(2025, 3, 11, tzinfo=UTC)
MEGABYTES, DEFAULT_SHARE = 512, 0.1
LEVELS = {"county": "330106", "city": "330100", "province": "330000", "nation": COUNTRY}
WITHIN = {"county": 5.0, "city": 10.0, "province": 10.0, "nation": 30.0}
"""Seconds of the processor that a first look may take."""


def dashboards() -> Iterator[Row]:
    """Yield the time of a dashboard of each level. Raises `AssertionError` where masking was not proven to hold."""
    size = max(100, int(FIRMS_2024 * float(os.environ.get("TONGBAO_BENCH_SHARE", DEFAULT_SHARE))))
    columns = simulated_columns(Country(size), months_of(MONTH), int(MONTH[:4]) - 1)
    lines = sum(each.num_rows for each in columns.tables.values())
    cells = SimulatedCells(columns, DuckCells(None, MEGABYTES))  # type: ignore[arg-type]  # it reads the columns that it is given
    deps = cast(
        Deps,
        SimpleNamespace(
            tables=load_tables(),
            panels=load_panels(),
            cells=cells,
            dashboards=Recent(len(LEVELS)),
            drawing=nullcontext(),
            reads=SimpleNamespace(record=lambda *_: None),
            clock=FixedClock(NOW),
        ),
    )
    for level, division in LEVELS.items():
        yield _looked(deps, level, division, f"{size:,} firms, {lines:,} lines")


def _looked(deps: Deps, level: str, division: str, size: str) -> Row:
    ministry = Call(Actor("m", Role.MINISTRY, division=COUNTRY))
    begun, clock = time.process_time(), time.perf_counter()
    found = show_dashboard(deps, ministry, division, MONTH)
    took, waited = time.process_time() - begun, time.perf_counter() - clock
    assert not found.unsure, found.unsure
    shown, masked = _numbers(found)
    detail = f"processor time {took:.1f} s, {waited:.1f} s by the clock; {size}; {shown:,} numbers, {masked:,} masked"
    return Row(f"dashboard of a {level} / {WITHIN[level]:.0f} s", took / WITHIN[level], 1.0, "lower", detail)


def _numbers(found: Dashboard) -> tuple[int, int]:
    figures = [each for panel in found.panels for row in panel.rows for each in row.figures.values()]
    return sum(len(each.numbers) for each in figures), sum(len(each.masked) for each in figures)


if __name__ == "__main__":
    sys.stdout.write(table(list(dashboards())))

"""Cells from facts: the national monthly set out of sealed columns, beside bare DuckDB on plain Parquet.

Both run the very same queries over the same lines: 31 provinces with their cities, 57 nodes of classes, all natures, with
the contributors of each cell and the largest of them per holding. `TONGBAO_BENCH_SHARE` takes a share of 5 million facts.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from services.statistics.model.cells import Axis, Question
from services.statistics.model.columns import code_number
from services.statistics.repository.arrow import schema_of
from services.statistics.repository.partitions import COLLECTION, LARGEST, SEGMENTS, Segment
from services.statistics.repository.reckoning import add, prepare, reckoned
from services.statistics.tables.dimensions import dimension
from shared.codes import divisions, lists
from shared.codes.schemes import Scheme
from shared.contracts.filing import FactKind, Layer
from shared.ids import new_id
from tests.bench.ground import Ground
from tests.bench.report import Row
from tests.bench.rounds import Times, alternate
from tests.support.statistics_site import StatisticsSite, open_statistics

DATABASE = "bench-cells"
FACTS, UNITS, MONTHS = 5_000_000, 100_000, 36
DEFAULT_SHARE = 0.04
MEGABYTES = 1024
ROUNDS = 3
AIM = 1.5
OF_ONE_MONTH = 2 / MONTHS
"""What a month more may take of all months: its own part, twice for whatever else the machine does."""

ON = date(2024, 12, 31)


def measure(ground: Ground) -> Sequence[Row]:
    """Return the rows of cells."""
    keys = ground.folder / "cells-keys"
    keys.mkdir()
    share = float(os.environ.get("TONGBAO_BENCH_SHARE", DEFAULT_SHARE))
    with open_statistics(ground.stack, DATABASE, keys, MEGABYTES) as site:
        country = _settled(site, ground.folder, int(FACTS * share), max(1_000, int(UNITS * share)))
        return list(_rows(country))


@dataclass
class Country:
    """The same facts twice: sealed in the database, and plain in files."""

    site: StatisticsSite
    folder: Path
    facts: int
    months: tuple[str, ...]
    found: dict[str, int] = field(default_factory=dict)

    def ours(self, month: str) -> float:
        """Reckon a month out of sealed columns; return the seconds."""
        begun = time.perf_counter()
        cells = self.site.wired.deps.cells.ask(_question(month))
        took = time.perf_counter() - begun
        self.found[f"ours/{month}"] = len(cells)
        return took

    def bare(self, month: str) -> float:
        """Reckon a month out of plain Parquet; return the seconds."""
        begun = time.perf_counter()
        question = _question(month)
        with duckdb.connect(config={"threads": 2, "memory_limit": f"{MEGABYTES}MB"}) as engine:
            engine.execute(f"CREATE VIEW units AS FROM '{self.folder / 'units.parquet'}'")
            prepare(engine, [question])
            add(engine, [question], engine.read_parquet(str(self.folder / f"{month}.parquet")))
            cells = reckoned(engine, [question])[0]
        took = time.perf_counter() - begun
        self.found[f"bare/{month}"] = len(cells)
        return took


def _rows(country: Country) -> Iterator[Row]:
    country.ours(country.months[0])  # makes the units, which stay
    times: Times = alternate(
        {
            "sealed": lambda: sum(map(country.ours, country.months)),
            "bare": lambda: sum(map(country.bare, country.months)),
        },
        ROUNDS,
    )
    if any(country.found[f"ours/{month}"] != country.found[f"bare/{month}"] for month in country.months):
        raise AssertionError("the two ways found other cells")
    ratios = sorted(own / bare for own, bare in zip(times["sealed"], times["bare"], strict=True))
    sealed = sorted(times["sealed"])[ROUNDS // 2]
    cells = sum(count for name, count in country.found.items() if name.startswith("ours/"))
    yield Row(
        "cells of 36 national months out of sealed columns, beside plain Parquet",
        ratios[ROUNDS // 2],
        AIM,
        "lower",
        f"{sealed:.1f} s for {country.facts:,} facts, {cells:,} cells; {ratios[0]:.2f} to {ratios[-1]:.2f}",
    )
    one = sorted(country.ours(country.months[-1]) for _ in range(5))[2]
    yield Row(
        "a month more, beside all of them",
        one / sealed,
        OF_ONE_MONTH,
        "lower",
        f"{1000 * one:.0f} ms; no other month is read",
    )


def _question(month: str) -> Question:
    used = {
        "place": ("nation", "province", "city"),
        "business_class": ("total", "large", "medium", "small"),
        "nature": ("total", "nature"),
    }
    made = {key: dimension(key, ON) for key in used}
    axes = tuple(Axis(made[key].column, made[key].counted(levels)) for key, levels in used.items())
    return Question(FactKind.EXECUTION, month, month, Layer.APPROVED, "cny", axes)


def _settled(site: StatisticsSite, folder: Path, facts: int, units: int) -> Country:
    months = tuple(f"{2022 + number // 12}-{number % 12 + 1:02}" for number in range(MONTHS))
    firms = _firms(units)
    _keep(site, f"unit/{months[0][:4]}", firms["table"])
    holding = pa.table({name: firms[name] for name in ("unit", "ownership", "industry", "holding")})
    pq.write_table(holding, folder / "units.parquet")
    dice = np.random.default_rng(3)
    for month in months:
        table = _lines(dice, firms, facts // MONTHS)
        _keep(site, f"execution/{month}", table)
        pq.write_table(table, folder / f"{month}.parquet", compression="zstd")
    return Country(site, folder, facts // MONTHS * MONTHS, months)


def _firms(count: int) -> dict[str, pa.Array | pa.Table | np.ndarray]:
    """Return units in cities, every tenth held by another one."""
    dice = random.Random(4)
    provinces = divisions.children(divisions.NATION, ON)
    spots = [
        (code_number(province.code), code_number(city))
        for province in provinces
        for city in (
            [each.code for each in divisions.children(province.code, ON) if each.level == "city"] or [province.code]
        )
    ]
    at = [dice.choice(spots) for _ in range(count)]
    unit, name = [2**40 + each for each in range(count)], [2**50 + each for each in range(count)]
    holder = [dice.choice(name) if dice.random() < 0.1 else 0 for _ in range(count)]
    above = dict(zip(name, holder, strict=True))
    top = [_top(each, above) for each in name]
    kind = [code_number(dice.choice(["173", "220", "330"])) for _ in range(count)]
    head = {"filing": [each.to_bytes(16, "big") for each in unit], "unit": unit, "layers": [7] * count}
    places = {"province": [p for p, _ in at], "city": [c for _, c in at], "county": [0] * count}
    own = {**places, "ownership": kind, "industry": [0] * count}
    table = pa.table({**head, **own, "name": name, "holder": holder}, schema=schema_of(FactKind.UNIT))
    return {
        "table": table,
        "holding": pa.array(top, pa.uint64()),
        **{key: table[key] for key in ("unit", "ownership", "industry")},
        "province": np.array(own["province"], np.uint32),
        "city": np.array(own["city"], np.uint32),
    }


def _top(name: int, above: dict[int, int]) -> int:
    """Return the firm at the top, or the least of those that hold each other, as the product does."""
    seen = [name]
    while (each := above[seen[-1]]) and each not in seen:
        seen.append(each)
    return min(seen[seen.index(each) :]) if each else seen[-1]


def _lines(dice: np.random.Generator, firms: dict[str, pa.Array | pa.Table | np.ndarray], count: int) -> pa.Table:
    """Return executions of a month: few firms have many of them, most have some."""
    size = len(firms["city"])
    whose = np.minimum((dice.pareto(1.2, count) * size / 30).astype(np.int64), size - 1)
    codes = [code_number(each.code) for each in lists.entries(Scheme.BUSINESS_CLASS, ON, level=3)]
    usd = (dice.pareto(1.5, count) * 10**7).astype(np.int64) + 1
    columns = {
        "filing": pa.array([each.tobytes() for each in dice.integers(0, 255, (count, 16), np.uint8)], pa.binary(16)),
        "unit": firms["unit"].take(pa.array(whose)),  # type: ignore[union-attr]
        "layers": np.full(count, 7, np.uint8),
        "province": firms["province"][whose],
        "city": firms["city"][whose],
        "county": np.zeros(count, np.uint32),
        "business_class": dice.choice(np.array(codes, np.uint32), count),
        "nature": dice.integers(1, 4, count, np.uint32),
        "market": dice.choice(np.array([code_number(each) for each in ("USA", "HKG", "JPN", "DEU")], np.uint32), count),
        "client_industry": np.full(count, code_number("I"), np.uint32),
        "usd": usd,
        "cny": usd * 7,
        "settled_usd": usd,
        "settled_cny": usd * 7,
    }
    return pa.table(columns, schema=schema_of(FactKind.EXECUTION))


def _keep(site: StatisticsSite, key: str, table: pa.Table) -> None:
    """Store lines as a partition that was brought up to date."""
    kept, segments = site.wired.partitions, []
    for first in range(0, table.num_rows, LARGEST):
        part = table.slice(first, LARGEST)
        segments.append(Segment(new_id(), part.num_rows))
        document = kept._document(key, segments[-1], part, site.clock.now())
        site.wired.database[SEGMENTS].insert_one(document)
    listed = [{"id": each.id, "rows": each.rows} for each in segments]
    site.wired.database[COLLECTION].insert_one({"_id": key, "v": 1, "segments": listed})

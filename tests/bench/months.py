"""A simulated year for disclosure control: books as the service makes them, from lines that lie in memory.

Units have a province, one to three classes, a nature that most of their contracts have, and sizes with a heavy tail; every
tenth is held by another. A dense year has 100,000 units and 5 million facts, a sparse one some thousands of units, so that most
cells of provinces by classes are of one or two firms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from services.statistics.disclosure.tables import Book
from services.statistics.model.cells import Cell, Question
from services.statistics.model.columns import code_number
from services.statistics.operations.books import Sight, axes_of, book_of, codes_shown, shown_tables, silent_tables
from services.statistics.operations.timeline import Timeline, points_of, vintage_code
from services.statistics.repository.arrow import schema_of
from services.statistics.repository.reckoning import add, prepare, reckoned
from services.statistics.tables.definitions import Audience, Rhythm, Span
from services.statistics.tables.loading import load_tables
from shared.codes import divisions, lists
from shared.codes.schemes import Scheme
from shared.contracts.filing import FactKind

ON = date(2024, 12, 31)
YEAR = 2025
MILLIONTHS = 10**6
CONTRACTS = 5
"""So many executions are filed for each contract."""


@dataclass(frozen=True)
class Size:
    """How many units there are, and how many lines they file a month."""

    units: int
    lines: int


DENSE = Size(100_000, 5_000_000 // 12)
SPARSE = Size(6_000, 15_000)


class Year:
    """Answers questions over the months of a simulated year."""

    def __init__(self, size: Size, months: int, seed: int = 1) -> None:
        """Make the units and their lines of the first `months` months."""
        self._dice = np.random.default_rng(seed)
        self._size = size
        self._firms = self._made_firms()
        names = [f"{YEAR}-{month:02}" for month in range(1, months + 1)]
        self._months: Mapping[FactKind, Mapping[str, pa.Table]] = {
            FactKind.EXECUTION: {name: self._lines(size.lines) for name in names},
            FactKind.CONTRACT: {name: self._lines(size.lines // CONTRACTS) for name in names},
        }

    def ask_all(self, questions: Sequence[Question]) -> tuple[tuple[Cell, ...], ...]:
        """Return for each question the cells in which anything counts."""
        return tuple(map(self.ask, questions))

    def ask(self, question: Question) -> tuple[Cell, ...]:
        """Return the cells in which anything counts."""
        with duckdb.connect(config={"threads": 1}) as engine:
            engine.execute("SET enable_progress_bar = false")
            engine.register("units", self._units)
            prepare(engine, [question])
            for name, lines in self._months[question.kind].items():
                if question.first <= name <= question.last:
                    add(engine, [question], lines.select(question.columns))
            return reckoned(engine, [question])[0]

    def books(self, periods: Sequence[str], measure_key: str) -> tuple[Book, ...]:
        """Return the books of one quantity for months that are released one after the other.

        The last has the silent tables that lie between it and the others; all have the same dimensions.
        """
        tables = load_tables()
        measure, vintage = tables.measures[measure_key], vintage_code(1)
        monthly = tables.of(Audience.NBS, Rhythm.MONTH)
        timeline = Timeline(str(YEAR), points_of((each, span) for each in periods for span in Span))
        sights = [Sight(each) for each in periods]
        axes = axes_of(measure, [*monthly, *tables.of(Audience.NBS, Rhythm.YEAR)], sights[-1], timeline)
        drawn = [shown_tables(self, sight, monthly, measure, vintage) for sight in sights]
        seen = {code for sight in sights for each in monthly for code in codes_shown(sight, each)}
        between = [(each, code) for each in monthly for code in timeline.codes() if code not in seen]
        silent = silent_tables(self, sights[-1], between, measure, vintage)
        return (*(book_of(axes, each) for each in drawn[:-1]), book_of(axes, (*drawn[-1], *silent)))

    def _made_firms(self) -> dict[str, npt.NDArray[np.int64]]:
        dice, count = self._dice, self._size.units
        provinces = [code_number(each.code) for each in divisions.children(divisions.NATION, ON)]
        classes = [code_number(each.code) for each in lists.entries(Scheme.BUSINESS_CLASS, ON, level=3)]
        popular = _unequal(dice, len(classes), 1.1)
        at = dice.choice(provinces, count, p=_unequal(dice, len(provinces), 1.0))
        names = np.arange(count) + 2**50
        holding = np.where(dice.random(count) < 0.1, dice.choice(names, count), names)
        self._units = pa.table(
            {
                "unit": pa.array(np.arange(count) + 2**40, pa.uint64()),
                "ownership": pa.array(np.zeros(count), pa.uint32()),
                "industry": pa.array(np.zeros(count), pa.uint32()),
                "holding": pa.array(holding, pa.uint64()),
            }
        )
        return {
            "province": at,
            "classes": dice.choice(classes, (count, 3), p=popular),
            "usual": np.minimum(dice.geometric(0.6, count), 3) - 1,
            "nature": dice.choice([1, 2, 3], count, p=[0.35, 0.55, 0.1]),
            "size": (dice.lognormal(0.5, 1.6, count) * MILLIONTHS).astype(np.int64),
        }

    def _lines(self, count: int) -> pa.Table:
        dice, firms = self._dice, self._firms
        active = dice.permutation(self._size.units)[: max(1, self._size.units * 6 // 10)]
        whose = active[np.minimum((dice.pareto(1.3, count) * len(active) / 20).astype(np.int64), len(active) - 1)]
        which = np.minimum(dice.integers(0, 3, count), firms["usual"][whose])
        usd = (firms["size"][whose] * dice.lognormal(0, 0.7, count)).astype(np.int64) + 1
        columns: dict[str, object] = {
            "filing": pa.array([bytes(16)] * count, pa.binary(16)),
            "unit": pa.array(whose + 2**40, pa.uint64()),
            "layers": np.full(count, 7, np.uint8),
            "province": firms["province"][whose],
            "city": firms["province"][whose],
            "county": np.zeros(count),
            "business_class": firms["classes"][whose, which],
            "nature": np.where(dice.random(count) < 0.9, firms["nature"][whose], dice.integers(1, 4, count)),
            "market": np.zeros(count),
            "client_industry": np.zeros(count),
            **{f"{kind}usd": usd for kind in ("", "settled_")},
            **{f"{kind}cny": usd * 7_123_400 // MILLIONTHS for kind in ("", "settled_")},
        }
        schema = schema_of(FactKind.EXECUTION)
        return _added_up(pa.table({field.name: pa.array(columns[field.name], field.type) for field in schema}))


def _unequal(dice: np.random.Generator, count: int, spread: float) -> npt.NDArray[np.float64]:
    """Return shares of unequal size that add up to one."""
    weights = dice.lognormal(0, spread, count)
    return np.asarray(weights / weights.sum())


def _added_up(lines: pa.Table) -> pa.Table:
    """Return one line for all of a unit that count in the same cells: what is disclosed is the same, in a quarter of the time."""
    amounts = ["usd", "cny", "settled_usd", "settled_cny"]
    same = [name for name in lines.column_names if name not in amounts]
    added = lines.group_by(same).aggregate([(name, "sum") for name in amounts])
    return added.rename_columns([*same, *amounts]).cast(lines.schema)

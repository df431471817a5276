"""Cells reckoned from the columns by DuckDB, in memory alone: nothing goes to disk, and the memory is bounded.

Month after month is summed up to what one unit contributes to the finest cells; those are then added up through the
hierarchies. Parent and subsidiaries are one holding: who they belong to is said by the units' basic information.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from threading import Lock
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import structlog

from services.statistics.model.cells import COUNTED_IN, OF_UNITS, Cell, Question
from services.statistics.model.columns import code_number
from services.statistics.model.facts import BITS
from services.statistics.model.snapshots import Snapshot
from services.statistics.repository.partitions import MongoPartitions
from services.statistics.repository.reckoning import (
    PRESENCE,
    add,
    alike,
    amount_told,
    counted_alike,
    only_in,
    prepare,
    reckoned,
    take_off,
    time_number,
)
from services.statistics.repository.snapshots import FrozenColumns
from services.statistics.repository.units import FIRST_YEAR, Columns, UnitsKept
from shared.contracts.filing import FactKind
from shared.errors import Unavailable

THREADS = 2

log = structlog.get_logger()


def opened(megabytes: int) -> duckdb.DuckDBPyConnection:
    """Open an engine that takes so much memory, writes no file and reads none."""
    settings: dict[str, Any] = {
        "memory_limit": f"{megabytes}MB",
        "threads": THREADS,
        "preserve_insertion_order": False,
        "temp_directory": "",
        "max_temp_directory_size": "0KB",
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    connection = duckdb.connect(":memory:", config=settings)
    connection.execute("SET enable_external_access = false")  # closed for good, once where nothing goes is said
    connection.execute("SET lock_configuration = true")
    return connection


class DuckCells:
    """Answers questions over the partitions of one database, with one engine for the process and its bound.

    Each question has a connection of its own, whose tables go with it. What does not fit raises `Unavailable`.
    """

    def __init__(self, partitions: MongoPartitions, megabytes: int) -> None:
        self.partitions = partitions
        self._megabytes = megabytes
        self._engine: duckdb.DuckDBPyConnection | None = None
        self._opening = Lock()
        self._units = UnitsKept()

    def ask(self, question: Question) -> tuple[Cell, ...]:
        """Return the cells in which anything counts, in the order of their codes, from the facts as they are now."""
        return self.ask_all([question])[0]

    def ask_all(self, questions: Sequence[Question]) -> tuple[tuple[Cell, ...], ...]:
        """Return the cells of each question; facts that several ask for are opened once."""
        return self.ask_of(self.partitions, self._units, questions)

    def of(self, snapshot: Snapshot) -> OfSnapshot:
        """Return the same over the columns of a snapshot."""
        return OfSnapshot(self, FrozenColumns(snapshot, self.partitions), UnitsKept())

    def changes(self, older: Snapshot, newer: Snapshot, question: Question, *, of_units: bool) -> tuple[Cell, ...]:
        """Return the cells that differ between two snapshots, by how much and by whom, in the order of their codes."""
        before, after = FrozenColumns(older, self.partitions), FrozenColumns(newer, self.partitions)
        if same_columns(before, after, question):
            return ()
        with self._connection() as engine:
            engine.register("units", UnitsKept().up_to(after, question.last))
            engine.register("older_units", UnitsKept().up_to(before, question.last))
            prepare(engine, [question])
            add_changes(engine, before, after, question)
            changed = replace(question, since=question.layer)
            return reckoned(engine, [changed], amount=PRESENCE if of_units else "")[0]

    def total(self, snapshot: Snapshot, question: Question, others: frozenset[str]) -> Decimal:
        """Return what all facts of a question come to, without those of some filings, by their pseudonyms."""
        columns = FrozenColumns(snapshot, self.partitions)
        where = [f"(f.layers & {BITS[question.layer]}) <> 0", *(only_in(question, *each) for each in question.only)]
        sums: list[Decimal] = []
        with self._connection() as engine:
            engine.register("others", pa.table({"filing": pa.array(map(bytes.fromhex, sorted(others)), pa.binary())}))
            for key, _ in columns.keys(question.kind, question.first, question.last):
                engine.register("facts", columns.read(key, ("filing", *question.columns)))
                left = (
                    f"SELECT coalesce(sum(f.{question.measure}), 0)::VARCHAR FROM facts f"  # noqa: S608 # columns of ours
                    f" WHERE {' AND '.join(where)} AND f.filing NOT IN (SELECT filing FROM others)"
                )
                sums += [amount_told(row[0]) for row in engine.execute(left).fetchall()]
        return sum(sums, Decimal(0))

    def ask_of(self, columns: Columns, units: UnitsKept, questions: Sequence[Question]) -> tuple[tuple[Cell, ...], ...]:
        """Return the cells of each question from some columns."""
        answers: dict[int, tuple[Cell, ...]] = {}
        for kind in dict.fromkeys(question.kind for question in questions):
            asked = [(place, question) for place, question in enumerate(questions) if question.kind is kind]
            facts = gathered(columns, [question for _, question in asked])
            for together in alike([question for _, question in asked]):
                places, own = zip(*(asked[each] for each in together), strict=True)
                found = self._answers(own, units.up_to(columns, own[0].last), facts)
                answers.update(zip(places, found, strict=True))
        return tuple(answers[place] for place in range(len(questions)))

    def _answers(
        self, questions: Sequence[Question], units: pa.Table, facts: Mapping[str, pa.Table]
    ) -> tuple[tuple[Cell, ...], ...]:
        """Return the cells of questions that are alike."""
        with self._connection() as engine:
            engine.register("units", units)
            prepare(engine, questions)
            for months in counted_alike(questions[0], facts):
                add(engine, questions, pa.concat_tables(facts[each] for each in months))
            return reckoned(engine, questions)

    @contextmanager
    def _connection(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._opening:
            if self._engine is None:
                self._engine = opened(self._megabytes)
            found = self._engine.cursor()
        try:
            yield found
        except duckdb.OutOfMemoryException as error:
            log.error("cells_out_of_memory", megabytes=self._megabytes)
            raise Unavailable from error
        finally:
            found.close()


@dataclass(frozen=True)
class OfSnapshot:
    """Answers questions over the columns of one snapshot: always the same to the same question."""

    cells: DuckCells
    columns: FrozenColumns
    units: UnitsKept

    def ask(self, question: Question) -> tuple[Cell, ...]:
        """Return the cells in which anything counts, in the order of their codes."""
        return self.ask_all([question])[0]

    def ask_all(self, questions: Sequence[Question]) -> tuple[tuple[Cell, ...], ...]:
        """Return the cells of each question; facts that several ask for are opened once."""
        return self.cells.ask_of(self.columns, self.units, questions)


def gathered(columns: Columns, questions: Sequence[Question]) -> dict[str, pa.Table]:
    """Return by month or year the facts that questions of one kind ask for, each opened once, with the month as a column.

    What narrows all of the questions alike is taken out at once.
    """
    first, last = min(each.first for each in questions), max(each.last for each in questions)
    alike = set(questions[0].only).intersection(*(each.only for each in questions))
    names = tuple(dict.fromkeys(name for each in questions for name in each.columns))
    found: dict[str, pa.Table] = {}
    for key, _ in columns.keys(questions[0].kind, first, last):
        counted_in = key.partition("/")[2]
        if any(each.asks_for(counted_in) for each in questions):
            facts = columns.read(key, names)
            for column, values in alike:
                facts = facts if column in OF_UNITS else facts.filter(_is_among(facts[column], values))
            month = pa.scalar(time_number(counted_in), pa.uint32())
            found[counted_in] = facts.append_column(COUNTED_IN, pa.repeat(month, facts.num_rows))
    return found


def add_changes(
    engine: duckdb.DuckDBPyConnection, before: FrozenColumns, after: FrozenColumns, question: Question
) -> None:
    """Add the lines of one snapshot to the finest sums, and take those of another off.

    Units divide the older lines by what was known of them then; which holding they belong to is what is known now.
    """
    engine.execute(
        "CREATE TEMP TABLE units_before AS SELECT coalesce(o.unit, n.unit) AS unit, o.ownership, o.industry,"
        " coalesce(n.holding, o.unit) AS holding FROM older_units o FULL JOIN units_of n ON o.unit = n.unit"
    )
    for key, _ in after.keys(question.kind, question.first, question.last):
        add(engine, [question], after.read(key, question.columns))
    for key, _ in before.keys(question.kind, question.first, question.last):
        take_off(engine, question, before.read(key, question.columns), units="units_before")


def same_columns(before: FrozenColumns, after: FrozenColumns, question: Question) -> bool:
    """Tell whether two snapshots pinned the same segments of all that a question reads."""
    columns = {axis.column for axis in question.axes} | {column for column, _ in question.only}
    spans = [(question.kind, question.first, question.last)]
    spans += [(FactKind.UNIT, FIRST_YEAR, question.last[:4])] if columns & OF_UNITS else []
    return all(before.pinned(*span) == after.pinned(*span) for span in spans)


def _is_among(column: pa.ChunkedArray, values: Sequence[str]) -> pa.ChunkedArray:
    is_code = column.type == pa.uint32()
    wanted = pa.array(
        [code_number(each) for each in values] if is_code else list(values), column.type if is_code else pa.string()
    )
    return pc.is_in(column if is_code else column.cast(pa.string()), value_set=wanted)

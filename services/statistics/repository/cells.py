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

from services.statistics.model.cells import COUNTED_IN, LARGEST, LINES, OF_UNITS, Axis, Cell, Question, Share
from services.statistics.model.columns import COLUMNS, SCALE, Form, code_number
from services.statistics.model.facts import BITS
from services.statistics.model.snapshots import MONTHLY, Snapshot
from services.statistics.repository.partitions import MongoPartitions
from services.statistics.repository.snapshots import FrozenColumns
from services.statistics.repository.units import FIRST_YEAR, Columns, UnitsKept
from shared.contracts.filing import FactKind

THREADS = 2

TAKEN_OFF = -1
"""What stands in `lacking` of lines that are taken off."""
PRESENCE = f"(bool_or(lacking <> {TAKEN_OFF})::INT - bool_or(lacking = {TAKEN_OFF})::INT)::HUGEINT * {10**SCALE}"
"""One for a unit that has come, minus one for one that has gone."""


def opened(megabytes: int) -> duckdb.DuckDBPyConnection:
    """Open an engine that takes so much memory, writes no file and reads none."""
    settings: dict[str, Any] = {
        "memory_limit": f"{megabytes}MB",
        "threads": THREADS,
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

    Each question has a connection of its own, whose tables go with it.
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
            prepare(engine, question)
            add_changes(engine, before, after, question)
            place_unknown(engine, question)
            changed = replace(question, since=question.layer)
            return reckoned(engine, changed, amount=PRESENCE if of_units else "sum(v)")

    def total(self, snapshot: Snapshot, question: Question, others: frozenset[str]) -> Decimal:
        """Return what all facts of a question come to, without those of some filings, by their pseudonyms."""
        columns = FrozenColumns(snapshot, self.partitions)
        where = [f"(f.layers & {BITS[question.layer]}) <> 0", *(_only(question, *each) for each in question.only)]
        sums: list[Decimal] = []
        with self._connection() as engine:
            engine.register("others", pa.table({"filing": pa.array(map(bytes.fromhex, sorted(others)), pa.binary())}))
            for key, _ in columns.keys(question.kind, question.first, question.last):
                engine.register("facts", columns.read(key, ("filing", *question.columns)))
                left = (
                    f"SELECT coalesce(sum(f.{question.measure}), 0)::VARCHAR FROM facts f"  # noqa: S608 # columns of ours
                    f" WHERE {' AND '.join(where)} AND f.filing NOT IN (SELECT filing FROM others)"
                )
                sums += [_amount(row[0]) for row in engine.execute(left).fetchall()]
        return sum(sums, Decimal(0))

    def ask_of(self, columns: Columns, units: UnitsKept, questions: Sequence[Question]) -> tuple[tuple[Cell, ...], ...]:
        """Return the cells of each question from some columns."""
        answers: dict[int, tuple[Cell, ...]] = {}
        for kind in dict.fromkeys(question.kind for question in questions):
            asked = [(place, question) for place, question in enumerate(questions) if question.kind is kind]
            facts = gathered(columns, [question for _, question in asked])
            for place, question in asked:
                answers[place] = self._answer(question, units.up_to(columns, question.last), facts)
        return tuple(answers[place] for place in range(len(questions)))

    def _answer(self, question: Question, units: pa.Table, facts: Mapping[str, pa.Table]) -> tuple[Cell, ...]:
        with self._connection() as engine:
            engine.register("units", units)
            prepare(engine, question)
            if own := [table for counted_in, table in facts.items() if question.asks_for(counted_in)]:
                add(engine, question, pa.concat_tables(own))
            place_unknown(engine, question)
            return reckoned(engine, question)

    @contextmanager
    def _connection(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._opening:
            if self._engine is None:
                self._engine = opened(self._megabytes)
            found = self._engine.cursor()
        try:
            yield found
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
            found[counted_in] = facts.append_column(COUNTED_IN, pa.repeat(counted_in, facts.num_rows))
    return found


def prepare(engine: duckdb.DuckDBPyConnection, question: Question) -> None:
    """Make the tables of a question: what each value of an axis counts in, and the finest sums, still empty."""
    for number, axis in enumerate(question.axes):
        engine.register(f"axis{number}", _axis_table(question, axis))
    engine.execute("CREATE TEMP TABLE units_of AS SELECT * FROM units")
    columns = "".join(f"c{number} {_type(question, axis.column)}, " for number, axis in enumerate(question.axes))
    engine.execute(
        f"CREATE TEMP TABLE finest ({columns}holding UBIGINT, unit UBIGINT, v HUGEINT, n BIGINT, lacking BIGINT)"
    )


def add(engine: duckdb.DuckDBPyConnection, question: Question, facts: Any) -> None:  # Any: an Arrow table or a relation
    """Add the lines of a partition to the finest sums."""
    engine.register("facts", facts)
    engine.execute(f"INSERT INTO finest {finest(question)}")
    engine.unregister("facts")


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
        add(engine, question, after.read(key, question.columns))
    for key, _ in before.keys(question.kind, question.first, question.last):
        engine.register("facts", before.read(key, question.columns))
        older = finest(question, units="units_before")
        engine.execute(f"INSERT INTO finest SELECT * REPLACE (-v AS v, {TAKEN_OFF} AS lacking) FROM ({older})")  # noqa: S608 # a query of ours
        engine.unregister("facts")


def same_columns(before: FrozenColumns, after: FrozenColumns, question: Question) -> bool:
    """Tell whether two snapshots pinned the same segments of all that a question reads."""
    columns = {axis.column for axis in question.axes} | {column for column, _ in question.only}
    spans = [(question.kind, question.first, question.last)]
    spans += [(FactKind.UNIT, FIRST_YEAR, question.last[:4])] if columns & OF_UNITS else []
    return all(before.pinned(*span) == after.pinned(*span) for span in spans)


def place_unknown(engine: duckdb.DuckDBPyConnection, question: Question) -> None:
    """Let values that an axis doesn't know count with what is empty."""
    for number, axis in enumerate(question.axes):
        empty = "''" if _form(question, axis.column) is Form.TEXT else "0"
        known = f"(SELECT leaf FROM axis{number})"  # noqa: S608 # the number of an axis
        engine.execute(f"UPDATE finest SET c{number} = {empty} WHERE c{number} NOT IN {known}")  # noqa: S608 # the same


def finest(question: Question, units: str = "units_of") -> str:
    """Return the query of what each unit contributes to the finest cells; `units` says what is known of them."""
    columns = [_column(axis.column) for axis in question.axes]
    measure = f"f.{question.measure}" if question.measure != LINES else str(10**SCALE)
    now, then = (f"(f.layers & {BITS[each]}) <> 0" for each in (question.layer, question.since or question.layer))
    signed = f"CASE WHEN {now} THEN {measure} ELSE -{measure} END" if question.since else measure
    chosen = "".join(f"{column} AS c{number}, " for number, column in enumerate(columns))
    where = [f"({now}) <> ({then})" if question.since else now, *(_only(question, *each) for each in question.only)]
    if question.measure != LINES and question.kind not in MONTHLY:
        where.append(f"{measure} IS NOT NULL")  # a line about something else; only amounts of contracts lack a rate
    return (
        f"SELECT {chosen}coalesce(u.holding, f.unit) AS holding, f.unit AS unit,"  # noqa: S608 # names of columns, checked against COLUMNS
        f" coalesce(sum({signed}), 0) AS v, count(*) AS n, count(*) - count({measure}) AS lacking"
        f" FROM facts f LEFT JOIN {units} u ON f.unit = u.unit WHERE {' AND '.join(where)} GROUP BY ALL"
    )


def summed(question: Question, amount: str = "sum(v)") -> str:
    """Return the query of the cells over the finest sums, through the hierarchies of the axes.

    `amount` is what a unit contributes to a cell.
    """
    numbers = range(len(question.axes))
    nodes = "".join(f"a{each}.node AS n{each}, " for each in numbers)
    joins = " ".join(f"JOIN axis{each} a{each} ON s.c{each} = a{each}.leaf" for each in numbers)
    cell = "".join(f"n{each}, " for each in numbers)
    order = f" ORDER BY {', '.join(f'n{each}' for each in numbers)}" if question.axes else ""
    changed = f" HAVING {amount} <> 0" if question.since else ""
    return (
        f"WITH of_units AS (SELECT {nodes}holding, unit, {amount} AS v, sum(n) AS n, sum(lacking) AS lacking"  # noqa: S608 # numbers of axes
        f" FROM finest s {joins} GROUP BY ALL{changed}),"
        f" of_holdings AS (SELECT {cell}holding, sum(v) AS v, sum(n) AS n, sum(lacking) AS lacking, count(*) AS units"
        f" FROM of_units GROUP BY ALL)"
        f" SELECT {cell}sum(v)::VARCHAR AS v, sum(units)::BIGINT AS units, count(*)::BIGINT AS holdings,"
        f" max({{'size': abs(v), 'v': v, 'holding': holding}}, {LARGEST}) AS largest, sum(n)::BIGINT AS n,"
        f" sum(lacking)::BIGINT AS lacking, sum(abs(v))::VARCHAR AS gross"
        f" FROM of_holdings{' GROUP BY ALL' if question.axes else ' HAVING count(*) > 0'}{order}"
    )


def reckoned(engine: duckdb.DuckDBPyConnection, question: Question, amount: str = "sum(v)") -> tuple[Cell, ...]:
    """Return the cells of the finest sums; `amount` is what a unit contributes to one."""
    width = len(question.axes)
    rows = engine.execute(summed(question, amount)).fetchall()
    codes = [_codes(axis) for axis in question.axes]
    return tuple(
        Cell(
            codes=tuple(listed[place] for listed, place in zip(codes, row[:width], strict=True)),
            value=_amount(row[width]),
            units=row[width + 1],
            holdings=row[width + 2],
            largest=tuple(Share(f"{each['holding']:016x}", _amount(each["v"])) for each in row[width + 3]),
            lines=row[width + 4],
            lacking=row[width + 5],
            gross=_amount(row[width + 6]) if question.since else None,
        )
        for row in rows
    )


def _codes(axis: Axis) -> list[str]:
    """Return the nodes of an axis in the order of their codes: the engine groups by their places, which are numbers."""
    return sorted({code for within in axis.nodes.values() for code in within})


def _axis_table(question: Question, axis: Axis) -> pa.Table:
    is_text = _form(question, axis.column) is Form.TEXT
    leaves: list[str | int] = []
    nodes: list[int] = []
    places = {code: place for place, code in enumerate(_codes(axis))}
    for leaf, within in axis.nodes.items():
        leaves += [leaf if is_text else code_number(leaf)] * len(within)
        nodes += [places[code] for code in within]
    kind = pa.string() if is_text else pa.uint32()
    return pa.table({"leaf": pa.array(leaves, kind), "node": pa.array(nodes, pa.uint16())})


def _is_among(column: pa.ChunkedArray, values: Sequence[str]) -> pa.ChunkedArray:
    is_code = column.type == pa.uint32()
    wanted = pa.array(
        [code_number(each) for each in values] if is_code else list(values), column.type if is_code else pa.string()
    )
    return pc.is_in(column if is_code else column.cast(pa.string()), value_set=wanted)


def _type(question: Question, column: str) -> str:
    return "VARCHAR" if _form(question, column) is Form.TEXT else "UINTEGER"


def _column(name: str) -> str:
    return f"coalesce(u.{name}, 0)" if name in OF_UNITS else f"f.{name}"


def _only(question: Question, column: str, values: Sequence[str]) -> str:
    is_text = _form(question, column) is Form.TEXT
    listed = ", ".join(f"'{each}'" if is_text else str(code_number(each)) for each in values)
    return f"{_column(column)} IN ({listed})"


def _form(question: Question, column: str) -> Form:
    """Return how a column holds its values. Raises `KeyError` for one that the facts don't have."""
    if column == COUNTED_IN:
        return Form.TEXT
    kind = FactKind.UNIT if column in OF_UNITS else question.kind
    return _FORMS[kind][column]


def _amount(number: object) -> Decimal:
    return Decimal(str(number)).scaleb(-SCALE)


_FORMS: Mapping[FactKind, Mapping[str, Form]] = {
    kind: {each.name: each.form for each in columns} for kind, columns in COLUMNS.items()
}

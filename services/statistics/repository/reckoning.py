"""How the engine reckons cells: what each unit contributes to the finest ones, then those added up through the hierarchies.

Questions are answered together where they are alike, that is differ in nothing but the measure. Values of an axis that count
in the same nodes have one place, so that the months of a year to date are added up as they are read. What is known of a unit
is joined to its sums, which are fewer than its facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa

from services.statistics.model.cells import COUNTED_IN, LARGEST, LINES, OF_UNITS, Axis, Cell, Codes, Question, Share
from services.statistics.model.columns import COLUMNS, SCALE, Form, code_number
from services.statistics.model.facts import BITS
from services.statistics.model.snapshots import MONTHLY
from shared.contracts.filing import FactKind

MANY = 50_000
"""Of so many finest sums the cells are reckoned one time after the other."""
TAKEN_OFF = -1
"""What stands in `lacking0` of lines that are taken off."""
PRESENCE = f"(bool_or(lacking0 <> {TAKEN_OFF})::INT - bool_or(lacking0 = {TAKEN_OFF})::INT)::HUGEINT * {10**SCALE}"
"""One for a unit that has come, minus one for one that has gone."""


def alike(questions: Sequence[Question]) -> list[list[int]]:
    """Return the places of the questions that can be answered together, in the order of the first of each.

    Those are of amounts of contracts and executions. Of yearly facts each measure has lines of its own, of a change it has
    units of its own.
    """
    found: list[tuple[Question, list[int]]] = []
    for place, question in enumerate(questions):
        is_alone = question.kind not in MONTHLY or question.since is not None or question.measure == LINES
        plain = question if is_alone else replace(question, measure=LINES)
        together = next((listed for each, listed in found if each == plain and not is_alone), None)
        if together is None:
            found.append((plain, [place]))
        else:
            together.append(place)
    return [listed for _, listed in found]


def counted_alike(question: Question, counted_in: Iterable[str]) -> list[list[str]]:
    """Return the months or years that a question asks for, together those that count in the same nodes of time."""
    time = next((axis.nodes for axis in question.axes if axis.column == COUNTED_IN), {})
    found: dict[Codes, list[str]] = {}
    for each in counted_in:
        if question.asks_for(each):
            found.setdefault(time.get(each, ()), []).append(each)
    return list(found.values())


def prepare(engine: duckdb.DuckDBPyConnection, questions: Sequence[Question]) -> None:
    """Make the tables of questions that are alike: the places of an axis and their nodes, and the finest sums, still empty."""
    question = questions[0]
    for number, axis in enumerate(question.axes):
        values, nodes = _axis_tables(question, axis)
        engine.register(f"values{number}", values)
        engine.register(f"axis{number}", nodes)
    engine.execute("CREATE TEMP TABLE units_of AS SELECT * FROM units")
    columns = "".join(f"c{number} USMALLINT, " for number in range(len(question.axes)))
    sums = "".join(f", v{each} HUGEINT, lacking{each} INTEGER" for each in range(len(questions)))
    engine.execute(f"CREATE TEMP TABLE finest ({columns}holding UBIGINT, unit UBIGINT, n INTEGER{sums})")


def add(engine: duckdb.DuckDBPyConnection, questions: Sequence[Question], facts: Any) -> None:
    """Add the lines of a partition, an Arrow table or a relation, to the finest sums."""
    engine.register("facts", facts)
    engine.execute(f"INSERT INTO finest {finest(questions)}")
    engine.unregister("facts")


def take_off(engine: duckdb.DuckDBPyConnection, question: Question, facts: pa.Table, units: str) -> None:
    """Take the lines of a partition off the finest sums; `units` is the table of what was known of their units."""
    engine.register("facts", facts)
    older = finest([question], units)
    engine.execute(f"INSERT INTO finest SELECT * REPLACE (-v0 AS v0, {TAKEN_OFF} AS lacking0) FROM ({older})")  # noqa: S608 # a query of ours
    engine.unregister("facts")


def finest(questions: Sequence[Question], units: str = "units_of") -> str:
    """Return the query of what each unit contributes to the finest cells; `units` says what is known of them."""
    question = questions[0]
    told, joins = _places(question, of_units=False)
    known, joins_known = _places(question, of_units=True)
    now, then = (f"(f.layers & {BITS[each]}) <> 0" for each in (question.layer, question.since or question.layer))
    where = [f"({now}) <> ({then})" if question.since else now]
    where += [only_in(question, *each) for each in question.only if each[0] not in OF_UNITS]
    where_known = [only_in(question, *each) for each in question.only if each[0] in OF_UNITS]
    sums = added = ""
    for number, measure in enumerate(_measure(each) for each in questions):
        signed = f"CASE WHEN {now} THEN {measure} ELSE -{measure} END" if question.since else measure
        sums += f", coalesce(sum({signed}), 0) AS v{number}, count(*) - count({measure}) AS lacking{number}"
        added += f", v{number}, lacking{number}"
    if question.measure != LINES and question.kind not in MONTHLY:
        where.append(f"{_measure(question)} IS NOT NULL")  # a line about something else; only contracts lack a rate
    places = "".join(f"{known.get(number, f'c{number}')}, " for number in range(len(question.axes)))
    return (
        f"WITH told AS (SELECT {''.join(f'{place} AS c{number}, ' for number, place in told.items())}f.unit,"  # noqa: S608 # names of columns, checked against COLUMNS
        f" count(*) AS n{sums} FROM facts f{joins} WHERE {' AND '.join(where)} GROUP BY ALL)"
        f" SELECT {places}coalesce(u.holding, t.unit) AS holding, t.unit AS unit, n{added}"
        f" FROM told t LEFT JOIN {units} u ON t.unit = u.unit{joins_known}"
        f"{' WHERE ' + ' AND '.join(where_known) if where_known else ''}"
    )


def summed(questions: Sequence[Question], amount: str = "", only: str = "") -> str:
    """Return the query of the cells over the finest sums, through the hierarchies of the axes.

    `amount` is what a unit contributes to a cell, where that is not the sum of what is asked for; `only` narrows the cells.
    """
    axes, measures = range(len(questions[0].axes)), range(len(questions))
    nodes = "".join(f"a{each}.node AS n{each}, " for each in axes)
    joins = " ".join(f"JOIN axis{each} a{each} ON s.c{each} = a{each}.place" for each in axes)
    cell = "".join(f"n{each}, " for each in axes)
    order = f" ORDER BY {', '.join(f'n{each}' for each in axes)}" if axes else ""
    changed = f" HAVING {amount or 'sum(v0)'} <> 0" if questions[0].since else ""
    lacking = "".join(f", sum(lacking{each})::BIGINT AS lacking{each}" for each in measures)
    sums = "".join(f", sum(v{each}) AS v{each}" for each in measures)
    answers = "".join(
        f", sum(v{each})::VARCHAR, max({{'size': abs(v{each}), 'v': v{each}, 'holding': holding}}, {LARGEST}),"
        f" sum(lacking{each})::BIGINT, sum(abs(v{each}))::VARCHAR"
        for each in measures
    )
    return (
        f"WITH of_units AS (SELECT {nodes}holding, unit, sum(n)::BIGINT AS n"  # noqa: S608 # numbers of axes and measures
        f"{f', {amount} AS v0' if amount else sums}{lacking} FROM finest s {joins}{only} GROUP BY ALL{changed}),"
        f" of_holdings AS (SELECT {cell}holding, count(*) AS units, sum(n)::BIGINT AS n{sums}{lacking}"
        f" FROM of_units GROUP BY ALL)"
        f" SELECT {cell}sum(units)::BIGINT, count(*)::BIGINT, sum(n)::BIGINT{answers}"
        f" FROM of_holdings{' GROUP BY ALL' if axes else ' HAVING count(*) > 0'}{order}"
    )


def reckoned(
    engine: duckdb.DuckDBPyConnection, questions: Sequence[Question], amount: str = ""
) -> tuple[tuple[Cell, ...], ...]:
    """Return the cells of each question from the finest sums; `amount` as in `summed`.

    Where there are many sums, cells by time are reckoned one time after the other, which takes the memory of one alone.
    """
    axes = questions[0].axes
    codes = [_codes(axis) for axis in axes]
    parts = [""]
    if axes and axes[0].column == COUNTED_IN and engine.table("finest").shape[0] > MANY:
        parts = [f" WHERE a0.node = {number}" for number in range(len(codes[0]))]
    rows = [row for part in parts for row in engine.execute(summed(questions, amount, part)).fetchall()]
    return tuple(
        tuple(_cell(question, number, codes, row) for row in rows) for number, question in enumerate(questions)
    )


def only_in(question: Question, column: str, values: Sequence[str]) -> str:
    """Return the condition that a column of the facts, or of their units, is among some values."""
    told = (_value(question, column, each) for each in values)
    return f"{_column(column)} IN ({', '.join(map(_literal, told))})"


def amount_told(number: object) -> Decimal:
    """Return the amount of so many millionths, as the engine tells them."""
    return Decimal(str(number)).scaleb(-SCALE)


def time_number(counted_in: str) -> int:
    """Return a month or year as a number, 0 for none: 2025-03 is 202503."""
    return int(counted_in.replace("-", "") or 0)


def _measure(question: Question) -> str:
    return f"f.{question.measure}" if question.measure != LINES else str(10**SCALE)


def _places(question: Question, *, of_units: bool) -> tuple[dict[int, str], str]:
    """Return the places of the axes over the facts, or over their units, and the joins that they are taken from.

    What an axis doesn't know is in the place of what is empty, and nowhere where that isn't there.
    """
    places, joins = {}, ""
    for number, axis in enumerate(question.axes):
        if (axis.column in OF_UNITS) is not of_units:
            continue
        has_empty = bool(axis.nodes.get(""))
        empty = _literal(_value(question, axis.column, ""))
        of_empty = f"(SELECT place FROM values{number} WHERE leaf = {empty})"  # noqa: S608 # the number of an axis
        places[number] = f"coalesce(p{number}.place, {of_empty})" if has_empty else f"p{number}.place"
        kind = "LEFT JOIN" if has_empty else "JOIN"
        joins += f" {kind} values{number} p{number} ON {_column(axis.column)} = p{number}.leaf"
    return places, joins


def _axis_tables(question: Question, axis: Axis) -> tuple[pa.Table, pa.Table]:
    """Return the place of each value of an axis, and in which nodes a place counts, by the numbers of the nodes."""
    leaves = [leaf for leaf, within in axis.nodes.items() if within]
    places: dict[Codes, int] = {}
    of_leaves = [places.setdefault(axis.nodes[leaf], len(places)) for leaf in leaves]
    numbers = {code: number for number, code in enumerate(_codes(axis))}
    pairs = [(place, numbers[code]) for within, place in places.items() for code in within]
    is_text = _form(question, axis.column) is Form.TEXT
    values = {
        "leaf": pa.array(
            [_value(question, axis.column, each) for each in leaves], pa.string() if is_text else pa.uint32()
        ),
        "place": pa.array(of_leaves, pa.uint16()),
    }
    nodes = {
        "place": pa.array([place for place, _ in pairs], pa.uint16()),
        "node": pa.array([node for _, node in pairs], pa.uint16()),
    }
    return pa.table(values), pa.table(nodes)


def _cell(question: Question, number: int, codes: Sequence[Sequence[str]], row: Sequence[Any]) -> Cell:
    """Return a cell from a row of the answer; `number` is that of the measure."""
    width = len(codes)
    units, holdings, lines = row[width : width + 3]
    value, largest, lacking, gross = row[width + 3 + 4 * number : width + 7 + 4 * number]
    return Cell(
        codes=tuple(listed[place] for listed, place in zip(codes, row[:width], strict=True)),
        value=amount_told(value),
        units=units,
        holdings=holdings,
        largest=tuple(Share(f"{each['holding']:016x}", amount_told(each["v"])) for each in largest),
        lines=lines,
        lacking=lacking,
        gross=amount_told(gross) if question.since else None,
    )


def _codes(axis: Axis) -> list[str]:
    """Return the nodes of an axis in the order of their codes: the engine groups by their numbers."""
    return sorted({code for within in axis.nodes.values() for code in within})


def _column(name: str) -> str:
    return f"coalesce(u.{name}, 0)" if name in OF_UNITS else f"f.{name}"


def _value(question: Question, column: str, text: str) -> int | str:
    """Return a value as its column holds it."""
    if column == COUNTED_IN:
        return time_number(text)
    return text if _form(question, column) is Form.TEXT else code_number(text)


def _literal(value: int | str) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value)


def _form(question: Question, column: str) -> Form:
    """Return how a column holds its values. Raises `KeyError` for one that the facts don't have."""
    if column == COUNTED_IN:
        return Form.CODE
    kind = FactKind.UNIT if column in OF_UNITS else question.kind
    return _FORMS[kind][column]


_FORMS: Mapping[FactKind, Mapping[str, Form]] = {
    kind: {each.name: each.form for each in columns} for kind, columns in COLUMNS.items()
}

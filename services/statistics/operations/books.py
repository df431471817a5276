"""Books for disclosure control: the cells of tables with their evidence, as linked tables over one set of dimensions.

One book per quantity: its tables of a period, the month and the year to date, and the months and sums of months between
them and what was released before, which nobody shows and everybody could reckon. A month has the code `2025-03`, the year up to it `2025:03`, a year `2025:12`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import product

from services.statistics.disclosure.tables import Book, Cell, Contribution, Kind, Node, Status, Table
from services.statistics.disclosure.tables import Dimension as Axis
from services.statistics.model.cells import Cell as Counted
from services.statistics.model.cells import Codes
from services.statistics.operations.drafting import dimensions_of, question_of
from services.statistics.ports.facts import Cells
from services.statistics.tables.definitions import AxisUse, Definition, Measure, Rhythm, Span
from services.statistics.tables.definitions import Counted as CountedBy
from services.statistics.tables.dimensions import Dimension, dimension
from shared.contracts.filing import Layer

TIME = "time"
SILENT = "~"
"""What the span of a table begins with that nobody shows; the code of its months follows."""

RULES, RULES_OF_COUNTS = "default", "counts"
MONTHS = range(1, 13)


@dataclass(frozen=True)
class Drawn:
    """A table of a book with the definition, measure and span that it came from; `lacking` facts had no rate."""

    definition: Definition
    measure: Measure
    span: str
    table: Table
    lacking: int


def drawn_tables(
    cells: Cells, definitions: Iterable[Definition], measure: Measure, period: str, silent: Iterable[str] = ()
) -> tuple[Drawn, ...]:
    """Return all tables of one quantity for a period, as `cells` reckon them on what is settled.

    `silent` are codes of months that nobody shows, for which the same tables are drawn up beside.
    """
    found: list[Drawn] = []
    for definition in definitions:
        if measure.key not in definition.measures:
            continue
        spans = [each.value for each in definition.spans]
        if Span.TO_DATE in definition.spans:
            spans += [f"{SILENT}{code}" for code in silent]
        found += [_drawn(cells, definition, measure, period, span) for span in spans]
    return tuple(found)


def book_of(drawn: Sequence[Drawn], definitions: Iterable[Definition], period: str) -> Book:
    """Return tables as a book; all books of one quantity in one year have the same dimensions."""
    on = date(int(period[:4]), 12, 31)
    measure = drawn[0].measure
    used: dict[str, list[AxisUse]] = {}
    for definition in definitions:
        if measure.key in definition.measures:
            for axis in definition.axes:
                used.setdefault(axis.dimension, []).append(axis)
            for column, _ in definition.only:
                used.setdefault(column, []).append(AxisUse(column, dimension(column, on).levels))
    axes = [_time(period[:4]), *(_axis(dimension(key, on), used[key]) for key in sorted(used))]
    return Book(tuple(axes), tuple(each.table for each in drawn))


def silent_codes(period: str, released: Iterable[str]) -> tuple[str, ...]:
    """Return the codes of months that could be reckoned out of what is shown for a month and was for months before it.

    Where nothing was, that is the sum of the months before it; else it is every month, and every sum, not released.
    """
    if not period[5:]:
        return ()
    before = [f"{period[:4]}-{month:02}" for month in MONTHS if month < int(period[5:])]
    known = {each for each in released if each in before}
    if not known:
        return (code_of_time(before[-1], Span.TO_DATE),) if before else ()
    return tuple(code for each in before if each not in known for code in (each, code_of_time(each, Span.TO_DATE)))


def code_of_time(period: str, span: str) -> str:
    """Return the code of the months that a span of a period is over."""
    if span.startswith(SILENT):
        return span.removeprefix(SILENT)
    year, month = period[:4], int(period[5:] or 12)
    return period if span == Span.PERIOD and period[5:] else f"{year}:{month:02}"


def table_id(definition: Definition, measure: Measure, span: str) -> str:
    """Return the name of a table within its book."""
    return f"{definition.key}.{measure.key}.{span}"


def _drawn(cells: Cells, definition: Definition, measure: Measure, period: str, span: str) -> Drawn:
    period = period[:4] if definition.rhythm is Rhythm.YEAR else period
    dimensions = dimensions_of(definition, period)
    is_silent, asked_for = span.startswith(SILENT), period
    if is_silent:
        code = code_of_time(period, span)
        asked_for, asked_span = code.replace(":", "-"), Span.TO_DATE if ":" in code else Span.PERIOD
    else:
        asked_span = Span(span)
    found = {
        each.codes: each
        for each in cells.ask(question_of(definition, dimensions, measure, asked_span, asked_for, Layer.FINAL))
    }
    shown = [[node.code for node in each.at(axis.levels)] for each, axis in _pairs(definition, dimensions)]
    status = Status.SILENT if is_silent else Status.OPEN
    table = Table(
        id=table_id(definition, measure, span),
        measure=measure.key,
        axes=tuple(axis.dimension for axis in definition.axes),
        cells=tuple(_cell(codes, found.get(codes), measure, status) for codes in product(*shown)),
        kind=Kind.FREQUENCY if measure.counted is CountedBy.UNITS else Kind.MAGNITUDE,
        place={TIME: code_of_time(period, span), **{column: codes[0] for column, codes in definition.only}},
        rules=RULES_OF_COUNTS if measure.counted is CountedBy.UNITS else RULES,
        decimals=measure.decimals,
    )
    return Drawn(definition, measure, span, table, sum(each.lacking for each in found.values()))


def _pairs(definition: Definition, dimensions: Sequence[Dimension]) -> Iterable[tuple[Dimension, AxisUse]]:
    return zip(dimensions, definition.axes, strict=True)


def _cell(codes: Codes, found: Counted | None, measure: Measure, status: Status) -> Cell:
    """Return a cell with its evidence; where nothing counts it is known to be nothing, by nobody."""
    if found is None:
        return Cell(codes, Decimal(0), units=0, holdings=0, status=status)
    if measure.counted is CountedBy.UNITS:
        return Cell(codes, Decimal(found.units), units=found.units, holdings=found.holdings, status=status)
    largest = tuple(Contribution(each.holder, each.amount) for each in found.largest)
    return Cell(codes, found.value, found.units, found.holdings, largest, status)


def _time(year: str) -> Axis:
    """Return the months of a year, added up from its first: year to date = year to date before + month."""
    node = Node(f"{year}:01", (Node(f"{year}-01"),))
    for month in list(MONTHS)[1:]:
        node = Node(f"{year}:{month:02}", (node, Node(f"{year}-{month:02}")))
    return Axis(TIME, (node,))


def _axis(made: Dimension, uses: Sequence[AxisUse]) -> Axis:
    """Return a dimension with the levels that any table shows, each whole with the parts that are shown."""
    shown = {node.code for use in uses for node in made.at(use.levels)}
    sums: Mapping[str, Codes] = {
        whole: parts for whole, parts in made.sums.items() if whole in shown and shown.issuperset(parts)
    }
    below = {part for parts in sums.values() for part in parts}

    def tree(code: str) -> Node:
        return Node(code, tuple(map(tree, sums.get(code, ()))))

    roots = [node.code for node in made.nodes if node.code in shown and node.code not in below]
    return Axis(made.key, tuple(map(tree, roots)), top=made.nodes[0].code)

"""Books for disclosure control: the cells of tables with their evidence, as linked tables over one set of dimensions.

All tables of one quantity and year are linked, for whomever they are: a cell of the website and the same cell of the yearbook
are one. A table of offshore contracts alone stands at that nature. What nobody shows and everybody could reckon (the months
between two sums, what was corrected after it was shown) stands in silent tables.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import product

from services.statistics.disclosure.tables import Book, Cell, Contribution, Kind, Node, Status, Table, TableFaulty
from services.statistics.disclosure.tables import Dimension as Axis
from services.statistics.model.cells import Cell as Counted
from services.statistics.model.cells import Codes, Question
from services.statistics.model.snapshots import Snapshot
from services.statistics.operations.drafting import dimensions_before, dimensions_of, question_of, year_before
from services.statistics.operations.timeline import TIME, VINTAGE, Timeline, code_of_time, months_of
from services.statistics.ports.facts import Cells, OfSnapshots
from services.statistics.tables.definitions import AxisUse, Definition, Measure, Rhythm, Span
from services.statistics.tables.definitions import Counted as CountedBy
from services.statistics.tables.dimensions import KEYS, Dimension, dimension
from shared.contracts.filing import FactKind, Layer

SILENT = "~"
"""What the span of a table begins with that nobody shows; its version and the code of its months follow."""
BEFORE = "@before"
"""What the name of a table ends with that is of the year before, as growth tells of it."""

CONVERTED = frozenset({"cny", "usd"})
"""Columns that every contract and execution has, where the rate of its day was known; what isn't filed is not missing."""

RULES, RULES_OF_COUNTS = "default", "counts"


@dataclass(frozen=True)
class Sight:
    """How tables are looked at: those of a period, or of the year before beside a period."""

    period: str
    is_before: bool = False

    @property
    def year(self) -> str:
        """The year that the tables are of."""
        return self.of_period[:4]

    @property
    def of_period(self) -> str:
        """The period that the tables are of."""
        return year_before(self.period) if self.is_before else self.period

    def period_of(self, definition: Definition) -> str:
        """Return the period of a table: one of a year in a bulletin of its last month is of the year."""
        return self.of_period[:4] if definition.rhythm is Rhythm.YEAR else self.of_period

    def dimensions(self, definition: Definition) -> tuple[Dimension, ...]:
        """Return the dimensions of a table."""
        if self.is_before:
            return dimensions_before(definition, self.period)
        return dimensions_of(definition, self.period_of(definition))


@dataclass(frozen=True)
class Drawn:
    """A table of a book with the definition, measure and span that it came from; `lacking` facts had no rate."""

    definition: Definition
    measure: Measure
    span: str
    table: Table
    lacking: int

    @property
    def is_silent(self) -> bool:
        """Whether nobody shows it."""
        return self.span.startswith(SILENT)


def shown_tables(
    cells: Cells, sight: Sight, definitions: Iterable[Definition], measure: Measure, vintage: str
) -> tuple[Drawn, ...]:
    """Return the tables of one quantity that are shown, as `cells` reckon them on what is settled."""
    wanted = [(each, span) for each in definitions if measure.key in each.measures for span in each.spans]
    asked = [
        question_of(each, sight.dimensions(each), measure, span, sight.period_of(each), Layer.FINAL)
        for each, span in wanted
    ]
    return tuple(
        _drawn(sight, definition, measure, span.value, found, {TIME: _code(sight, definition, span), VINTAGE: vintage})
        for (definition, span), found in zip(wanted, cells.ask_all(asked) if asked else (), strict=True)
    )


def silent_tables(
    cells: Cells, sight: Sight, wanted: Sequence[tuple[Definition, str]], measure: Measure, vintage: str
) -> tuple[Drawn, ...]:
    """Return tables of months that nobody shows, by their definitions and the codes of the months."""
    asked = [_between(sight, definition, measure, code) for definition, code in wanted]
    return tuple(
        _drawn(sight, definition, measure, f"{SILENT}{vintage}/{code}", found, {TIME: code, VINTAGE: vintage})
        for (definition, code), found in zip(wanted, cells.ask_all(asked) if asked else (), strict=True)
    )


def changed_table(
    cells: OfSnapshots,
    between: tuple[Snapshot, Snapshot],
    sight: Sight,
    definition: Definition,
    measure: Measure,
    code: str,
    change: str,
) -> Drawn:
    """Return the table of what was corrected between two snapshots; where nothing was, everybody may know that."""
    found = changed_cells(cells, between, sight, definition, measure, code)
    return _drawn(sight, definition, measure, f"{SILENT}{change}/{code}", found, {TIME: code, VINTAGE: change})


def changed_cells(
    cells: OfSnapshots,
    between: tuple[Snapshot, Snapshot],
    sight: Sight,
    definition: Definition,
    measure: Measure,
    code: str,
) -> tuple[Counted, ...]:
    """Return the cells of a table that were corrected between two snapshots."""
    asked = _between(sight, definition, measure, code)
    return cells.changes(*between, asked, of_units=measure.counted is CountedBy.UNITS)


def codes_shown(sight: Sight, definition: Definition) -> frozenset[str]:
    """Return the codes of the months that a table shows."""
    return frozenset(_code(sight, definition, span) for span in definition.spans)


def axes_of(measure: Measure, definitions: Iterable[Definition], sight: Sight, timeline: Timeline) -> tuple[Axis, ...]:
    """Return the dimensions of all books of one quantity in one year: those of all tables that were ever shown of it."""
    year_end = date(int(sight.year), 12, 31)
    used: dict[str, list[AxisUse]] = {}
    made: dict[str, Dimension] = {}
    for definition in definitions:
        if measure.key in definition.measures:
            dimensions = zip(definition.axes, sight.dimensions(definition), strict=True)
            for axis, each in dimensions:
                used.setdefault(axis.dimension, []).append(axis)
                made[axis.dimension] = each if sight.is_before else dimension(axis.dimension, year_end)
            for column, codes in definition.only:
                if column not in KEYS or len(codes) != 1:
                    raise TableFaulty(
                        f"{definition.key}: only one value of a dimension can be linked with other tables"
                    )
                made.setdefault(column, dimension(column, year_end))
                used.setdefault(column, []).append(AxisUse(column, made[column].levels))
    additive = is_additive(measure)
    return (*timeline.axes(), *(_axis(made[key], used[key], is_additive=additive) for key in sorted(used)))


def is_additive(measure: Measure) -> bool:
    """Tell whether the parts of a whole add up to it: a firm that executes contracts of two kinds is one firm."""
    return measure.counted is not CountedBy.UNITS or measure.kind is FactKind.UNIT


def axis_over(made: Dimension, shown: Collection[str], sums: Mapping[str, Codes]) -> Axis:
    """Return a dimension of a book with the codes that are shown, those of `sums` with their parts below them."""
    below = {part for parts in sums.values() for part in parts}

    def tree(code: str) -> Node:
        return Node(code, tuple(map(tree, sums.get(code, ()))))

    roots = [node.code for node in made.nodes if node.code in shown and node.code not in below]
    return Axis(made.key, tuple(map(tree, roots)), top=made.nodes[0].code)


def largest_of(found: Counted) -> tuple[Contribution, ...]:
    """Return the largest contributions to a cell, as the rules take them."""
    return tuple(Contribution(each.holder, each.amount) for each in found.largest)


def book_of(axes: tuple[Axis, ...], drawn: Iterable[Drawn]) -> Book:
    """Return tables as a book."""
    return Book(axes, tuple(each.table for each in drawn))


def table_id(definition: Definition, measure: Measure, span: str, *, is_before: bool = False) -> str:
    """Return the name of a table within its book."""
    return f"{definition.key}.{measure.key}.{span}{BEFORE if is_before else ''}"


def _code(sight: Sight, definition: Definition, span: Span) -> str:
    return code_of_time(sight.period_of(definition), span)


def _between(sight: Sight, definition: Definition, measure: Measure, code: str) -> Question:
    asked = question_of(
        definition, sight.dimensions(definition), measure, Span.PERIOD, sight.period_of(definition), Layer.FINAL
    )
    if measure.is_yearly:
        return asked
    first, last = months_of(code)
    return replace(asked, first=first, last=last)


def _drawn(
    sight: Sight,
    definition: Definition,
    measure: Measure,
    span: str,
    cells: Iterable[Counted],
    place: Mapping[str, str],
) -> Drawn:
    found = {each.codes: each for each in cells}
    listed = [
        [node.code for node in each.at(axis.levels)]
        for each, axis in zip(sight.dimensions(definition), definition.axes, strict=True)
    ]
    is_change = ">" in place[VINTAGE]
    status = Status.SILENT if span.startswith(SILENT) else Status.OPEN
    of_units = measure.counted is CountedBy.UNITS
    make = _change if is_change else _count if of_units else _amount
    table = Table(
        id=table_id(definition, measure, span, is_before=sight.is_before),
        measure=measure.key,
        axes=tuple(axis.dimension for axis in definition.axes),
        cells=tuple(
            make(codes, found[codes], status) if codes in found else _nothing(codes, status, is_change=is_change)
            for codes in product(*listed)
        ),
        kind=Kind.FREQUENCY if of_units and not is_change else Kind.MAGNITUDE,
        place={**place, **{column: codes[0] for column, codes in definition.only}},
        rules=RULES_OF_COUNTS if of_units else RULES,
        decimals=measure.decimals,
    )
    lacking = (
        sum(max(each.lacking, 0) for each in found.values())
        if measure.column in CONVERTED and not measure.is_yearly
        else 0
    )
    return Drawn(definition, measure, span, table, lacking)


def _nothing(codes: Codes, status: Status, *, is_change: bool) -> Cell:
    """Return a cell in which nothing counts: known to be nothing, by nobody; what did not change is known by all."""
    return Cell(codes, Decimal(0), units=0, holdings=0, status=Status.SHOWN if is_change else status)


def _count(codes: Codes, found: Counted, status: Status) -> Cell:
    return Cell(codes, Decimal(found.units), units=found.units, holdings=found.holdings, status=status)


def _amount(codes: Codes, found: Counted, status: Status) -> Cell:
    return Cell(codes, found.value, found.units, found.holdings, largest_of(found), status)


def _change(codes: Codes, found: Counted, status: Status) -> Cell:
    """Return what was corrected in a cell: it may be negative, and is as secret as what the units filed."""
    return Cell(
        codes, found.value, found.units, found.holdings, largest_of(found), status, gross=found.gross, floor=None
    )


def _axis(made: Dimension, uses: Sequence[AxisUse], *, is_additive: bool) -> Axis:
    """Return a dimension with the levels that any table shows, each whole with the parts that are shown."""
    shown = {node.code for use in uses for node in made.at(use.levels)}
    sums: Mapping[str, Codes] = {
        whole: parts for whole, parts in made.sums.items() if is_additive and whole in shown and shown.issuperset(parts)
    }
    return axis_over(made, shown, sums)

"""Which cells of a dashboard are masked: all panels of a measure are one book of linked tables, protected and audited.

So a month between two sums of months, a panel beside another, and what review has moved between two layers are all reckoned
with. What hides a cell in one currency hides it in the other: whoever knows the rate would read it there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from services.statistics.disclosure.protection import protect
from services.statistics.disclosure.suppression.suppressing import Pains
from services.statistics.disclosure.tables import Book, Cell, Node, Table, TableFaulty
from services.statistics.disclosure.tables import Dimension as Axis
from services.statistics.disclosure.thresholds import Thresholds
from services.statistics.model.cells import Cell as Counted
from services.statistics.model.cells import Codes
from services.statistics.operations.books import axis_over, largest_of
from services.statistics.operations.dashboard_blocks import Block, Found, layer_code, months_of, to_date
from services.statistics.operations.drafting import year_before
from services.statistics.tables.definitions import Measure
from services.statistics.tables.dimensions import TOTAL, Dimension
from services.statistics.tables.panels import NATURE
from shared.contracts.filing import Layer

TIME, LAYER = "time", "layer"
_IN_FORCE = layer_code(Layer.APPROVED, None)
_FIRST_CHANGE, _LAST_CHANGE = layer_code(Layer.APPROVED, Layer.FILED), layer_code(Layer.FINAL, Layer.APPROVED)
LAYERS = Axis(
    LAYER,
    (
        Node(
            layer_code(Layer.FINAL, None),
            (
                Node(_IN_FORCE, (Node(layer_code(Layer.FILED, None)), Node(_FIRST_CHANGE))),
                Node(_LAST_CHANGE),
            ),
        ),
    ),
    top=_IN_FORCE,
)
"""As settled = in force + what came after; in force = as filed + what review moved."""

Cells = Mapping[tuple[str, str], Found]


@dataclass(frozen=True)
class Masks:
    """Which cells are hidden, by the key of the block and the measure.

    `unsure` are measures whose pattern the audit did not find safe: nothing of them is shown.
    """

    hidden: Mapping[tuple[str, str], frozenset[Codes]]
    unsure: frozenset[str]

    def hides(self, block: str, measure: str, codes: Codes) -> bool:
        """Tell whether a cell must not be shown."""
        return measure in self.unsure or codes in self.hidden.get((block, measure), frozenset())


def masks_of(
    blocks: Sequence[Block], cells: Cells, measures: Mapping[str, Measure], period: str, thresholds: Thresholds
) -> Masks:
    """Return which cells of a dashboard are masked, each measure protected over all of its panels."""
    hidden: dict[tuple[str, str], frozenset[Codes]] = {}
    unsure: set[str] = set()
    keys = dict.fromkeys(each for block in blocks for each in block.measures)
    for twins in _twins([measures[each] for each in keys]):
        try:
            found = _protected([book_of(blocks, cells, each, period) for each in twins], thresholds)
        except TableFaulty:
            found = None
        if found is None:
            unsure.update(each.key for each in twins)
            continue
        hidden.update(((block, each.key), codes) for each in twins for block, codes in found.items())
    return Masks(hidden, frozenset(unsure))


def book_of(blocks: Iterable[Block], cells: Cells, measure: Measure, period: str) -> Book:
    """Return all blocks of a measure as one book; codes at which nothing counts anywhere are left out of it."""
    used = [each for each in blocks if measure.key in each.measures]
    dimensions = {each.dimension.key: each.dimension for each in used}
    shown = {key: _codes_of(made, used, cells, measure) for key, made in dimensions.items()}
    axes = [_axis(made, shown[key]) for key, made in dimensions.items()]
    if NATURE not in dimensions:
        axes.append(Axis(NATURE, tuple(Node(each) for each in _natures(used)), top=TOTAL))
    times = dict.fromkeys(code for each in used for code in each.times)
    tables = tuple(_table(each, cells[each.key, measure.key], measure, shown[each.dimension.key]) for each in used)
    return Book((_time(times, period, is_yearly=measure.is_yearly), LAYERS, *axes), tables)


def _protected(books: Sequence[Book], thresholds: Thresholds) -> Mapping[str, frozenset[Codes]] | None:
    """Return what is hidden of the same quantity in its currencies, by block; None where it isn't proven to be safe.

    Each begins with what the one before hides. Whoever sees less can reckon less, so that one stays safe with more hidden.
    """
    hidden: Mapping[str, frozenset[Codes]] = {}
    for book in books:
        found = protect(book, thresholds, pains=Pains.QUICK, also=hidden)
        if not found.is_safe:
            return None
        hidden = found.release.hidden
    return hidden


def _twins(measures: Sequence[Measure]) -> list[list[Measure]]:
    """Return the measures, those together that are the same quantity in two currencies."""
    found: dict[str, list[Measure]] = {}
    for each in measures:
        found.setdefault(each.quantity, []).append(each)
    return list(found.values())


def _codes_of(made: Dimension, used: Iterable[Block], cells: Cells, measure: Measure) -> frozenset[str]:
    counted = {codes[1] for each in used if each.dimension.key == made.key for codes in cells[each.key, measure.key]}
    return frozenset(counted | {made.nodes[0].code})


def _table(block: Block, found: Found, measure: Measure, shown: frozenset[str]) -> Table:
    codes = [node.code for node in block.dimension.at(block.levels) if node.code in shown]
    place = {LAYER: layer_code(block.layer, block.since)} | ({NATURE: block.nature} if block.nature else {})
    return Table(
        id=block.key,
        measure=measure.key,
        axes=(TIME, block.dimension.key),
        cells=tuple(_cell(at, found.get(at), is_change=block.since is not None) for at in product(block.times, codes)),
        place=place,
        decimals=measure.decimals,
    )


def _cell(codes: Codes, found: Counted | None, *, is_change: bool) -> Cell:
    """Return a cell with its evidence; where nothing counts it is known to be nothing, by nobody."""
    floor = None if is_change else Decimal(0)
    if found is None:
        return Cell(codes, Decimal(0), units=0, holdings=0, floor=floor)
    return Cell(codes, found.value, found.units, found.holdings, largest_of(found), gross=found.gross, floor=floor)


def _axis(made: Dimension, shown: frozenset[str]) -> Axis:
    """Return a dimension with the codes that are there, each whole with its parts."""
    sums = {
        whole: kept
        for whole, parts in made.sums.items()
        if whole in shown and (kept := tuple(part for part in parts if part in shown))
    }
    return axis_over(made, shown, sums)


def _time(times: Iterable[str], period: str, *, is_yearly: bool) -> Axis:
    """Return the times of a book: years by themselves, or months and the sums of those up to the period's month."""
    if is_yearly:
        return Axis(TIME, tuple(map(Node, times)))
    months, trees, within = months_of(period), [], set()
    for until in (year_before(period), period):
        parts = [month for month in months if month[:4] == until[:4] and month <= until]
        trees.append(Node(to_date(until), tuple(map(Node, parts))))
        within.update(parts)
    return Axis(TIME, (*trees, *(Node(month) for month in months if month not in within)))


def _natures(used: Iterable[Block]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((TOTAL, *(each.nature for each in used if each.nature))))

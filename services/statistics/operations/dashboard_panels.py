"""The panels of a dashboard out of its cells and masks: growth, shares and what review moved, rows and their order.

What is reckoned from a masked cell is masked. Nothing depends on a masked value, the order of rows neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from services.statistics.model.cells import Codes
from services.statistics.model.dashboards import Figure, Of, PanelShown, Row
from services.statistics.operations.dashboard_blocks import Block, layer_code, times_of, to_date
from services.statistics.operations.dashboard_books import Cells, Masks
from services.statistics.operations.drafting import CLASS, year_before
from services.statistics.tables.definitions import Measure
from services.statistics.tables.dimensions import Dimension
from services.statistics.tables.panels import Panel, Times
from shared.contracts.filing import Layer
from shared.tabulation.arithmetic import growth, share
from shared.tabulation.tables import Item

Reckoned = dict[Of, tuple[Decimal | None, list[tuple[str, Codes]]]]
"""Numbers, each with the cells that it is reckoned from, by block and codes."""

_NOTHING = Decimal(0)


@dataclass(frozen=True)
class Board:
    """All cells of a dashboard, and which of them are masked."""

    blocks: Mapping[str, Block]
    cells: Cells
    masks: Masks
    measures: Mapping[str, Measure]
    period: str
    apart: frozenset[str] = frozenset()
    """Business classes whose growth says nothing, for the year before knew others."""

    def number(self, block: str, measure: str, codes: Codes) -> Decimal:
        """Return the value of a cell; where nothing counts it is nothing."""
        found = self.cells[block, measure].get(codes)
        return found.value if found else _NOTHING


@dataclass(frozen=True)
class _Drawing:
    """One panel while it is put together."""

    board: Board
    panel: Panel
    made: Dimension

    def block(self, layer: Layer = Layer.APPROVED, since: Layer | None = None) -> str:
        """Return the key of the block of a layer."""
        return "/".join((self.made.key, self.panel.nature, layer_code(layer, since)))

    def figure(self, measure: str, at: Codes) -> Figure:
        """Return the figure of a measure at a time and code."""
        wanted = self._of_layers(measure, at) if self.panel.reviewed else self._compared(measure, at)
        masked = frozenset(of for of, (_, cells) in wanted.items() if any(self._is_masked(measure, *c) for c in cells))
        numbers = {of: number for of, (number, _) in wanted.items() if number is not None and of not in masked}
        return Figure(numbers, masked)

    def _compared(self, measure: str, at: Codes) -> Reckoned:
        time, code = at
        block = self.block()
        own, whole = (block, at), (block, (time, self.made.nodes[0].code))
        value = self._value(measure, *own)
        found: Reckoned = {Of.VALUE: (value, [own])}
        if self.panel.growth:
            earlier = (block, (time_before(time, self.board.period), code))
            before = self._value(measure, *earlier)
            found[Of.BEFORE] = (before, [earlier])
            is_apart = self.made.key == CLASS and code in self.board.apart
            found[Of.GROWTH] = (None if is_apart else growth(value, before), [own, earlier])
        if self.panel.share:
            found[Of.SHARE] = (share(value, self._value(measure, *whole)), [own, whole])
        return found

    def _of_layers(self, measure: str, at: Codes) -> Reckoned:
        filed, own, final = ((self.block(each), at) for each in (Layer.FILED, Layer.APPROVED, Layer.FINAL))
        first = (self.block(Layer.APPROVED, Layer.FILED), at)
        last = (self.block(Layer.FINAL, Layer.APPROVED), at)
        moved, was = self._value(measure, *first), self._value(measure, *filed)
        return {
            Of.FILED: (was, [filed]),
            Of.VALUE: (self._value(measure, *own), [own]),
            Of.FILED_TO_APPROVED: (moved, [first]),
            Of.FILED_TO_APPROVED_PERCENT: (share(moved, was), [first, filed]),
            Of.FINAL: (self._value(measure, *final), [final]),
            Of.APPROVED_TO_FINAL: (self._value(measure, *last), [last]),
        }

    def _value(self, measure: str, block: str, at: Codes) -> Decimal:
        return self.board.number(block, measure, at)

    def _is_masked(self, measure: str, block: str, at: Codes) -> bool:
        return self.board.masks.hides(block, measure, at)


def panel_shown(board: Board, panel: Panel, made: Dimension) -> PanelShown | None:
    """Return a panel with its rows, None where nothing counts in any of them."""
    drawing = _Drawing(board, panel, made)
    times = _times(board, drawing)
    rows = [_row(drawing, (time, code)) for time in times for code in _codes(drawing, time)]
    if not rows:
        return None
    ordered = _ranked(rows, panel.measures[0], made.nodes[0].code) if panel.ranked else rows
    used = {row.at[1] for row in ordered}
    above = {part: whole for whole, parts in made.sums.items() if whole in used for part in parts}
    items = [Item(node.code, node.title, above.get(node.code, "")) for node in made.nodes if node.code in used]
    return PanelShown(panel.key, tuple(Item(each, title_of_time(each)) for each in times), tuple(items), tuple(ordered))


def time_before(time: str, period: str) -> str:
    """Return the code of the same time of the year before."""
    if ":" in time:
        return to_date(year_before(period))
    return year_before(time)


def title_of_time(code: str) -> str:
    """Return what a time is called."""
    year, month = code[:4], code[5:]
    if not month:
        return f"{year}年"
    return f"{year}年1—{int(month)}月" if ":" in code and int(month) > 1 else f"{year}年{int(month)}月"


def _row(drawing: _Drawing, at: Codes) -> Row:
    return Row(at, {measure: drawing.figure(measure, at) for measure in drawing.panel.measures})


def _times(board: Board, drawing: _Drawing) -> tuple[str, ...]:
    """Return the times whose rows are shown: of years, the last of which anything was filed."""
    panel = drawing.panel
    if panel.times == (Times.YEAR,):
        filed = {codes[0] for measure in panel.measures for codes in board.cells[drawing.block(), measure]}
        return (max(filed),) if filed else ()
    return times_of(replace(panel, growth=False), board.period)


def _codes(drawing: _Drawing, time: str) -> Sequence[str]:
    """Return the codes at which anything counts at a time or a year before, in their order; the whole is always one."""
    panel, board = drawing.panel, drawing.board
    blocks = [block for block in board.blocks.values() if _is_shown(block, drawing)]
    looked_at = {time, time_before(time, board.period)} if panel.growth else {time}
    times = looked_at if panel.times != (Times.MONTHS,) else set(times_of(panel, board.period))
    there = {
        codes[1]
        for block in blocks
        for measure in panel.measures
        for codes in board.cells[block.key, measure]
        if codes[0] in times
    }
    return [node.code for node in drawing.made.at(panel.levels) if node.code in there]


def _is_shown(block: Block, drawing: _Drawing) -> bool:
    """Tell whether a block is the one of a panel, or of a layer of it."""
    is_own = block.dimension.key == drawing.made.key and block.nature == drawing.panel.nature
    return is_own and (drawing.panel.reviewed or block.key == drawing.block())


def _ranked(rows: Iterable[Row], measure: str, whole: str) -> list[Row]:
    """Return rows with the whole first, then the largest of those that are shown, then the masked by their codes."""
    tops: list[Row] = []
    shown: list[tuple[Decimal, Row]] = []
    masked: list[Row] = []
    for row in rows:
        value = row.figures[measure].numbers.get(Of.VALUE)
        if row.at[1] == whole:
            tops.append(row)
        elif value is None:
            masked.append(row)
        else:
            shown.append((value, row))
    shown.sort(key=lambda each: (-each[0], each[1].at))
    placed = [replace(row, rank=place) for place, (_, row) in enumerate(shown, 1)]
    return [*tops, *placed, *sorted(masked, key=lambda row: row.at)]

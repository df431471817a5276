"""What a dashboard asks of the facts: blocks of cells, each over some times and one dimension, that its panels share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.statistics.model.cells import COUNTED_IN, Axis, Cell, Codes, Question
from services.statistics.operations.drafting import last_day, year_before
from services.statistics.operations.scopes import Scope
from services.statistics.ports.facts import Cells
from services.statistics.tables.definitions import Measure
from services.statistics.tables.dimensions import Dimension, dimension
from services.statistics.tables.panels import BELOW, NATURE, Panel, Times
from shared.contracts.filing import Layer

IN_FORCE = (Layer.APPROVED, None)
REVIEWED: tuple[tuple[Layer, Layer | None], ...] = (
    (Layer.FILED, None),
    IN_FORCE,
    (Layer.FINAL, None),
    (Layer.APPROVED, Layer.FILED),
    (Layer.FINAL, Layer.APPROVED),
)
"""What a panel about the review needs: each layer, and the change from one to the next."""

YEARS_BACK = 2
"""So many years back the last one is looked for of which anything was filed."""

Found = Mapping[Codes, Cell]


@dataclass(frozen=True)
class Block:
    """Cells by time and the codes of a dimension, on a layer, or of what changed since another, of one nature or all."""

    dimension: Dimension
    levels: tuple[str, ...]
    times: tuple[str, ...]
    measures: tuple[str, ...]
    nature: str = ""
    layer: Layer = Layer.APPROVED
    since: Layer | None = None

    @property
    def key(self) -> str:
        """What tells it from all other blocks of a dashboard."""
        return "/".join((self.dimension.key, self.nature, layer_code(self.layer, self.since)))


def layer_code(layer: Layer, since: Layer | None) -> str:
    """Return the code of a layer, or of the change from one to another."""
    return f"{since.value}>{layer.value}" if since else layer.value


def blocks_of(panels: Iterable[Panel], scope: Scope, period: str) -> tuple[Block, ...]:
    """Return the blocks that some panels need, each with everything that any of them shows of it."""
    found: dict[str, Block] = {}
    for panel in panels:
        made = scope.below if panel.axis == BELOW else dimension(panel.axis, last_day(period))
        if made is None:
            continue
        for layer, since in REVIEWED if panel.reviewed else (IN_FORCE,):
            wanted = Block(made, panel.levels, times_of(panel, period), panel.measures, panel.nature, layer, since)
            found[wanted.key] = _joined(found.get(wanted.key, wanted), wanted)
    return tuple(found.values())


def times_of(panel: Panel, period: str) -> tuple[str, ...]:
    """Return the codes of the months, years to date or years that a panel needs, the year before where it compares."""
    before = year_before(period)
    own = {
        Times.MONTH: (period, before),
        Times.TO_DATE: (to_date(period), to_date(before)),
        Times.MONTHS: months_of(period),
        Times.YEAR: tuple(str(int(period[:4]) - back) for back in range(YEARS_BACK + 1)),
    }
    listed = [
        own[each] if panel.growth or each in (Times.MONTHS, Times.YEAR) else own[each][:1] for each in panel.times
    ]
    return tuple(dict.fromkeys(code for each in listed for code in each))


def to_date(month: str) -> str:
    """Return the code of the year up to a month, such as 2025:03."""
    return month.replace("-", ":")


def months_of(period: str) -> tuple[str, ...]:
    """Return the months from January of the year before up to a month."""
    year, until = int(period[:4]), int(period[5:])
    before = [f"{year - 1}-{month:02}" for month in range(1, 13)]
    return (*before, *(f"{year}-{month:02}" for month in range(1, until + 1)))


def ask_blocks(
    cells: Cells, blocks: Sequence[Block], scope: Scope, period: str, measures: Mapping[str, Measure]
) -> dict[tuple[str, str], Found]:
    """Return the cells of all blocks by the block's key and the measure; facts are opened once for all of them."""
    asked = [(block, measures[each]) for block in blocks for each in block.measures]
    answers = cells.ask_all([question_of(block, scope, period, measure) for block, measure in asked])
    return {
        (block.key, measure.key): {cell.codes: cell for cell in found}
        for (block, measure), found in zip(asked, answers, strict=True)
    }


def question_of(block: Block, scope: Scope, period: str, measure: Measure) -> Question:
    """Return what is asked for a measure of a block."""
    counted = _counted_in(block.times, period, is_yearly=measure.is_yearly)
    return Question(
        kind=measure.kind,
        first=min(counted),
        last=max(counted),
        layer=block.layer,
        measure=measure.column,
        axes=(Axis(COUNTED_IN, counted), Axis(block.dimension.column, block.dimension.counted(block.levels))),
        only=(*measure.only, *scope.only, *([(NATURE, (block.nature,))] if block.nature else [])),
        since=block.since,
    )


def _counted_in(times: Sequence[str], period: str, *, is_yearly: bool) -> dict[str, Codes]:
    """Return in which codes of time each month or year counts."""
    if is_yearly:
        return {each: (each,) for each in times}
    found: dict[str, Codes] = {}
    for month in months_of(period):
        until = f"{month[:4]}{period[4:]}"
        own = (month, to_date(until)) if month <= until else (month,)
        if kept := tuple(code for code in own if code in times):
            found[month] = kept
    return found


def _joined(one: Block, other: Block) -> Block:
    """Return a block with all that two of the same key show."""
    return Block(
        one.dimension,
        tuple(dict.fromkeys((*one.levels, *other.levels))),
        tuple(dict.fromkeys((*one.times, *other.times))),
        tuple(dict.fromkeys((*one.measures, *other.measures))),
        one.nature,
        one.layer,
        one.since,
    )

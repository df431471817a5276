"""Drawing tables up: the cells of a definition for a period, with the year before beside them, in the actor's sight."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from services.statistics.model.cells import LINES, Axis, Cell, Codes, Question
from services.statistics.model.drafts import Draft, Value
from services.statistics.operations.snapshots import frozen_snapshot
from services.statistics.policy import own_province
from services.statistics.ports.deps import Deps
from services.statistics.ports.facts import Cells
from services.statistics.tables.definitions import Counted, Definition, Measure, Rhythm, Span
from services.statistics.tables.dimensions import Dimension, dimension
from shared.calls import Call
from shared.codes.class_growth import classes_apart, note_on_classes
from shared.contracts.filing import Layer
from shared.errors import Invalid, NotFound, Problem
from shared.tabulation.arithmetic import growth, share

PLACE, CLASS = "place", "business_class"

_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
_YEAR = re.compile(r"20[0-9]{2}")


def list_tables(deps: Deps, call: Call) -> tuple[Definition, ...]:
    """Return the tables that the actor may see drafts of, in their order: a province those that show provinces."""
    listed = deps.tables.tables.values()
    if own_province(call.actor) is None:
        return tuple(listed)
    return tuple(each for each in listed if _shows_provinces(each))


def draw_table(deps: Deps, call: Call, key: str, period: str, layer: Layer, *, is_frozen: bool = False) -> Draft:
    """Return a table for a period from the facts as they are now, or as they were frozen; the read is recorded.

    Actor: the ministry and its head of statistics for the whole country, a province for itself. Raises `NotFound` for a
    table that there isn't or that is outside the actor's sight, and for a period that is not frozen; `Invalid` for a
    period that it isn't drawn up for.
    """
    definition = deps.tables.tables.get(key)
    province = own_province(call.actor)
    if definition is None or (province is not None and not _shows_provinces(definition)):
        raise NotFound
    require_period(definition, period)
    draft = draw_frozen(deps, definition, period) if is_frozen else drafted(deps, deps.cells, definition, period, layer)
    deps.reads.record(call, "draw_table", f"{key}/{period}")
    return draft if province is None else _within(draft, definition, province)


def draw_frozen(deps: Deps, definition: Definition, period: str) -> Draft:
    """Return a table from the snapshot of its period, the same for ever. Raises `NotFound` where it is not frozen."""
    snapshot = frozen_snapshot(deps, period)
    if snapshot is None or snapshot.frozen_at is None:
        raise NotFound
    draft = drafted(deps, deps.cells.of(snapshot), definition, period, Layer.FINAL)
    return replace(draft, drawn_at=snapshot.frozen_at, snapshot=snapshot.digest)


def drafted(deps: Deps, cells: Cells, definition: Definition, period: str, layer: Layer) -> Draft:
    """Return a table for a period as `cells` reckon it. Raises `Invalid`."""
    require_period(definition, period)
    dimensions = dimensions_of(definition, period)
    apart = apart_from_before(definition, period)
    values: list[Value] = []
    for span in definition.spans:
        for measure in (deps.tables.measures[each] for each in definition.measures):
            values += _values(cells, definition, dimensions, measure, span, period, layer)
    return Draft(
        table=definition.key,
        period=period,
        layer=layer,
        drawn_at=deps.clock.now(),
        values=tuple(values),
        gaps=(*dict.fromkeys(gap for each in dimensions for gap in each.gaps), *_notes(apart, period)),
    )


def dimensions_of(definition: Definition, period: str) -> tuple[Dimension, ...]:
    """Return the dimensions of a table as they are on the last day of a period."""
    on = last_day(period)
    return tuple(dimension(axis.dimension, on) for axis in definition.axes)


def dimensions_before(definition: Definition, period: str) -> tuple[Dimension, ...]:
    """Return the dimensions by which the year before is reckoned to stand beside a period.

    They are those of the year before, but for the classes: what was filed under another version counts in what it became.
    """
    on = last_day(period)
    before = dimensions_of(definition, year_before(period))
    return tuple(dimension(each.key, on) if each.key == CLASS else each for each in before)


def apart_from_before(definition: Definition, period: str) -> frozenset[str]:
    """Return the classes of a table with growth that can't be compared with those of the year before."""
    if not definition.growth or definition.axis(CLASS) is None:
        return frozenset()
    return classes_apart(last_day(period), last_day(year_before(period)))


def require_period(definition: Definition, period: str) -> None:
    """Raise `Invalid` for a period that a table isn't drawn up for."""
    is_month = definition.rhythm is Rhythm.MONTH
    if not (_MONTH if is_month else _YEAR).fullmatch(period):
        wanted = "月份，如 2025-03" if is_month else "年份，如 2025"
        raise Invalid([Problem("/period", "period_kind", "报告期的种类与此表不符。", wanted, "报告期")])


def last_day(period: str) -> date:
    """Return the last day of a month or year."""
    year, month = int(period[:4]), int(period[5:] or 12)
    return date(year, month, calendar.monthrange(year, month)[1])


def year_before(period: str) -> str:
    """Return the same month of the year before, or the year before."""
    return f"{int(period[:4]) - 1}{period[4:]}"


def question_of(
    definition: Definition, dimensions: Iterable[Dimension], measure: Measure, span: Span, period: str, layer: Layer
) -> Question:
    """Return what is asked of the facts for a measure of a table."""
    first = f"{period[:4]}-01" if span is Span.TO_DATE or not period[5:] else period
    last = period if period[5:] else f"{period}-12"
    if measure.is_yearly:
        first = last = period[:4]
    axes = tuple(
        Axis(each.column, each.counted(axis.levels)) for each, axis in zip(dimensions, definition.axes, strict=True)
    )
    return Question(
        kind=measure.kind,
        first=first,
        last=last,
        layer=layer,
        measure=measure.column if measure.counted is Counted.COLUMN else LINES,
        axes=axes,
        only=(*measure.only, *definition.only),
    )


def _values(
    cells: Cells,
    definition: Definition,
    dimensions: tuple[Dimension, ...],
    measure: Measure,
    span: Span,
    period: str,
    layer: Layer,
) -> Iterator[Value]:
    found = cells.ask(question_of(definition, dimensions, measure, span, period, layer))
    before: Mapping[Codes, Decimal] = {}
    if definition.growth:
        earlier = year_before(period)
        asked = question_of(definition, dimensions_before(definition, period), measure, span, earlier, layer)
        apart = apart_from_before(definition, period)
        before = {cell.codes: _value(measure, cell) for cell in cells.ask(asked) if apart.isdisjoint(cell.codes)}
    wholes = _wholes(definition, dimensions, {cell.codes: _value(measure, cell) for cell in found})
    for cell in found:
        value = _value(measure, cell)
        yield Value(
            measure=measure.key,
            span=span.value,
            codes=cell.codes,
            value=value,
            cell=cell,
            before=before.get(cell.codes),
            growth=growth(value, before.get(cell.codes)),
            share=share(value, wholes.get(cell.codes)),
        )


def _value(measure: Measure, cell: Cell) -> Decimal:
    return Decimal(cell.units) if measure.counted is Counted.UNITS else cell.value


def _wholes(
    definition: Definition, dimensions: tuple[Dimension, ...], values: Mapping[Codes, Decimal]
) -> dict[Codes, Decimal]:
    """Return, for each cell, the value at the top of the axis of which it is a share."""
    place = next((number for number, axis in enumerate(definition.axes) if axis.dimension == definition.shares), None)
    if place is None:
        return {}
    top = dimensions[place].nodes[0].code
    found = {codes: values.get((*codes[:place], top, *codes[place + 1 :])) for codes in values}
    return {codes: whole for codes, whole in found.items() if whole is not None}


def _notes(apart: frozenset[str], period: str) -> tuple[str, ...]:
    return (note_on_classes(apart, last_day(period), last_day(year_before(period))),) if apart else ()


def _shows_provinces(definition: Definition) -> bool:
    axis = definition.axis(PLACE)
    return axis is not None and "province" in axis.levels


def _within(draft: Draft, definition: Definition, province: str) -> Draft:
    """Return what a province sees of a draft: itself and its cities, without the nation and others."""
    place = next(number for number, axis in enumerate(definition.axes) if axis.dimension == PLACE)
    return replace(draft, values=tuple(each for each in draft.values if each.codes[place][:2] == province[:2]))

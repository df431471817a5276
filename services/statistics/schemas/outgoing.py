"""What goes out over HTTP. The `…_body` functions say what a reader may see; the `XOut` schemas describe it."""

from __future__ import annotations

from collections.abc import Iterable, Set
from datetime import datetime
from decimal import Decimal

from marshmallow import Schema, fields

from services.statistics.model.drafts import Draft, Value
from services.statistics.model.partitions import PartitionState
from services.statistics.model.snapshots import Snapshot, SnapshotState
from services.statistics.operations.drafting import dimensions_of
from services.statistics.tables.definitions import Definition, Measure, Tables
from services.statistics.tables.dimensions import Dimension, Node
from shared.tabulation.arithmetic import PERCENT_DECIMALS, rounded

Body = dict[str, object]


class PartitionOut(Schema):
    """Facts of one kind that count in one month or year."""

    kind = fields.String()
    counted_in = fields.String()
    lines = fields.Integer()
    behind = fields.Integer()


class PartitionsOut(Schema):
    """How far the facts are."""

    items = fields.List(fields.Nested(PartitionOut))


def partition_body(state: PartitionState) -> Body:
    """Return a partition: counts alone."""
    kind, _, counted_in = state.key.partition("/")
    return {"kind": kind, "counted_in": counted_in, "lines": state.lines, "behind": state.behind}


class MeasureOut(Schema):
    """What is counted; an amount is there once in each currency."""

    key = fields.String()
    title = fields.String()
    unit = fields.String()
    currency = fields.String()
    decimals = fields.Integer()


class AxisOut(Schema):
    """A dimension of a table, with the levels that it shows."""

    dimension = fields.String()
    levels = fields.List(fields.String())


class TableOut(Schema):
    """A table: for which periods and for whom it is drawn up."""

    key = fields.String()
    title = fields.String()
    source = fields.String()
    rhythm = fields.String()
    audiences = fields.List(fields.String())
    measures = fields.List(fields.Nested(MeasureOut))
    axes = fields.List(fields.Nested(AxisOut))
    spans = fields.List(fields.String())


class TablesOut(Schema):
    """The tables in their order."""

    items = fields.List(fields.Nested(TableOut))


class ValueOut(Schema):
    """A value with how many units and holdings contribute.

    Numbers are texts, rounded as they are shown; growth and share are per cent, reckoned before anything was rounded.
    `lacking` are facts that don't say the measure: their rate was not known.
    """

    measure = fields.String()
    span = fields.String()
    codes = fields.List(fields.String())
    value = fields.String()
    before = fields.String(allow_none=True)
    growth = fields.String(allow_none=True)
    share = fields.String(allow_none=True)
    units = fields.Integer()
    holdings = fields.Integer()
    lacking = fields.Integer()


class ItemOut(Schema):
    """A value of a dimension; `parent` is what it is a part of."""

    code = fields.String()
    title = fields.String()
    parent = fields.String()


class DimensionOut(Schema):
    """What a table is divided by."""

    code = fields.String()
    title = fields.String()
    items = fields.List(fields.Nested(ItemOut))


class DraftOut(Schema):
    """A table for a period as it would be now, or as it was frozen: `snapshot` is the digest of what it is made from."""

    table = fields.Nested(TableOut)
    period = fields.String()
    layer = fields.String()
    drawn_at = fields.String()
    values = fields.List(fields.Nested(ValueOut))
    dimensions = fields.List(fields.Nested(DimensionOut))
    gaps = fields.List(fields.String())
    snapshot = fields.String()


class SnapshotOut(Schema):
    """A closed period: `counts` are the filings that were settled, `missing` those not told yet, by form.

    `unreadable` could not be opened and are not in the facts. One that `is_overdue` waits for longer than facts take to
    come: filing's command `tell-facts` tells them again. `number` counts what was frozen anew after corrections.
    """

    period = fields.String()
    state = fields.String()
    state_label = fields.String()
    final_on = fields.String()
    frozen_at = fields.String(allow_none=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    missing = fields.Dict(keys=fields.String(), values=fields.Integer())
    unreadable = fields.Dict(keys=fields.String(), values=fields.Integer())
    number = fields.Integer()
    is_overdue = fields.Boolean()
    lines = fields.Integer()
    digest = fields.String()


class SnapshotsOut(Schema):
    """The closed periods."""

    items = fields.List(fields.Nested(SnapshotOut))


SNAPSHOT_LABELS = {SnapshotState.WAITING: "等待报表数据到齐", SnapshotState.FROZEN: "已冻结"}


OVERDUE_LABEL = "报表数据超过一小时仍未到齐，请系统管理员补报"


def snapshot_body(snapshot: Snapshot, now: datetime) -> Body:
    """Return a closed period as it is at a moment: counts and digests alone."""
    is_frozen = snapshot.state is SnapshotState.FROZEN
    return {
        "period": snapshot.period,
        "state": snapshot.state.value,
        "state_label": OVERDUE_LABEL if snapshot.is_overdue(now) else SNAPSHOT_LABELS[snapshot.state],
        "final_on": snapshot.final_on.isoformat(),
        "frozen_at": snapshot.frozen_at.isoformat() if snapshot.frozen_at else None,
        "counts": dict(snapshot.counts),
        "missing": dict(snapshot.missing),
        "unreadable": dict(snapshot.unreadable),
        "number": snapshot.number,
        "is_overdue": snapshot.is_overdue(now),
        "lines": sum(each.rows for listed in snapshot.partitions.values() for each in listed),
        "digest": snapshot.digest if is_frozen else "",
    }


def table_body(definition: Definition, tables: Tables) -> Body:
    """Return what a table is."""
    return {
        "key": definition.key,
        "title": definition.title,
        "source": definition.source,
        "rhythm": definition.rhythm.value,
        "audiences": [each.value for each in definition.audiences],
        "measures": [measure_body(tables.measures[each]) for each in definition.measures],
        "axes": [{"dimension": each.dimension, "levels": list(each.levels)} for each in definition.axes],
        "spans": [each.value for each in definition.spans],
    }


def draft_body(draft: Draft, tables: Tables) -> Body:
    """Return a draft: who contributes is counted, and never named, not by pseudonym either."""
    definition = tables.tables[draft.table]
    dimensions = dimensions_of(definition, draft.period)
    return {
        "table": table_body(definition, tables),
        "period": draft.period,
        "layer": draft.layer.value,
        "drawn_at": draft.drawn_at.isoformat(),
        "values": [_value_body(each, tables.measures[each.measure]) for each in draft.values],
        "dimensions": [
            _dimension_body(made, made.at(axis.levels), {each.codes[place] for each in draft.values})
            for place, (made, axis) in enumerate(zip(dimensions, definition.axes, strict=True))
        ],
        "gaps": list(draft.gaps),
        "snapshot": draft.snapshot,
    }


def _dimension_body(made: Dimension, nodes: Iterable[Node], used: Set[str]) -> Body:
    """Return a dimension with the nodes that have a value."""
    shown = [node for node in nodes if node.code in used]
    parents = made.parents(shown)
    items = [{"code": each.code, "title": each.title, "parent": parents.get(each.code, "")} for each in shown]
    return {"code": made.key, "title": made.title, "items": items}


def measure_body(measure: Measure) -> Body:
    """Return what is counted, and its unit."""
    return {
        "key": measure.key,
        "title": measure.title,
        "unit": measure.unit,
        "currency": measure.currency,
        "decimals": measure.decimals,
    }


def _value_body(value: Value, measure: Measure) -> Body:
    return {
        "measure": value.measure,
        "span": value.span,
        "codes": list(value.codes),
        "value": str(rounded(value.value, measure.decimals)),
        "before": _shown(value.before, measure.decimals),
        "growth": _shown(value.growth, PERCENT_DECIMALS),
        "share": _shown(value.share, PERCENT_DECIMALS),
        "units": value.cell.units,
        "holdings": value.cell.holdings,
        "lacking": value.cell.lacking,
    }


def _shown(number: Decimal | None, decimals: int) -> str | None:
    return None if number is None else str(rounded(number, decimals))

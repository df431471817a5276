"""What goes out over HTTP. The `…_body` functions say what a reader may see; the `XOut` schemas describe it."""

from __future__ import annotations

from marshmallow import Schema, fields

from services.statistics.model.partitions import PartitionState

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
